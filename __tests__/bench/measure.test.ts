import { tmpdir } from "node:os";
import { interleave, median, time } from "../../bench/measure";

const program = (...args: string[]) => ({ args, env: process.env, cwd: tmpdir() });

test.each([
  [[3], 3],
  [[9, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
])("takes the middle of %j", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test("rejects a median of nothing", () => {
  expect(() => median([])).toThrow(new RangeError("a median needs at least one value"));
});

test("gives each round's times in the order of the programs", () => {
  const slow = program("-e", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)");
  const [[first = 0, second = 0] = [], ...rest] = interleave([slow, program("--version")], 1);
  expect(rest).toEqual([]);
  expect(first).toBeGreaterThan(300);
  expect(second).toBeGreaterThan(0);
});

test("rejects a program that fails, with its words", () => {
  expect(() => time(program("-e", "console.error('no disk'); process.exit(4)"))).toThrow(
    /^node -e console\.error.*: it ended with 4\nno disk$/,
  );
});
