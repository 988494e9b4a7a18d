import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Scratch } from "../../../lambdas/structure/scratch";

const parent = mkdtempSync(join(tmpdir(), "groundplan-scratch-"));
afterAll(() => rmSync(parent, { recursive: true }));

/** No process has it: Linux and macOS number from below. */
const NO_PID = 2 ** 30;

test("holds files that grow, and none of them once it is closed", () => {
  const scratch = new Scratch(parent);
  const [one, other] = [scratch.file(), scratch.file()];
  one.append(Buffer.from("ab"));
  other.append(Buffer.from("c"));
  one.append(Buffer.from("de"));
  expect(readFileSync(one.path, "utf8")).toBe("abde");
  expect(readFileSync(other.path, "utf8")).toBe("c");
  expect([one.bytes, other.bytes, scratch.bytes]).toEqual([4, 1, 5]);
  scratch.close();
  expect(existsSync(one.path)).toBe(false);
  expect(readdirSync(parent)).toEqual([]);
});

test("begins with the removal of what a process that ended has left, and of nothing else", () => {
  const mine = new Scratch(parent);
  const kept = ["structure", "structure-x-1", `structure-${process.ppid}-abc`];
  for (const name of [...kept, `structure-${NO_PID}-abc`, `structure-${process.pid}-left`]) {
    mkdirSync(join(parent, name));
    writeFileSync(join(parent, name, "1"), "x");
  }
  mine.file().append(Buffer.from("x"));
  const before = readdirSync(parent).length;
  const next = new Scratch(parent);
  expect(readdirSync(parent)).toHaveLength(before - 2 + 1);
  for (const name of kept) expect(existsSync(join(parent, name, "1"))).toBe(true);
  next.close();
  mine.close();
  expect(readdirSync(parent).sort()).toEqual(kept.sort());
});
