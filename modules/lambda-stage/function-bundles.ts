import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Zippable, zipSync } from "fflate";

/** The code of one function, ready to deploy. */
export interface FunctionBundle {
  /** Path of the zip. */
  readonly path: string;
  /** Base64 of the zip's SHA-256, as Lambda reports it. */
  readonly sha256: string;
}

export interface FunctionBundlesProps<Name extends string> {
  /** Function → its entry file, relative to the working directory; it exports `handler`. */
  readonly entries: Readonly<Record<Name, string>>;
  /** Folder for the zips, made when missing. */
  readonly directory: string;
}

/** The handler of every bundle. */
export const HANDLER = "index.handler";

/** Zip knows no earlier time, and no zone: the same bytes on every machine. */
const ZIP_EPOCH = "1980-01-01T00:00:00";

/**
 * Bundles all functions in one build, each into a zip with `index.js` in it. The bytes depend on the
 * sources and the lock file alone: compression is JavaScript (no zlib of the machine), order, time and mode are fixed.
 */
export function bundleFunctions<Name extends string>(
  props: FunctionBundlesProps<Name>,
): Record<Name, FunctionBundle> {
  const { entries, directory } = props;
  // Loaded only here: a synth without functions does not pay for it.
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: Object.fromEntries(
      Object.entries<string>(entries).map(([name, entry]) => [`${name}/index`, entry]),
    ),
    absWorkingDir: process.cwd(),
    outdir: "/",
    write: false,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    legalComments: "none",
    tsconfigRaw: {}, // no settings of whatever folder lies around the sources
    logLevel: "silent", // what it throws says it all
  });
  mkdirSync(directory, { recursive: true });
  const bundles = outputFiles.map(({ path, contents }) => {
    const name = path.split(/[\\/]/).at(-2) as Name;
    return [name, writeZip(directory, name, contents)] as const;
  });
  return Object.fromEntries(bundles) as Record<Name, FunctionBundle>;
}

function writeZip(directory: string, name: string, code: Uint8Array): FunctionBundle {
  const files: Zippable = { "index.js": [code, { os: 3, attrs: 0o100644 << 16 }] };
  const zip = zipSync(files, { level: 9, mtime: ZIP_EPOCH });
  const digest = createHash("sha256").update(zip);
  const path = join(directory, `${name}.zip`);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, zip);
  renameSync(draft, path);
  return { path, sha256: digest.digest("base64") };
}
