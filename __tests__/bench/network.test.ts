import { line, ratioOf } from "../../bench/network";

test("takes the median of the ratios of each round, not the ratio of medians", () => {
  expect(
    ratioOf([
      [11, 10],
      [40, 20],
      [120, 100],
    ]),
  ).toBe(1.2);
});

test.each([
  [1.12, "with all endpoints / plain   1.12   ≤ 1.30   met"],
  [1.3, "with all endpoints / plain   1.30   ≤ 1.30   met"],
  [1.301, "with all endpoints / plain   1.30   ≤ 1.30   MISSED"],
])("prints %d with its target and verdict", (ratio, text) => {
  expect(line(ratio)).toBe(text);
});
