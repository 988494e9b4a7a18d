import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join, resolve } from "node:path";

/** All that a synth reads. */
const SOURCES = [
  ...["bin", "config", "lambdas", "modules", "spark", "stacks"],
  ...["cdktf.json", "main.ts", "package-lock.json", "package.json", "tsconfig.json"],
];

/** More than a first start on a busy machine takes. */
const TIMEOUT_MS = 60_000;

/** A machine user to run as; without `uid` the one that runs the tests. */
export interface Person {
  readonly uid?: number;
  readonly umask: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Copies the sources to `folder`, with the packages of this tree, for `person` to write in. */
export function copyTree(folder: string, { uid }: Person): void {
  mkdirSync(folder, { recursive: true });
  for (const name of SOURCES) cpSync(name, join(folder, name), { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  if (uid !== undefined) for (const path of ["", ...SOURCES]) giveTo(uid, join(folder, path));
}

function giveTo(uid: number, path: string): void {
  const entries = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: "utf8" })
    : [];
  for (const entry of ["", ...entries.filter((name) => !name.startsWith("node_modules"))]) {
    const file = join(path, entry);
    chownSync(file, uid, uid);
    chmodSync(file, statSync(file).isDirectory() ? 0o755 : 0o644);
  }
}

/** Runs `main.ts` of the tree in `folder` for an environment; resolves to path → SHA-256 of what it wrote. */
export async function synthIn(folder: string, environment: string, person: Person): Promise<Hashes> {
  const { uid, umask, env } = person;
  const child = spawn("sh", ["-c", `umask ${umask}; exec "$0" bin/launch.mjs main.ts`, process.execPath], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env, ENVIRONMENT: environment },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: TIMEOUT_MS,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const code = await new Promise((done) => child.on("close", done));
  if (code !== 0) throw new Error(`synth of ${environment} in ${folder} ended with ${code}: ${said}`);
  return hashesOf(join(folder, "cdktf.out", environment));
}

export type Hashes = Readonly<Record<string, string>>;

function hashesOf(folder: string): Hashes {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(
    files.map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    ]),
  );
}
