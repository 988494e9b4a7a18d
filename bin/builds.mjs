/** Where builds are kept, and what they are made from: known to `run.mjs`, which uses them, and `build.mjs`. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository (or the installed package) that this launcher belongs to. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Files beside the sources that decide what a bundle holds; a missing one counts as empty. */
const SURROUNDINGS = [
  "package-lock.json",
  "node_modules/.package-lock.json",
  "../.package-lock.json", // of the project that has installed this package
  "bin/run.mjs",
  "bin/builds.mjs",
  "bin/build.mjs",
];

/**
 * @typedef {object} BuildRecord What a build was made from, kept as `<entry>.json` beside the bundles.
 * @property {string} key sha256 of all inputs; the bundle is `<key>.cjs`, its source map `<key>.cjs.map`
 * @property {string[]} inputs the entry's import graph inside the repository, relative to the root
 */

/** Where bundles and code caches are kept. Relative paths of `GROUNDPLAN_HOME` start at the working directory. */
export function buildDirectory() {
  const home = process.env.GROUNDPLAN_HOME;
  return join(home ? resolve(home) : join(ROOT, ".groundplan"), "build");
}

/** The record's name for an entry: readable, and without a folder in it. */
export function recordPath(/** @type {string} */ entry) {
  return join(buildDirectory(), `${encodeURIComponent(entry)}.json`);
}

/**
 * sha256 over an entry's name and paths and contents of its bundle's inputs and surroundings.
 * @param {string} entry
 * @param {Iterable<readonly [path: string, content: Buffer | string]>} inputs in a fixed order
 */
export function keyOf(entry, inputs) {
  const hash = createHash("sha256").update(entry);
  const add = (/** @type {string} */ path, /** @type {Buffer | string} */ content) =>
    hash.update(`\0${path}\0${content.length}\0`).update(content);
  for (const path of SURROUNDINGS) add(path, readIfThere(join(ROOT, path)) ?? "");
  for (const [path, content] of inputs) add(path, content);
  return hash.digest("hex");
}

/** Writes a file that appears whole, or not at all where this user may not write: then it is made again next time. */
export function writeWhole(/** @type {string} */ path, /** @type {Buffer | string} */ content) {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, content);
    renameSync(draft, path);
  } catch {
    try {
      rmSync(draft, { force: true });
    } catch {
      // nothing was written
    }
  }
}

/** A file's content; undefined if there is none that this user may read. */
export function readIfThere(/** @type {string} */ path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
