import { mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { zipPython } from "../../../modules/spark-cluster";
import { aFile } from "../../support/spark";

const directory = mkdtempSync(join(tmpdir(), "groundplan-zip-"));
afterAll(() => rmSync(directory, { recursive: true }));

const init = aFile("transforms/__init__.py", "");
aFile("transforms/deep/ratings.py", "x = 1\n");
aFile("transforms/notes.txt", "not Python");
const FOLDER = join(init, "..");

const zip = () => zipPython({ packages: [FOLDER], directory });

test("holds the Python files of a package below its name, and nothing else", () => {
  expect(Object.keys(unzipSync(readFileSync(zip().path)))).toEqual([
    "transforms/__init__.py",
    "transforms/deep/ratings.py",
  ]);
});

test("has the same bytes whenever and in whatever order the files were written", () => {
  const before = readFileSync(zip().path);
  utimesSync(init, 1, 1);
  expect(readFileSync(zip().path).equals(before)).toBe(true);
});

test("has another name when a file changes", () => {
  const before = zip().path;
  aFile("transforms/deep/ratings.py", "x = 2\n");
  expect(zip().path).not.toBe(before);
});

test("rejects two packages of one name", () => {
  expect(() => zipPython({ packages: [FOLDER, FOLDER], directory })).toThrow(
    "packages must have different last names, got transforms twice",
  );
});

test("rejects a folder without Python", () => {
  const empty = join(aFile("empty/readme.txt", ""), "..");
  expect(() => zipPython({ packages: [empty], directory })).toThrow(
    `packages must hold Python files, got none in ${empty}`,
  );
});
