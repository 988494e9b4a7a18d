import { PermanentError } from "../../../lambdas/shared/errors";
import type { Session } from "../../../lambdas/shared/postgres-client";
import { totals } from "../../../lambdas/totals/totals";

/** A session that answers with `rows`, and what it was asked. */
function session(...rows: unknown[]): { session: Session; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const query = async (...args: unknown[]): Promise<never> => {
    asked.push(args);
    return rows as never;
  };
  return { session: { query }, asked };
}

const none = { orders: "0", quantity: "0", amount: "0", views: "0", clicks: "0", add_to_carts: "0" };

describe("totals of rows", () => {
  test("have the form of the totals of figures: what has no currency is on a shop's first row", async () => {
    const { session: rows } = session(
      { ...none, shop_id: "b", currency: "EUR", orders: "2", quantity: "3", amount: "0.3000" },
      { ...none, shop_id: "b", currency: "USD", orders: "1", quantity: "1", amount: "12345678901234.0001" },
      { ...none, shop_id: "b", currency: null, views: "4", clicks: "5", add_to_carts: "6" },
      { ...none, shop_id: "a", currency: null, views: "1" },
    );
    const counted = { orders: 0, quantity: 0, amount: "0.00", views: 0, clicks: 0, addToCarts: 0 };
    expect(await totals(undefined, rows)).toEqual([
      { ...counted, shopId: "a", currency: null, views: 1 },
      {
        shopId: "b",
        currency: "EUR",
        orders: 2,
        quantity: 3,
        amount: "0.30",
        views: 4,
        clicks: 5,
        addToCarts: 6,
      },
      { ...counted, shopId: "b", currency: "USD", orders: 1, quantity: 1, amount: "12345678901234.0001" },
    ]);
  });

  test("are not asked for where sources are named", async () => {
    const source = "a".repeat(32);
    const { session: rows, asked } = session({ source, etag: "e" });
    expect(await totals({ sources: [source] }, rows)).toEqual([{ source, etag: "e" }]);
    expect(asked).toEqual([
      ["SELECT source, etag FROM loaded WHERE source = ANY($1) ORDER BY source", [[source]]],
    ]);
  });

  test.each([[{ sources: ["x"] }], [{ sources: Array(1_001).fill("a".repeat(32)) }], ["text"]])(
    "rejects another event",
    async (event) => {
      await expect(totals(event, session().session)).rejects.toThrow(
        new PermanentError(
          'event: must be {} or {"sources": [up to 1000 names of 32 hex digits]}, got something else',
        ),
      );
    },
  );
});
