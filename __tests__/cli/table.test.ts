import { grouped, table } from "../../cli/table";

test("lines columns up under their headings, two spaces apart, without spaces at the end", () => {
  const columns = [
    { title: "shop", align: "left" },
    { title: "orders", align: "right" },
    { title: "", align: "left" },
  ] as const;
  expect(
    table(columns, [
      ["a-long-shop", "1", "USD"],
      ["b", "1,234,567"],
    ]),
  ).toBe(["shop            orders", "a-long-shop          1  USD", "b            1,234,567"].join("\n"));
});

test("shows the headings of no rows", () => {
  expect(table([{ title: "stage", align: "left" }], [])).toBe("stage");
});

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [1234567, "1,234,567"],
  [-1234, "-1,234"],
  ["244091.94", "244,091.94"],
  ["-123456.00", "-123,456.00"],
  ["0.1234567", "0.1234567"],
  ["90071992547409931.10", "90,071,992,547,409,931.10"],
  ["structure", "structure"],
])("groups %p as %s", (number, text) => {
  expect(grouped(number)).toBe(text);
});
