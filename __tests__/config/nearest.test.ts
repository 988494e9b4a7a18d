import { nearest } from "../../config/nearest";

const KEYS = ["memoryMiB", "timeoutSeconds", "batchSize", "batchWindowSeconds", "load"];

test.each([
  ["memoryMib", "memoryMiB"],
  ["memory", "memoryMiB"],
  ["timeOutSecond", "timeoutSeconds"],
  ["batchsiez", "batchSize"],
  ["laod", undefined],
  ["lod", "load"],
  ["loads", "load"],
  ["ba", undefined],
  ["", undefined],
  ["colour", undefined],
])("finds for %s: %s", (word, expected) => {
  expect(nearest(word, KEYS)).toBe(expected);
});

test("prefers the candidate of fewer edits", () => {
  expect(nearest("bucket", ["basket", "pocket", "buckle", "bucked"])).toBe("bucked");
});
