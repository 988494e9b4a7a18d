import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { embeddedFile } from "../config/home";
import { EmbeddedError } from "./embedded-error";
import { chooseEmbedded, type EmbeddedRecord, isFree, readRecord, writeRecord } from "./embedded-record";
import { EMULATOR_FILE, emulatorAt, emulatorEnvironment, emulatorFolders } from "./ministack";
import { identityOf, isRunning, type ProcessIdentity, signalGroup } from "./process-identity";
import { embeddedPython, REQUIREMENTS_FILE } from "./python";

export { EmbeddedError } from "./embedded-error";
export { chooseEmbedded } from "./embedded-record";

/** On a busy machine; a start takes half a second on a quiet one. */
const START_SECONDS = 60;
/** Until one that runs is taken for hung. */
const ANSWER_SECONDS = 10;
/** The emulator writes its state when it is asked to stop, in about a second. */
const STOP_SECONDS = 30;
/** States that a deployment that was broken off has left. */
const STATE_FILE = /\.tfstate(\.backup)?$/;
const LOG_LINES = 15;
const LOG_BYTES = 10_000_000;

export interface EmbeddedOptions {
  /** 12 digits; everything that this account's credentials make belongs to it. */
  readonly accountId: string;
  readonly region: string;
  /** Told what happens, in a few words each. */
  readonly onProgress?: (text: string) => void;
}

export interface Embedded {
  /** `http://127.0.0.1:24566` */
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  /** False when it ran already. */
  readonly started: boolean;
}

export interface EmbeddedStatus {
  readonly running: boolean;
  /** Absent before the first start. */
  readonly endpoint?: string;
  readonly pid?: number;
}

/**
 * Starts the environment's embedded AWS with the data that it had, or leaves the one that runs alone.
 *
 * It outlives this process. Callers hold the environment's lock.
 *
 * @throws EmbeddedError when its port is taken, or it does not answer in time; the message ends with its last words
 * @throws PythonError when there is no Python to run it
 */
export async function startEmbedded(environment: string, options: EmbeddedOptions): Promise<Embedded> {
  const { onProgress = () => {} } = options;
  const record = await chooseEmbedded(environment);
  const { port } = record;
  const endpoint = endpointOf(port);
  const settings = settingsOf(options);
  const running = await runningProcess(environment, record);
  const answers = async () => (await emulatorAt(port)) === record.id;
  if (running !== undefined && record.settings === settings && (await until(answers, ANSWER_SECONDS))) {
    return { endpoint, port, pid: running.pid, started: false };
  }
  if (running !== undefined) {
    onProgress("stopping one that does not answer or has other settings");
    await stopEmbedded(environment);
  }
  const python = await embeddedPython(onProgress);
  if (!(await isFree(port))) throw new EmbeddedError(portTaken(environment, port));
  onProgress(`starting on ${endpoint}`);
  const process = await launch(environment, python, options, { ...record, settings });
  return { endpoint, port, pid: process.pid, started: true };
}

/**
 * Stops the environment's embedded AWS, once it has written its data down, and the functions that it runs.
 *
 * @returns whether it ran
 * @throws EmbeddedError when it had to be killed
 */
export async function stopEmbedded(environment: string): Promise<boolean> {
  const record = readRecord(environment);
  const running = record && (await runningProcess(environment, record));
  if (running === undefined) return false;
  process.kill(running.pid, "SIGTERM");
  const ended = await until(() => !isRunning(running), STOP_SECONDS);
  signalGroup(running.pid, "SIGKILL");
  await until(() => !isRunning(running), STOP_SECONDS);
  if (ended) return true;
  throw new EmbeddedError(
    `the embedded AWS of ${environment} did not stop within ${STOP_SECONDS} s and was killed: what changed since its start may be lost; see ${emulatorFolders(environment).log}`,
  );
}

/** Whether the environment's embedded AWS runs and answers, and where. */
export async function embeddedStatus(environment: string): Promise<EmbeddedStatus> {
  const record = readRecord(environment);
  if (record === undefined) return { running: false };
  const endpoint = endpointOf(record.port);
  const running = await runningProcess(environment, record);
  if (running === undefined || (await emulatorAt(record.port)) !== record.id)
    return { running: false, endpoint };
  return { running: true, endpoint, pid: running.pid };
}

