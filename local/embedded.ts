import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { EmulatorEndpoints } from "../config/emulators";
import { embeddedEndpoints, embeddedFile, homeOf } from "../config/home";
import { DASHBOARD_LOG, dashboardOf } from "./dashboard";
import { EmbeddedError } from "./embedded-error";
import {
  type EmbeddedPart,
  LOG_NAMES,
  type Part,
  PROCESS_NAMES,
  partsOf,
  postgresFolders,
  type Tools,
} from "./embedded-parts";
import {
  type ChosenRecord,
  chooseEmbedded,
  type EmbeddedRecord,
  readRecord,
  writeRecord,
} from "./embedded-record";
import type { Account } from "./emulator";
import { MINISTACK } from "./ministack";
import { MOTO } from "./moto";
import { isFree } from "./port";
import { POSTGRES_SETTINGS, preparePostgres } from "./postgres";
import type { ProcessIdentity } from "./process-identity";
import { embeddedPython, REQUIREMENTS_FILE } from "./python";

export { EmbeddedError } from "./embedded-error";
export { chooseEmbedded } from "./embedded-record";

/** States that a deployment that was broken off has left. */
const STATE_FILE = /\.tfstate(\.backup)?$/;

export interface EmbeddedOptions extends Account {
  /** Told what happens, in a few words each. */
  readonly onProgress?: (text: string) => void;
}

export interface Embedded {
  readonly endpoints: EmulatorEndpoints;
  /** Of the data plane, `http://127.0.0.1:24566`. */
  readonly endpoint: string;
  /** Of its PostgreSQL, on 127.0.0.1. */
  readonly databasePort: number;
  readonly pids: Readonly<Record<Part, number>>;
  /** False when all ran already. */
  readonly started: boolean;
}

export interface EmbeddedStatus {
  /** Whether both emulators and PostgreSQL run and answer. */
  readonly running: boolean;
  /** Absent before the first start. */
  readonly endpoints?: EmulatorEndpoints;
}

/**
 * Starts the two emulators and the PostgreSQL of the environment's embedded AWS with the data that they had; leaves alone
 * what runs.
 *
 * They outlive this process. Callers hold the environment's lock.
 *
 * @throws EmbeddedError when a port is taken, one does not answer in time, or there is no PostgreSQL; the message of one
 *   that does not answer ends with its last words
 * @throws PythonError when there is no Python to run the emulators
 */
export async function startEmbedded(environment: string, options: EmbeddedOptions): Promise<Embedded> {
  const { onProgress = () => {} } = options;
  const kept = await chooseEmbedded(environment);
  const record = { ...kept, settings: settingsOf(options) };
  const parts = partsOf(environment, record);
  const fit = kept.settings === record.settings ? await processesOf(parts) : {};
  const missing = parts.filter(({ part }) => fit[part] === undefined);
  const embedded = (processes: Processes, started: boolean): Embedded => {
    const { dataPlane, controlPlane, database } = { ...fit, ...processes } as Required<Processes>;
    const endpoints = embeddedEndpoints(environment);
    const pids = { dataPlane: dataPlane.pid, controlPlane: controlPlane.pid, database: database.pid };
    const { databasePort } = record;
    return { endpoints, endpoint: endpoints.dataPlane, databasePort, pids, started };
  };
  if (missing.length === 0) return embedded({}, false);
  if (await anyRuns(missing)) {
    onProgress("stopping one that does not answer or has other settings");
    await stopAll(missing);
  }
  const tools = await toolsOf(environment, onProgress);
  for (const { process } of missing) {
    if (!(await isFree(process.port))) throw new EmbeddedError(portTaken(environment, process.port));
  }
  onProgress(`starting on ${missing.map(({ process }) => `127.0.0.1:${process.port}`).join(", ")}`);
  return embedded(await startAll(environment, missing, { record, tools, account: options }), true);
}

/**
 * Stops the environment's dashboard, then its embedded AWS, once it has written its data down, and the functions that it runs.
 *
 * @returns whether any of it ran
 * @throws EmbeddedError when an emulator had to be killed
 */
export async function stopEmbedded(environment: string): Promise<boolean> {
  const record = readRecord(environment);
  if (record === undefined) return false;
  const dashboard = await Promise.allSettled([stopAll(dashboardOf(environment, record))]);
  const others = await Promise.allSettled([stopAll(partsOf(environment, record))]);
  return [...dashboard, ...others].map(settled).includes(true);
}

