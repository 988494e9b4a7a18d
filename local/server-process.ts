import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EmbeddedError } from "./embedded-error";
import { identityOf, isRunning, type ProcessIdentity, signalGroup } from "./process-identity";

/** On a busy machine; ministack and PostgreSQL start in half a second on a quiet one, moto in two. */
const START_SECONDS = 60;
/** Until one that runs is taken for hung. */
const ANSWER_SECONDS = 10;
/** A server writes its state when it is asked to stop, in about a second. */
const STOP_SECONDS = 30;
const LOG_LINES = 15;
const LOG_BYTES = 10_000_000;

/** How a server is known again and stopped. */
export interface Server {
  /** What a message calls it: `the embedded AWS of local`. */
  readonly title: string;
  /** On the loopback interface. */
  readonly port: number;
  /** Absolute. */
  readonly log: string;
  /** The one that was started last, if that is known. */
  readonly last: ProcessIdentity | undefined;
  /** Ends it in good order. */
  readonly stopSignal: NodeJS.Signals;
  /** Whether it answers now, and no other in its place. */
  answers(): Promise<boolean>;
  /** Finds one that a killed command has started and not recorded. */
  find(): Promise<ProcessIdentity | undefined>;
}

/** A program with all that it is run with; none of this process's environment is handed on. */
export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Absent: those of this process. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface ServerStart {
  /** To be recorded at once; undefined where it has ended already. */
  readonly process: ProcessIdentity | undefined;
  /** Until it answers. Rejects with an EmbeddedError when it ends or does not do so in time, with its last words. */
  readonly ready: Promise<void>;
}

/** A server of this machine that outlives the command which starts it, and may run or not. */
export class ServerProcess {
  readonly port: number;

  constructor(private readonly server: Server) {
    this.port = server.port;
  }

  /** The process, if it is that very one. */
  async running(): Promise<ProcessIdentity | undefined> {
    const { last } = this.server;
    return last !== undefined && isRunning(last) ? last : this.server.find();
  }

  /** Whether it answers now, and no other in its place. */
  answers(): Promise<boolean> {
    return this.server.answers();
  }

  /** Whether it answers, if one that is busy is given time. */
  answersInTime(): Promise<boolean> {
    return until(() => this.answers(), ANSWER_SECONDS);
  }

  /** Starts it; with that, it does not answer yet. */
  start({ path, args, ...options }: Command): ServerStart {
    const offset = roomInLog(this.server.log);
    const log = openSync(this.server.log, "a");
    const child = spawn(path, args, { ...options, detached: true, stdio: ["ignore", log, log] });
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
    process.kill(running.pid, this.server.stopSignal);
    const ended = await until(() => !isRunning(running), STOP_SECONDS);
    signalGroup(running.pid, "SIGKILL");
    await until(() => !isRunning(running), STOP_SECONDS);
    if (ended) return true;
    throw new EmbeddedError(
      `${this.server.title} did not stop within ${STOP_SECONDS} s and was killed: what changed since its start may be lost; see ${this.server.log}`,
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
    const { title, log } = this.server;
    throw new EmbeddedError(`${title} ${how}; the end of ${log}:\n${tail(log, offset)}`);
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
