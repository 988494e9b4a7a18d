import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve, sep } from "node:path";

/** Long enough for a cold start on a busy machine. */
const TIMEOUT_SECONDS = 30;

/** What a short command has said. */
export interface Said {
  /** Whether it ran and exited 0. */
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AskOptions {
  /** @default 30 */
  readonly seconds?: number;
  /** @default the working directory */
  readonly cwd?: string;
  /** What it reads. @default nothing */
  readonly input?: string;
  /** As whom it runs. @default the user of this process */
  readonly ids?: { readonly uid: number; readonly gid: number } | undefined;
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

/** Runs a command to its end and never throws: one that cannot be run, or takes too long, has not succeeded. */
export function ask(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  options: AskOptions = {},
): Promise<Said> {
  const { seconds = TIMEOUT_SECONDS, input, cwd, ids } = options;
  const bounds = { timeout: seconds * 1000, killSignal: "SIGKILL" } as const;
  return new Promise((done) => {
    const child = execFile(path, args, { env, cwd, ...bounds, ...ids }, (error, stdout, stderr) =>
      done({ succeeded: error === null, stdout, stderr }),
    );
    child.stdin?.on("error", () => {}); // it may end without having read all
    child.stdin?.end(input);
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
