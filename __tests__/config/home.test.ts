import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedEndpoint, embeddedFile, embeddedPort, homeOf } from "../../config/home";

const before = process.env.GROUNDPLAN_HOME;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "groundplan-home-"));
  process.env.GROUNDPLAN_HOME = root;
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  if (before === undefined) delete process.env.GROUNDPLAN_HOME;
  else process.env.GROUNDPLAN_HOME = before;
});

function record(text: string): void {
  mkdirSync(homeOf("local"), { recursive: true });
  writeFileSync(embeddedFile("local"), text);
}

test("keeps an environment's folder under GROUNDPLAN_HOME", () => {
  expect(embeddedFile("local")).toBe(join(root, "local", "embedded.json"));
});

test.each([undefined, ""])("keeps it under .groundplan when GROUNDPLAN_HOME is %p", (value) => {
  if (value === undefined) delete process.env.GROUNDPLAN_HOME;
  else process.env.GROUNDPLAN_HOME = value;
  expect(homeOf("local")).toBe(join(".groundplan", "local"));
});

test("assumes ministack's port before there is a record", () => {
  expect(embeddedPort("local")).toBe(4566);
});

test("reads the port of the record", () => {
  record('{"port":24566,"startedBy":"up"}');
  expect(embeddedEndpoint("local")).toBe("http://127.0.0.1:24566");
});

test.each([
  ["is not JSON", "{", "nothing"],
  ["holds no port", "{}", "nothing"],
  ["is no object", "null", "nothing"],
  ["holds port 0", '{"port":0}', "0"],
  ["holds port 65536", '{"port":65536}', "65536"],
  ["holds a port in quotes", '{"port":"24566"}', '"24566"'],
])("rejects a record that %s", (_, text, got) => {
  record(text);
  expect(() => embeddedPort("local")).toThrow(
    `${embeddedFile("local")} port must be a whole number of 1 to 65535; ` +
      `remove the file, and the next \`up\` chooses a port again, got ${got}`,
  );
});

test("rejects a record that is a folder, as the file system says it", () => {
  mkdirSync(embeddedFile("local"), { recursive: true });
  expect(() => embeddedPort("local")).toThrow(/^EISDIR: illegal operation on a directory/);
});
