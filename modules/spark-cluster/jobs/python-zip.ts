import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Zippable, zipSync } from "fflate";

/** Python packages as one file, ready for `--py-files`. */
export interface PythonZip {
  /** Path of the zip. */
  readonly path: string;
}

export interface PythonZipProps {
  /** Folders of packages, relative to the working directory; each is imported by its last name. */
  readonly packages: readonly string[];
  /** Folder for the zip, made when missing. */
  readonly directory: string;
}

/** Zip knows no earlier time, and no zone: the same bytes on every machine. */
const ZIP_EPOCH = "1980-01-01T00:00:00";

/**
 * Packs Python packages into a zip. The bytes depend on the sources alone: compression is JavaScript (no zlib of the
 * machine), order, time and mode are fixed, and nothing but `.py` files is taken. The name is that of the bytes, so
 * that two synths at once do not meet in one file.
 *
 * @throws Error when a folder holds no Python, or two have the same last name
 */
export function zipPython({ packages, directory }: PythonZipProps): PythonZip {
  const names = packages.map((folder) => basename(folder));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`packages must have different last names, got ${twice} twice`);
  const files = packages.flatMap((folder) => filesOf(folder));
  const contents: Zippable = Object.fromEntries(
    files
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, path]) => [name, [readFileSync(path), { os: 3, attrs: 0o100644 << 16 }]]),
  );
  const zip = zipSync(contents, { level: 9, mtime: ZIP_EPOCH });
  const path = join(directory, `${createHash("sha256").update(zip).digest("hex").slice(0, 16)}.zip`);
  mkdirSync(directory, { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, zip);
  renameSync(draft, path);
  return { path };
}

/** The Python files of a package, as the zip names them, and where they are. */
function filesOf(folder: string): [name: string, path: string][] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".py"))
    .map((file): [string, string] => [
      `${basename(folder)}/${file.replaceAll("\\", "/")}`,
      join(folder, file),
    ]);
  if (files.length === 0) throw new Error(`packages must hold Python files, got none in ${folder}`);
  return files;
}
