import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Emulator, EmulatorEndpoints } from "../config/emulators";
import { embeddedEndpoints, embeddedFile, homeOf } from "../config/home";
import { EmbeddedError } from "./embedded-error";
import { chooseEmbedded, type EmbeddedRecord, isFree, readRecord, writeRecord } from "./embedded-record";
import { type Account, EmulatorProcess } from "./emulator-process";
import { MINISTACK } from "./ministack";
import { MOTO } from "./moto";
import type { ProcessIdentity } from "./process-identity";
import { embeddedPython, REQUIREMENTS_FILE } from "./python";

export { EmbeddedError } from "./embedded-error";
export { chooseEmbedded } from "./embedded-record";

/** Their names in the record. */
const PROCESS_NAMES = { dataPlane: "process", controlPlane: "controlPlaneProcess" } as const;
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
  readonly pids: Readonly<Record<Emulator, number>>;
  /** False when both ran already. */
  readonly started: boolean;
}

export interface EmbeddedStatus {
  /** Whether both emulators run and answer. */
  readonly running: boolean;
  /** Absent before the first start. */
  readonly endpoints?: EmulatorEndpoints;
}

/**
 * Starts the two emulators of the environment's embedded AWS with the data that they had; leaves alone what runs.
 *
 * They outlive this process. Callers hold the environment's lock.
 *
 * @throws EmbeddedError when a port is taken, or one does not answer in time; the message ends with its last words
 * @throws PythonError when there is no Python to run them
 */
export async function startEmbedded(environment: string, options: EmbeddedOptions): Promise<Embedded> {
  const { onProgress = () => {} } = options;
  const kept = await chooseEmbedded(environment);
  const record = { ...kept, settings: settingsOf(options) };
  const emulators = emulatorsOf(environment, record);
  const fit = kept.settings === record.settings ? await processesOf(emulators) : {};
  const missing = emulators.filter(({ emulator }) => fit[emulator] === undefined);
  const embedded = (processes: Processes, started: boolean): Embedded => {
    const { dataPlane, controlPlane } = { ...fit, ...processes } as Required<Processes>;
    const endpoints = embeddedEndpoints(environment);
    const pids = { dataPlane: dataPlane.pid, controlPlane: controlPlane.pid };
    return { endpoints, endpoint: endpoints.dataPlane, pids, started };
  };
  if (missing.length === 0) return embedded({}, false);
  if (await anyRuns(missing)) {
    onProgress("stopping one that does not answer or has other settings");
    await stopAll(missing);
  }
  const python = await embeddedPython(onProgress);
  for (const { port } of missing) {
    if (!(await isFree(port))) throw new EmbeddedError(portTaken(environment, port));
  }
  onProgress(`starting on ${missing.map(({ endpoint }) => endpoint).join(" and ")}`);
  return embedded(await startAll(environment, missing, { record, python, account: options }), true);
}

/**
 * Stops the environment's embedded AWS, once it has written its data down, and the functions that it runs.
 *
 * @returns whether any of it ran
 * @throws EmbeddedError when an emulator had to be killed
 */
export async function stopEmbedded(environment: string): Promise<boolean> {
  const record = readRecord(environment);
  return record !== undefined && stopAll(emulatorsOf(environment, record));
}

/** Whether the environment's embedded AWS runs and answers, all of it, and where. */
export async function embeddedStatus(environment: string): Promise<EmbeddedStatus> {
  const record = readRecord(environment);
  if (record === undefined) return { running: false };
  const emulators = emulatorsOf(environment, record);
  const up = await Promise.all(
    emulators.map(async (emulator) => (await emulator.answers()) && (await emulator.running()) !== undefined),
  );
  const running = emulators.length === Object.keys(PROCESS_NAMES).length && !up.includes(false);
  return { running, endpoints: embeddedEndpoints(environment) };
}

/**
 * Removes all that the environment's embedded AWS has kept: data, ports, logs, states of its stacks on this machine.
 *
 * @throws EmbeddedError when it runs
 */