/** Whether the environment's embedded AWS runs and answers, all of it, and where. */
export async function embeddedStatus(environment: string): Promise<EmbeddedStatus> {
  const record = readRecord(environment);
  if (record === undefined) return { running: false };
  const parts = partsOf(environment, record);
  const up = await Promise.all(
    parts.map(async ({ process }) => (await process.answers()) && (await process.running()) !== undefined),
  );
  const running = parts.length === Object.keys(PROCESS_NAMES).length && !up.includes(false);
  return { running, endpoints: embeddedEndpoints(environment) };
}

/**
 * Removes all that the environment's embedded AWS has kept: data, ports, logs, states of its stacks on this machine.
 *
 * @throws EmbeddedError when it runs
 */
export async function forgetEmbedded(environment: string): Promise<void> {
  const record = readRecord(environment);
  const known = record ? [...partsOf(environment, record), ...dashboardOf(environment, record)] : [];
  if (await anyRuns(known)) {
    throw new EmbeddedError(`the embedded AWS of ${environment} runs: stop it before its data is removed`);
  }
  const folder = resolve(homeOf(environment));
  const logs = [...Object.values(LOG_NAMES), DASHBOARD_LOG].flatMap((name) => [name, `${name}.1`]);
  const states = existsSync(folder) ? readdirSync(folder).filter((file) => STATE_FILE.test(file)) : [];
  const paths = ["data", "tmp", ...logs, ...states].map((name) => join(folder, name));
  for (const path of [...paths, embeddedFile(environment)]) rmSync(path, { recursive: true, force: true });
}

type Processes = Partial<Record<Part, ProcessIdentity>>;

/** Whatever makes a running one unfit: another account or region, another version. */
function settingsOf({ accountId, region }: Account): string {
  const facts = [accountId, region, process.version, POSTGRES_SETTINGS];
  const hash = createHash("sha256").update(JSON.stringify(facts));
  for (const file of [REQUIREMENTS_FILE, ...MINISTACK.files, ...MOTO.files]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

/** What is run; both of them take seconds the first time, so at the same time. */
async function toolsOf(environment: string, onProgress: (text: string) => void): Promise<Tools> {
  const preparing = preparePostgres(postgresFolders(environment), onProgress);
  const [python, postgres] = await Promise.allSettled([embeddedPython(onProgress), preparing]);
  return { python: settled(python), postgres: settled(postgres) };
}

/** The processes of those that run and answer. */
async function processesOf(parts: readonly EmbeddedPart[]): Promise<Processes> {
  const pairs = parts.map(async ({ part, process }) => {
    const running = await process.running();
    return [part, running && (await process.answersInTime()) ? running : undefined] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

type Running = Pick<EmbeddedPart, "process">;

async function anyRuns(parts: readonly Running[]): Promise<boolean> {
  const running = await Promise.all(parts.map(({ process }) => process.running()));
  return running.some((process) => process !== undefined);
}

/** Stops all of them, also when one has to be killed. */
async function stopAll(parts: readonly Running[]): Promise<boolean> {
  const outcomes = await Promise.allSettled(parts.map(({ process }) => process.stop()));
  return outcomes.map(settled).includes(true);
}

interface Start {
  readonly record: ChosenRecord;
  readonly tools: Tools;
  readonly account: Account;
}

/** Starts all of them at the same time; where one does not come up, none stays. */
async function startAll(environment: string, parts: readonly EmbeddedPart[], start: Start) {
  const { tools, account } = start;
  const starts = parts.map(({ part, process, command }) => {
    return { part, ...process.start(command(start.record, tools, account)) };
  });
  const named = starts.map(({ part, process }) => [part, process] as const);
  const processes: Processes = Object.fromEntries(named.filter(([, process]) => process !== undefined));
  const record = { ...start.record, ...renamed(processes) };
  writeRecord(environment, record);
  const outcomes = await Promise.allSettled(starts.map(({ ready }) => ready));
  if (outcomes.some(({ status }) => status === "rejected")) {
    const mine = partsOf(environment, record).filter(({ part }) => processes[part]);
    await Promise.allSettled(mine.map(({ process }) => process.stop()));
  }
  outcomes.forEach(settled);
  return processes;
}

function renamed(processes: Processes): Partial<EmbeddedRecord> {
  const pairs = Object.entries(processes) as [Part, ProcessIdentity][];
  return Object.fromEntries(pairs.map(([part, process]) => [PROCESS_NAMES[part], process]));
}

/** The value of what has succeeded. @throws what it has thrown otherwise */
function settled<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

function portTaken(environment: string, port: number): string {
  return (
    `port ${port}, which the embedded AWS of ${environment} keeps, is taken by another process: end that process, ` +
    `or forget the data and the ports with npx groundplan down ${environment} --clean`
  );
}
