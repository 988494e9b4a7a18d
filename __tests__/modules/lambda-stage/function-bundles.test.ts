import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { buildSync } from "esbuild";
import { unzipSync } from "fflate";
import { bundleFunctions } from "../../../modules";

jest.mock("esbuild", () => {
  const esbuild = jest.requireActual<typeof import("esbuild")>("esbuild");
  return { ...esbuild, buildSync: jest.fn(esbuild.buildSync) };
});

const scratch = mkdtempSync(join(tmpdir(), "groundplan-bundles-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const root = process.cwd();
afterEach(() => process.chdir(root));

/** A folder with two functions that share a file; it becomes the working directory. */
function project(name: string): void {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "shared.ts"), "export const double = (n: number): number => 2 * n;\n");
  for (const [file, sum] of Object.entries({ a: 1, b: 2 })) {
    const code = `import { double } from "./shared";\nexport const handler = () => double(${sum});\n`;
    writeFileSync(join(folder, `${file}.ts`), code);
  }
  process.chdir(folder);
}

const bundle = (directory = "out") => bundleFunctions({ entries: { a: "a.ts", b: "b.ts" }, directory });

test("puts each function into a zip of its own, ready to run", () => {
  project("run");
  const bundles = bundle();
  expect(Object.keys(bundles)).toEqual(["a", "b"]);
  const answers = Object.values(bundles).map(({ path }) => {
    const files = unzipSync(readFileSync(path));
    expect(Object.keys(files)).toEqual(["index.js"]);
    const module: { exports: { handler?(): number } } = { exports: {} };
    runInNewContext(Buffer.from(files["index.js"] ?? []).toString(), { module, exports: module.exports });
    return module.exports.handler?.();
  });
  expect(answers).toEqual([2, 4]);
});

test("gives the hash that Lambda reports: SHA-256 of the zip in base64", () => {
  project("hash");
  const { path, sha256 } = bundle().a;
  expect(sha256).toBe(createHash("sha256").update(readFileSync(path)).digest("base64"));
});

test("makes the same bytes twice, at another time and from another folder", () => {
  project("first");
  const first = readFileSync(bundle().a.path);
  expect(readFileSync(bundle().a.path).equals(first)).toBe(true);
  cpSync(join(scratch, "first"), join(scratch, "deep/er/second"), { recursive: true });
  process.chdir(join(scratch, "deep/er/second"));
  utimesSync("a.ts", 1, 1);
  expect(readFileSync(bundle("elsewhere").a.path).equals(first)).toBe(true);
});

test("makes other bytes when a shared source changes", () => {
  project("change");
  const before = bundle().a.sha256;
  writeFileSync("shared.ts", "export const double = (n: number): number => n + n;\n");
  expect(bundle().a.sha256).not.toBe(before);
});

test("fixes time and mode of what is in the zip", () => {
  project("zip");
  const zip = readFileSync(bundle().a.path);
  const entry = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  expect({
    system: zip.readUInt8(entry + 5),
    time: zip.readUInt16LE(entry + 12),
    date: zip.readUInt16LE(entry + 14),
    mode: (zip.readUInt32LE(entry + 38) >>> 16).toString(8),
  }).toEqual({ system: 3, time: 0, date: (1 << 5) | 1, mode: "100644" }); // Unix; 1 January 1980, 00:00
});

test("bundles all functions in one build", () => {
  project("once");
  jest.mocked(buildSync).mockClear();
  bundle();
  expect(buildSync).toHaveBeenCalledTimes(1);
});

test("leaves nothing but the zips in the folder, which it makes", () => {
  project("whole");
  bundle("new/folder");
  expect(readdirSync("new/folder").sort()).toEqual(["a.zip", "b.zip"]);
});

test("rejects a function that does not compile, by file and line", () => {
  project("broken");
  writeFileSync("b.ts", "export const handler = (;\n");
  expect(bundle).toThrow(/b\.ts:1:24: ERROR: Unexpected ";"/);
  expect(() => bundleFunctions({ entries: { c: "c.ts" }, directory: "out" })).toThrow(/c\.ts/);
});