export async function forgetEmbedded(environment: string): Promise<void> {
  const record = readRecord(environment);
  if (record !== undefined && (await anyRuns(emulatorsOf(environment, record)))) {
    throw new EmbeddedError(`the embedded AWS of ${environment} runs: stop it before its data is removed`);
  }
  const folder = resolve(homeOf(environment));
  const logs = [MINISTACK, MOTO].flatMap(({ logName }) => [logName, `${logName}.1`]);
  const states = existsSync(folder) ? readdirSync(folder).filter((file) => STATE_FILE.test(file)) : [];
  const paths = ["data", "tmp", ...logs, ...states].map((name) => join(folder, name));
  for (const path of [...paths, embeddedFile(environment)]) rmSync(path, { recursive: true, force: true });
}

type Processes = Partial<Record<Emulator, ProcessIdentity>>;

/** Whatever makes a running one unfit: another account or region, another version. */
function settingsOf({ accountId, region }: Account): string {
  const hash = createHash("sha256").update(JSON.stringify([accountId, region, process.version]));
  for (const file of [REQUIREMENTS_FILE, ...MINISTACK.files, ...MOTO.files]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

/** Both emulators of a record; one alone where it knows of no other. */
function emulatorsOf(environment: string, record: EmbeddedRecord): EmulatorProcess[] {
  const { port, controlPlanePort, id, process: last, controlPlaneProcess } = record;
  const dataPlane = new EmulatorProcess(environment, MINISTACK, { port, id, last });
  if (controlPlanePort === undefined) return [dataPlane];
  const place = { port: controlPlanePort, id, last: controlPlaneProcess };
  return [dataPlane, new EmulatorProcess(environment, MOTO, place)];
}

/** The processes of those that run and answer. */
async function processesOf(emulators: readonly EmulatorProcess[]): Promise<Processes> {
  const pairs = emulators.map(async (emulator) => {
    const running = await emulator.running();
    return [emulator.emulator, running && (await emulator.answersInTime()) ? running : undefined] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

async function anyRuns(emulators: readonly EmulatorProcess[]): Promise<boolean> {
  const running = await Promise.all(emulators.map((emulator) => emulator.running()));
  return running.some((process) => process !== undefined);
}

/** Stops all of them, also when one has to be killed. */
async function stopAll(emulators: readonly EmulatorProcess[]): Promise<boolean> {
  const outcomes = await Promise.allSettled(emulators.map((emulator) => emulator.stop()));
  return valuesOf(outcomes).includes(true);
}

interface Start {
  readonly record: EmbeddedRecord;
  readonly python: string;
  readonly account: Account;
}

/** Starts all of them at the same time; where one does not come up, none stays. */
async function startAll(environment: string, emulators: readonly EmulatorProcess[], start: Start) {
  const starts = emulators.map((emulator) => emulator.start(start.python, start.account));
  const named = starts.map(({ process }, index) => [emulators[index]?.emulator, process] as const);
  const processes: Processes = Object.fromEntries(named.filter(([, process]) => process !== undefined));
  const record = { ...start.record, ...renamed(processes) };
  writeRecord(environment, record);
  const outcomes = await Promise.allSettled(starts.map(({ ready }) => ready));
  if (outcomes.some(({ status }) => status === "rejected")) {
    const mine = emulatorsOf(environment, record).filter(({ emulator }) => processes[emulator]);
    await Promise.allSettled(mine.map((emulator) => emulator.stop()));
  }
  valuesOf(outcomes);
  return processes;
}

function renamed(processes: Processes): Partial<EmbeddedRecord> {
  const pairs = Object.entries(processes) as [Emulator, ProcessIdentity][];
  return Object.fromEntries(pairs.map(([emulator, process]) => [PROCESS_NAMES[emulator], process]));
}

/** The values of what has succeeded. @throws what the first of the others has thrown */
function valuesOf<T>(outcomes: readonly PromiseSettledResult<T>[]): T[] {
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

function portTaken(environment: string, port: number): string {
  return (
    `port ${port}, which the embedded AWS of ${environment} keeps, is taken by another process: end that process, ` +
    `or forget the data and the ports with npx groundplan down ${environment} --clean`
  );
}
