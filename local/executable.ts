import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve, sep } from "node:path";

/** Long enough for a cold start on a busy machine, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** What a short command has said. */
export interface Said {
  /** Whether it ran and exited 0. */
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** The absolute path of a command, by name on `PATH` or by path; undefined where there is none that may be run. */
export function findExecutable(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (name.includes(sep) || isAbsolute(name)) return isExecutable(resolve(name)) ? resolve(name) : undefined;
  return (env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => resolve(join(folder, name)))
    .find(isExecutable);
}

/** Runs a command to its end and never throws: one that cannot be run, or takes over half a minute, has not succeeded. */
export function ask(path: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Said> {
  return new Promise((done) => {
    execFile(path, args, { env, timeout: TIMEOUT_MS, killSignal: "SIGKILL" }, (error, stdout, stderr) =>
      done({ succeeded: error === null, stdout, stderr }),
    );
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
