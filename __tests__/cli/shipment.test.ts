import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../../cli/failure";
import { rawKey, sizeOf } from "../../cli/shipment";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const HASH = "0123456789abcdef".repeat(4);

test.each([
  ["orders.ndjson.gz", "orders.ndjson.gz"],
  ["a file ü+%.ndjson", "a_file____.ndjson"],
  ["...hidden", "...hidden"],
  ["日本.ndjson", "__.ndjson"],
])("keys %j by its content, and its name in safe characters", (name, safe) => {
  expect(rawKey(name, HASH)).toBe(`events/0123456789ab/${safe}`);
});

test("keeps the end of a long name, and the key within what S3 takes", () => {
  const key = rawKey(`${"x".repeat(300)}.ndjson.gz`, HASH);
  expect(key).toMatch(/^events\/0123456789ab\/x+\.ndjson\.gz$/);
  expect(key.length).toBe("events/0123456789ab/".length + 255);
});

test("gives the same content under the same name one key, and other content another", () => {
  expect(rawKey("a", HASH)).toBe(rawKey("a", HASH));
  expect(rawKey("a", HASH)).not.toBe(rawKey("a", `f${HASH.slice(1)}`));
});

test("knows the size of a file, also behind a link", async () => {
  const path = folder.file("five", "12345");
  symlinkSync(path, join(folder.path, "link"));
  expect(await sizeOf(path)).toBe(5);
  expect(await sizeOf(join(folder.path, "link"))).toBe(5);
  expect(await sizeOf(folder.file("none"))).toBe(0);
});

test.each([
  ["missing.ndjson", "no such file"],
  ["", "it is not a file"],
  ["five/below", "ENOTDIR"],
])("rejects %j with its reason", async (name, reason) => {
  folder.file("five", "12345");
  const path = join(folder.path, name);
  await expect(sizeOf(path)).rejects.toThrow(new CommandError({ message: `cannot read ${path}: ${reason}` }));
});