/**
 * Removes all that the environment's embedded AWS has kept: data, port, log, states of its stacks on this machine.
 *
 * @throws EmbeddedError when it runs
 */
export async function forgetEmbedded(environment: string): Promise<void> {
  const record = readRecord(environment);
  if (record !== undefined && (await runningProcess(environment, record)) !== undefined) {
    throw new EmbeddedError(`the embedded AWS of ${environment} runs: stop it before its data is removed`);
  }
  const { data, log, temporary } = emulatorFolders(environment);
  const folder = dirname(data);
  const states = existsSync(folder) ? readdirSync(folder).filter((file) => STATE_FILE.test(file)) : [];
  const paths = [data, temporary, log, `${log}.1`, ...states.map((file) => join(folder, file))];
  for (const path of [...paths, embeddedFile(environment)]) rmSync(path, { recursive: true, force: true });
}

const endpointOf = (port: number) => `http://127.0.0.1:${port}`;

/** Whatever makes a running one unfit: another account or region, another version. */
function settingsOf({ accountId, region }: EmbeddedOptions): string {
  const hash = createHash("sha256").update(JSON.stringify([accountId, region, process.version]));
  for (const file of [REQUIREMENTS_FILE, EMULATOR_FILE]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

/** The process of that record, if it is that very one; found by its answer where a killed start has not recorded it. */
async function runningProcess(
  environment: string,
  record: EmbeddedRecord,
): Promise<ProcessIdentity | undefined> {
  if (record.process !== undefined && isRunning(record.process)) return record.process;
  if ((await emulatorAt(record.port)) !== record.id) return undefined;
  const pidFile = join(emulatorFolders(environment).temporary, `ministack-${record.port}.pid`);
  return existsSync(pidFile) ? identityOf(Number(readFileSync(pidFile, "utf8"))) : undefined;
}

async function launch(
  environment: string,
  python: string,
  { accountId, region }: EmbeddedOptions,
  record: EmbeddedRecord,
): Promise<ProcessIdentity> {
  const { port, id } = record;
  const folders = emulatorFolders(environment);
  rmSync(folders.temporary, { recursive: true, force: true });
  const env = emulatorEnvironment({ folders, port, id, accountId, region });
  const offset = roomInLog(folders.log);
  const log = openSync(folders.log, "a");
  const child = spawn(python, [resolve(EMULATOR_FILE)], {
    cwd: folders.temporary,
    env,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = endOf(child);
  const started = child.pid === undefined ? undefined : identityOf(child.pid);
  if (started !== undefined) writeRecord(environment, { ...record, process: started });
  const answers = await until(
    async () => ended.how !== undefined || (await emulatorAt(port)) === id,
    START_SECONDS,
  );
  child.unref();
  if (started !== undefined && answers && ended.how === undefined) return started;
  if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
  const how = ended.how ?? `did not answer on port ${port} within ${START_SECONDS} s`;
  throw new EmbeddedError(
    `the embedded AWS of ${environment} ${how}; the end of ${folders.log}:\n${tail(folders.log, offset)}`,
  );
}

/** Says how a child has ended, once it has. */
function endOf(child: ChildProcess): { readonly how?: string } {
  const end: { how?: string } = {};
  child.once("error", (error) => {
    end.how = `could not be started (${error.message})`;
  });
  child.once("exit", (code, signal) => {
    end.how ??= `ended at its start (${signal ?? `exit ${code}`})`;
  });
  return end;
}

/** Moves a log that has grown too long aside. @returns the length of the one that is written on */
function roomInLog(log: string): number {
  mkdirSync(dirname(log), { recursive: true });
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LOG_BYTES) return size;
  renameSync(log, `${log}.1`);
  return 0;
}

function tail(log: string, offset: number): string {
  const text = readFileSync(log).subarray(offset).toString("utf8").trimEnd();
  return text === "" ? "(nothing)" : text.split("\n").slice(-LOG_LINES).join("\n");
}

function portTaken(environment: string, port: number): string {
  return (
    `port ${port}, which the embedded AWS of ${environment} keeps, is taken by another process: end that process, ` +
    `or forget the data and the port with npx groundplan down ${environment} --clean`
  );
}

async function until(check: () => boolean | Promise<boolean>, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}
