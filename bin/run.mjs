/**
 * The path of every start, kept short: is the bundle fresh, then run it in this process with V8's code cache.
 * What is rarely needed (building, installing, printing an error) is loaded when it is needed.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import vm from "node:vm";
import { buildDirectory, keyOf, ROOT, readIfThere, recordPath, writeWhole } from "./builds.mjs";

/**
 * Bundles an entry if its sources have changed and runs it with `args`, as if Node had been started with it.
 * A relative path starts at the root, wherever the command was typed.
 */
export async function launch(/** @type {string} */ entryPath, /** @type {string[]} */ args) {
  const entryFile = resolve(ROOT, entryPath);
  const entry = relative(ROOT, entryFile).split(sep).join("/");
  let filename = "";
  const fail = (/** @type {unknown} */ error) => {
    createRequire(import.meta.url)("./report.cjs").printError(error, filename);
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  try {
    const bundle = freshBundle(entry) ?? (await newBundle(entry));
    filename = join(buildDirectory(), `${bundle.key}.cjs`);
    run(entryFile, filename, bundle.code, args);
  } catch (error) {
    fail(error);
  }
}

/** Installs what is missing and builds. */
async function newBundle(/** @type {string} */ entry) {
  const { ensurePackages } = await import("./install.mjs");
  await ensurePackages(ROOT);
  const { build } = await import("./build.mjs");
  return await build(entry);
}

/** The bundle on disk, if all it was made from is unchanged. */
function freshBundle(/** @type {string} */ entry) {
  const record = readIfThere(recordPath(entry));
  if (record === undefined) return undefined;
  try {
    const { key, inputs } = /** @type {import("./builds.mjs").BuildRecord} */ (
      JSON.parse(record.toString("utf8"))
    );
    const contents = inputs.map((path) => /** @type {const} */ ([path, readFileSync(join(ROOT, path))]));
    if (keyOf(entry, contents) !== key) return undefined;
    return { key, code: readFileSync(join(buildDirectory(), `${key}.cjs`)) };
  } catch {
    return undefined; // an input or the bundle is gone, or the record is damaged: all cured by a new build
  }
}

/** Runs the bundle in this process. */
function run(
  /** @type {string} */ entryFile,
  /** @type {string} */ filename,
  /** @type {Buffer} */ code,
  /** @type {string[]} */ args,
) {
  const cachePath = codeCachePath(code, args);
  const cachedData = readIfThere(cachePath);
  const script = new vm.Script(code.toString("latin1"), {
    filename,
    ...(cachedData && { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    process.on("exit", (status) => {
      if (status === 0) writeWhole(cachePath, script.createCachedData()); // now, it holds the functions that ran
    });
  }
  process.argv = [process.argv[0] ?? "node", entryFile, ...args];
  const require = createRequire(join(ROOT, "package.json"));
  const module = { exports: {}, id: ".", filename: entryFile, loaded: false, children: [], paths: [] };
  require.main = /** @type {NodeJS.Module} */ (/** @type {unknown} */ (module));
  script.runInThisContext()(module.exports, require, module, entryFile, dirname(entryFile), ROOT);
  module.loaded = true;
}

/**
 * One code cache for each content of a bundle, V8, and first argument (the subcommand, which decides what is used).
 * The content is in the name because V8 compares only the length: it would run the old code of a changed bundle.
 */
function codeCachePath(/** @type {Buffer} */ code, /** @type {string[]} */ args) {
  const hash = createHash("sha256").update(code);
  hash.update(`\0${process.version}\0${process.arch}\0${process.execArgv.join(" ")}\0${args[0] ?? ""}`);
  return join(buildDirectory(), `${hash.digest("hex")}.v8`);
}
