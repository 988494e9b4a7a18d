import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DASHBOARD_FOLDER } from "./dashboard-sources";
import { commonEnvironment } from "./emulator";
import { commandLineOf, identityOf, type ProcessIdentity } from "./process-identity";
import type { Command } from "./server-process";

export interface GunicornSettings {
  /** The interpreter that has what the dashboard needs. */
  readonly python: string;
  readonly port: number;
  /** Of everything that it writes, and of no other; absolute. */
  readonly folder: string;
  /** What its container would get. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * How the dashboard is run on this machine: as in its container, but on the loopback interface alone, and with none of the user's
 * variables.
 */
export function gunicornCommand({ python, port, folder, variables }: GunicornSettings): Command {
  const scratch = join(folder, "scratch");
  const ours = ["--bind", `127.0.0.1:${port}`, "--pid", pidFileIn(folder)];
  return {
    path: python,
    args: ["-m", "gunicorn", "--config", "gunicorn.conf.py", ...ours, "app.wsgi:application"],
    cwd: resolve(DASHBOARD_FOLDER),
    env: {
      ...commonEnvironment({ data: scratch, temporary: folder }),
      ...variables,
      PYTHONDONTWRITEBYTECODE: "1", // its sources lie in the project
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      PORT: String(port),
      SCRATCH_DIR: scratch,
    },
  };
}

/** The gunicorn that writes into that folder. */
export function gunicornIn(folder: string): ProcessIdentity | undefined {
  const pidFile = pidFileIn(folder);
  if (!existsSync(pidFile)) return undefined;
  const pid = Number(readFileSync(pidFile, "utf8"));
  return commandLineOf(pid)?.includes(pidFile) ? identityOf(pid) : undefined;
}

const pidFileIn = (folder: string) => join(folder, "gunicorn.pid");
