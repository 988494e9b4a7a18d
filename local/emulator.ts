import { mkdirSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import type { Emulator } from "../config/emulators";
import { homeOf, loopback } from "../config/home";

/** Where an emulator of an environment keeps what: all of it in the environment's folder, absolute. */
export interface EmulatorFolders {
  readonly log: string;
  /** Of both emulators. */
  readonly data: string;
  /** Unpacked functions; what a killed emulator leaves here is removed at the next start. */
  readonly temporary: string;
}

export interface EmulatorSettings {
  readonly folders: EmulatorFolders;
  readonly port: number;
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
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

export function foldersOf(environment: string, { emulator, logName }: EmulatorProgram): EmulatorFolders {
  const folder = resolve(homeOf(environment));
  return {
    log: join(folder, logName),
    data: join(folder, "data"),
    temporary: join(folder, "tmp", emulator),
  };
}

/** What both emulators get; makes their folders. */
export function commonEnvironment({ data, temporary }: EmulatorFolders): NodeJS.ProcessEnv {
  for (const folder of [data, temporary]) mkdirSync(folder, { recursive: true });
  return {
    PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    HOME: temporary,
    TMPDIR: temporary,
    LANG: "C.UTF-8",
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
