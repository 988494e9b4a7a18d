import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import type { Emulator } from "../config/emulators";
import { homeOf, loopback } from "../config/home";
import { identityOf, type ProcessIdentity } from "./process-identity";
import type { Command, Server } from "./server-process";

export interface Account {
  /** 12 digits; everything that this account's credentials make belongs to it. */
  readonly accountId: string;
  readonly region: string;
}

/** Where an emulator of an environment keeps what: all of it in the environment's folder, absolute. */
export interface EmulatorFolders {
  readonly log: string;
  /** Of both emulators. */
  readonly data: string;
  /** Unpacked functions; what a killed emulator leaves here is removed at the next start. */
  readonly temporary: string;
}

export interface EmulatorSettings extends Account {
  readonly folders: EmulatorFolders;
  readonly port: number;
  /** Of the environment's PostgreSQL. */
  readonly databasePort: number;
  readonly id: string;
}

/** How one of the two emulators is run and known again. */
export interface EmulatorProgram {
  readonly emulator: Emulator;
  /** The Python program, and what of ours it reads; relative to the project root, which is the working directory. */
  readonly files: readonly [string, ...string[]];
  readonly logName: string;
  /** The file in its temporary folder that it writes its process number into. */
  readonly pidName: (port: number) => string;
  /** All variables that it gets; makes the folders that they name. */
  readonly environment: (settings: EmulatorSettings) => NodeJS.ProcessEnv;
  /** What the one at that port calls itself; undefined where none answers within 2 s. */
  readonly idAt: (port: number) => Promise<string | undefined>;
}

/** By what an emulator is found. */
export interface EmulatorPlace {
  readonly port: number;
  readonly id: string;
  readonly last: ProcessIdentity | undefined;
}

export function foldersOf(
  environment: string,
  { emulator, logName }: Pick<EmulatorProgram, "emulator" | "logName">,
): EmulatorFolders {
  const folder = resolve(homeOf(environment));
  return {
    log: join(folder, logName),
    data: join(folder, "data"),
    temporary: join(folder, "tmp", emulator),
  };
}

/** How an environment's emulator is known again; where a killed command has not recorded it, by its answer. */
export function emulatorServer(environment: string, program: EmulatorProgram, place: EmulatorPlace): Server {
  const { log, temporary } = foldersOf(environment, program);
  const { port, id, last } = place;
  const answers = async () => (await program.idAt(port)) === id;
  const find = async () => {
    const pidFile = join(temporary, program.pidName(port));
    if (!(await answers()) || !existsSync(pidFile)) return undefined;
    return identityOf(Number(readFileSync(pidFile, "utf8")));
  };
  const title = `the embedded AWS of ${environment}`;
  return { title, port, log, last, stopSignal: "SIGTERM", answers, find };
}

/** How it is started; empties its temporary folder. */
export function emulatorCommand(
  program: EmulatorProgram,
  python: string,
  settings: EmulatorSettings,
): Command {
  const { temporary } = settings.folders;
  rmSync(temporary, { recursive: true, force: true });
  const env = program.environment(settings);
  return { path: python, args: [resolve(program.files[0])], env, cwd: temporary };
}

/** What every server of this machine gets; makes its folders. */
export function commonEnvironment({
  data,
  temporary,
}: Pick<EmulatorFolders, "data" | "temporary">): NodeJS.ProcessEnv {
  for (const folder of [data, temporary]) mkdirSync(folder, { recursive: true });
  return {
    PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    HOME: temporary,
    TMPDIR: temporary,
    LANG: "C.UTF-8",
    TZ: "UTC",
    PYTHONUTF8: "1",
    PYTHONUNBUFFERED: "1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** The text at a health address; undefined where none is given within 2 s. */
export async function healthAt(port: number, path: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${loopback(port)}${path}`, {
      signal: AbortSignal.timeout(2_000),
      headers: { connection: "close" },
    });
    const text = await response.text();
    return response.ok ? text : undefined;
  } catch {
    return undefined;
  }
}
