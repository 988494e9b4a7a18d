import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../config/config-error";
import { embeddedEndpoints, embeddedFile, embeddedPorts, homeOf } from "../../config/home";

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

test("assumes ministack's port and the next before there is a record", () => {
  const dataPlane = "http://127.0.0.1:4566";
  expect(embeddedEndpoints("local")).toEqual({ dataPlane, controlPlane: "http://127.0.0.1:4567" });
});

test("reads the ports of the record", () => {
  record('{"port":24566,"controlPlanePort":24999,"startedBy":"up"}');
  const dataPlane = "http://127.0.0.1:24566";
  expect(embeddedEndpoints("local")).toEqual({ dataPlane, controlPlane: "http://127.0.0.1:24999" });
});

test("reads a record of one emulator alone, and assumes the other's port", () => {
  record('{"port":24566}');
  expect(embeddedEndpoints("local").controlPlane).toBe("http://127.0.0.1:4567");
});

test("reads the port of PostgreSQL, and knows none before the first up", () => {
  expect(embeddedPorts("local")).toEqual({ dataPlane: 4566, controlPlane: 4567 });
  record('{"port":24566,"controlPlanePort":24567,"databasePort":24568}');
  expect(embeddedPorts("local")).toEqual({ dataPlane: 24_566, controlPlane: 24_567, database: 24_568 });
  record('{"port":24566,"controlPlanePort":24567,"dashboardPort":24569}');
  expect(embeddedPorts("local")).toEqual({ dataPlane: 24_566, controlPlane: 24_567, dashboard: 24_569 });
});

const RULE = "must be a whole number of 1 to 65535; remove the file, and the next `up` chooses a port again";

test.each([
  ["is not JSON", "{", "port", "nothing"],
  ["holds no port", "{}", "port", "nothing"],
  ["is no object", "null", "port", "nothing"],
  ["holds port 0", '{"port":0}', "port", "0"],
  ["holds port 65536", '{"port":65536}', "port", "65536"],
  ["holds a port in quotes", '{"port":"24566"}', "port", '"24566"'],
  ["holds no number for the control plane", '{"port":1,"controlPlanePort":null}', "controlPlanePort", "null"],
  ["holds no number for the dashboard", '{"port":1,"dashboardPort":0}', "dashboardPort", "0"],
  ["holds no number for PostgreSQL", '{"port":1,"databasePort":"1"}', "databasePort", '"1"'],
])("rejects a record that %s", (_, text, path, got) => {
  record(text);
  expect(() => embeddedEndpoints("local")).toThrow(
    new ConfigError([{ file: embeddedFile("local"), path, rule: RULE, value: got }]),
  );
});

test("rejects a record whose ports are both wrong, and says both", () => {
  record('{"port":0,"controlPlanePort":1.5}');
  const file = embeddedFile("local");
  expect(() => embeddedEndpoints("local")).toThrow(
    `2 mistakes:\n  ${file} port ${RULE}, got 0\n  ${file} controlPlanePort ${RULE}, got 1.5`,
  );
});

test("rejects a record that is a folder, as the file system says it", () => {
  mkdirSync(embeddedFile("local"), { recursive: true });
  expect(() => embeddedEndpoints("local")).toThrow(/^EISDIR: illegal operation on a directory/);
});
