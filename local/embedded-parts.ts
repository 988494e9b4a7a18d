import { join, resolve } from "node:path";
import type { Emulator } from "../config/emulators";
import { homeOf } from "../config/home";
import type { ChosenRecord, EmbeddedRecord } from "./embedded-record";
import { type Account, type EmulatorProgram, emulatorCommand, emulatorServer, foldersOf } from "./emulator";
import { MINISTACK } from "./ministack";
import { MOTO } from "./moto";
import { type PreparedPostgres, postgresCommand, postgresServer } from "./postgres";
import { type Command, ServerProcess } from "./server-process";

/** The processes of an embedded AWS: both emulators, and the PostgreSQL that their RDS tells of. */
export type Part = Emulator | "database";

/** Their names in the record. */
export const PROCESS_NAMES = {
  dataPlane: "process",
  controlPlane: "controlPlaneProcess",
  database: "databaseProcess",
} as const satisfies Record<Part, keyof EmbeddedRecord>;

/** What is run, once it is installed. */
export interface Tools {
  readonly python: string;
  readonly postgres: PreparedPostgres;
}

export interface EmbeddedPart {
  readonly part: Part;
  readonly process: ServerProcess;
  /** How it is started; of a record that has all ports. */
  readonly command: (record: ChosenRecord, tools: Tools, account: Account) => Command;
}

/** Their logs, in the environment's folder. */
export const LOG_NAMES: Readonly<Record<Part, string>> = {
  dataPlane: MINISTACK.logName,
  controlPlane: MOTO.logName,
  database: "postgres.log",
};

/** The folders of an environment's PostgreSQL. */
export function postgresFolders(environment: string) {
  const folder = resolve(homeOf(environment));
  return { directory: join(folder, "data", "postgres"), log: join(folder, LOG_NAMES.database) };
}

/** The parts that a record knows of: all of them, or fewer in one of an earlier time. */
export function partsOf(environment: string, record: EmbeddedRecord): EmbeddedPart[] {
  const { port, controlPlanePort, databasePort } = record;
  return [
    emulatorPart(environment, record, MINISTACK, port),
    ...(controlPlanePort === undefined ? [] : [emulatorPart(environment, record, MOTO, controlPlanePort)]),
    ...(databasePort === undefined ? [] : [databasePart(environment, record, databasePort)]),
  ];
}

function emulatorPart(
  environment: string,
  record: EmbeddedRecord,
  program: EmulatorProgram,
  port: number,
): EmbeddedPart {
  const { id, [PROCESS_NAMES[program.emulator]]: last } = record;
  const folders = foldersOf(environment, program);
  return {
    part: program.emulator,
    process: new ServerProcess(emulatorServer(environment, program, { port, id, last })),
    command: ({ databasePort }, { python }, { accountId, region }) =>
      emulatorCommand(program, python, { folders, port, databasePort, id, accountId, region }),
  };
}

function databasePart(environment: string, record: EmbeddedRecord, port: number): EmbeddedPart {
  const { id, databaseProcess: last } = record;
  const title = `PostgreSQL of the embedded AWS of ${environment}`;
  const place = { ...postgresFolders(environment), title, port, id, last };
  return {
    part: "database",
    process: new ServerProcess(postgresServer(place)),
    command: (_, { postgres }) => postgresCommand(postgres, place),
  };
}
