import { compared } from "../../../cli/stores/compare";
import type { StoreReadings } from "../../../cli/stores/store";
import { storesText } from "../../../cli/stores/text";
import type { ShopTotal } from "../../../lambdas/shared/figures";

const total = (shopId: string, changes: Partial<ShopTotal> = {}): ShopTotal => ({
  ...{ shopId, currency: "EUR", orders: 2, quantity: 4, amount: "20.20", views: 3, clicks: 2, addToCarts: 1 },
  ...changes,
});
const readings = (
  figures: readonly ShopTotal[],
  rows: readonly ShopTotal[],
  lake: readonly ShopTotal[],
): StoreReadings => ({ figures: { totals: figures }, rows: { totals: rows }, lake: { totals: lake } });
const textOf = (stores: StoreReadings) => storesText({ stores, ...compared(stores) });

test("agrees where all stores say the same, in whatever order", () => {
  const [a, b] = [total("a"), total("b")];
  expect(compared(readings([a, b], [b, a], [a, b]))).toEqual({
    totals: [a, b].map((one) => ({ stores: ["figures", "rows", "lake"], total: one })),
    differences: [],
    agree: true,
  });
});

test.each([
  ["orders", { orders: 3 }, 3],
  ["quantity", { quantity: 5 }, 5],
  ["amount", { amount: "20.21" }, "20.21"],
  ["views", { views: 0 }, 0],
  ["clicks", { clicks: 1 }, 1],
  ["carts", { addToCarts: 9 }, 9],
] as const)("finds a difference in %s", (measure, changes, value) => {
  const a = total("a");
  const { agree, differences } = compared(readings([a], [total("a", changes)], [a]));
  expect(agree).toBe(false);
  expect(differences).toEqual([
    { shopId: "a", currency: "EUR", measure, values: expect.objectContaining({ rows: value }) },
  ]);
});

test("takes a shop that a store does not know for nothing", () => {
  const { differences } = compared(readings([total("a")], [], [total("a")]));
  expect(differences).toHaveLength(6);
  expect(differences[0]).toEqual({
    ...{ shopId: "a", currency: "EUR", measure: "orders", values: { figures: 2, rows: 0, lake: 2 } },
  });
});

test("does not agree where a store did not answer", () => {
  const a = [total("a")];
  const rows = { unreachable: "no function" };
  expect(compared({ ...readings(a, a, a), rows })).toMatchObject({ agree: false, differences: [] });
});

test("shows who holds what, where they differ, and why a store says nothing", () => {
  const [a, b] = [total("a-shop"), total("b-shop")];
  const lake = [a, total("b-shop", { orders: 1, amount: "10.10" })];
  expect(textOf(readings([a, b], [a, b], lake))).toBe(`shop    in             orders  quantity  amount
a-shop  all stores          2         4   20.20  EUR
b-shop  figures, rows       2         4   20.20  EUR
        lake                1         4   10.10  EUR

The stores differ:
  b-shop EUR orders: figures 2, rows 2, lake 1
  b-shop EUR amount: figures 20.20, rows 20.20, lake 10.10`);
  const rows = {
    unreachable: "the function atlas-local-totals is not there",
    next: "npx groundplan up local",
  };
  expect(textOf({ ...readings([a], [], [a]), rows })).toBe(`shop    in             orders  quantity  amount
a-shop  figures, lake       2         4   20.20  EUR

rows cannot be read: the function atlas-local-totals is not there
    Next: npx groundplan up local`);
});

test("says why rows may be fewer than the others", () => {
  const twice = total("a", { orders: 4, quantity: 8, amount: "40.40", views: 6, clicks: 4, addToCarts: 2 });
  const note = "\nRows hold an event once, the others once for each file that brings it.";
  expect(textOf(readings([twice], [total("a")], [twice]))).toContain(note);
  expect(textOf(readings([twice], [twice], [total("a")]))).not.toContain(note);
});

test("fits a terminal of 80 columns, however long names and numbers are", () => {
  const shop = "s".repeat(64);
  const big = total(shop, { orders: 123456789, quantity: 123456789, amount: "1234567890123.4567" });
  const text = textOf(readings([big], [big], [total(shop)]));
  for (const line of text.split("\n").slice(0, 3)) expect(line.length).toBeLessThanOrEqual(80);
  expect(text).toContain("…");
});
