import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Emulator } from "../config/emulators";
import { loopback } from "../config/home";
import { EmbeddedError } from "./embedded-error";
import { type EmulatorFolders, type EmulatorProgram, foldersOf } from "./emulator";
import { identityOf, isRunning, type ProcessIdentity, signalGroup } from "./process-identity";

/** On a busy machine; ministack starts in half a second on a quiet one, moto in two. */
const START_SECONDS = 60;
/** Until one that runs is taken for hung. */
const ANSWER_SECONDS = 10;
/** An emulator writes its state when it is asked to stop, in about a second. */
const STOP_SECONDS = 30;
const LOG_LINES = 15;
const LOG_BYTES = 10_000_000;

export interface Account {
  /** 12 digits; everything that this account's credentials make belongs to it. */
  readonly accountId: string;
  readonly region: string;
}

/** By what an emulator is found. */
export interface EmulatorPlace {
  readonly port: number;
  readonly id: string;
  /** The one that was started last, if that is known. */
  readonly last: ProcessIdentity | undefined;
}

export interface EmulatorStart {
  /** To be recorded at once; undefined where it has ended already. */
  readonly process: ProcessIdentity | undefined;
  /** Until it answers. Rejects with an EmbeddedError when it ends or does not do so in time, with its last words. */
  readonly ready: Promise<void>;
}

/** One of the two emulators of an environment, which may run or not. */
export class EmulatorProcess {
  readonly emulator: Emulator;
  readonly port: number;
  readonly endpoint: string;
  private readonly folders: EmulatorFolders;

  constructor(
    private readonly environment: string,
    private readonly program: EmulatorProgram,
    private readonly place: EmulatorPlace,
  ) {
    this.emulator = program.emulator;
    this.port = place.port;
    this.endpoint = loopback(place.port);
    this.folders = foldersOf(environment, program);
  }

  /** The process, if it is that very one; found by its answer where a killed command has not recorded it. */
  async running(): Promise<ProcessIdentity | undefined> {
    const { last } = this.place;
    if (last !== undefined && isRunning(last)) return last;
    if (!(await this.answers())) return undefined;
    const pidFile = join(this.folders.temporary, this.program.pidName(this.port));
    return existsSync(pidFile) ? identityOf(Number(readFileSync(pidFile, "utf8"))) : undefined;
  }

  /** Whether it answers now, and no other in its place. */
  async answers(): Promise<boolean> {
    return (await this.program.idAt(this.port)) === this.place.id;
  }

  /** Whether it answers, if one that is busy is given time. */
  answersInTime(): Promise<boolean> {
    return until(() => this.answers(), ANSWER_SECONDS);
  }

  /** Starts it; with that, it does not answer yet. */
  start(python: string, account: Account): EmulatorStart {
    const { folders, port } = this;
    const { id } = this.place;
    rmSync(folders.temporary, { recursive: true, force: true });
    const env = this.program.environment({ folders, port, id, ...account });
    const offset = roomInLog(folders.log);
    const log = openSync(folders.log, "a");
    const child = spawn(python, [resolve(this.program.files[0])], {
      cwd: folders.temporary,
      env,
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const process = child.pid === undefined ? undefined : identityOf(child.pid);
    return { process, ready: this.ready(child, process, offset) };
  }

  /**
   * Stops it, once it has written its data down, and what it has started.
   *
   * @returns whether it ran
   * @throws EmbeddedError when it had to be killed
   */
  async stop(): Promise<boolean> {
    const running = await this.running();
    if (running === undefined) return false;
    process.kill(running.pid, "SIGTERM");
    const ended = await until(() => !isRunning(running), STOP_SECONDS);
    signalGroup(running.pid, "SIGKILL");
    await until(() => !isRunning(running), STOP_SECONDS);
    if (ended) return true;
    throw new EmbeddedError(
      `the embedded AWS of ${this.environment} did not stop within ${STOP_SECONDS} s and was killed: what changed since its start may be lost; see ${this.folders.log}`,
    );
  }

  private async ready(
    child: ChildProcess,
    started: ProcessIdentity | undefined,
    offset: number,
  ): Promise<void> {
    const ended = endOf(child);
    const answers = await until(async () => ended.how !== undefined || (await this.answers()), START_SECONDS);
    child.unref();
    if (started !== undefined && answers && ended.how === undefined) return;
    if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
    const how = ended.how ?? `did not answer on port ${this.port} within ${START_SECONDS} s`;
    const { log } = this.folders;
    throw new EmbeddedError(
      `the embedded AWS of ${this.environment} ${how}; the end of ${log}:\n${tail(log, offset)}`,
    );
  }
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

async function until(check: () => boolean | Promise<boolean>, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}
