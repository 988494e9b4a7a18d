import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { homeOf } from "../config/home";
import { identityOf, isRunning, type ProcessIdentity } from "./process-identity";

/** Who holds a lock. */
interface Holder extends ProcessIdentity {
  readonly command: string;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

/** Another command holds the lock. */
export class LockError extends Error {
  override readonly name = "LockError";
}

/**
 * Runs `work` while no other `up`, `down` or `destroy` of the environment runs on this machine.
 *
 * The lock of a process that has ended is taken over.
 *
 * @throws LockError when another command holds it; the message names that command and its process
 */
export async function withLock<T>(environment: string, command: string, work: () => Promise<T>): Promise<T> {
  const file = join(homeOf(environment), "lock.json");
  const mine = newHolder(command);
  const other = acquire(file, mine);
  if (other !== undefined) {
    throw new LockError(
      `groundplan ${other.command} works on ${environment} already (process ${other.pid}): wait until it has ended`,
    );
  }
  return released(file, mine, work);
}

/**
 * Runs `work` when no other process holds the lock of that file, and waits for that.
 *
 * @throws LockError when it is still held after `seconds`
 */
export async function withFileLock<T>(file: string, seconds: number, work: () => Promise<T>): Promise<T> {
  const mine = newHolder("");
  const deadline = Date.now() + seconds * 1000;
  for (let other = acquire(file, mine); other !== undefined; other = acquire(file, mine)) {
    if (Date.now() > deadline) {
      throw new LockError(
        `${file} is still held by process ${other.pid} after ${seconds} s: end that process and try again`,
      );
    }
    await pause(200);
  }
  return released(file, mine, work);
}

async function released<T>(file: string, mine: Holder, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    if (holderOf(file)?.token === mine.token) rmSync(file, { force: true });
  }
}

function newHolder(command: string): Holder {
  const { pid, started } = identityOf(process.pid) ?? { pid: process.pid, started: "" };
  return { pid, started, command, token: randomUUID() };
}

/** Takes the lock, or says who has it. The file appears whole: it is written aside and linked into place. */
function acquire(file: string, mine: Holder): Holder | undefined {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${mine.token}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    for (;;) {
      if (linked(draft, file)) return undefined;
      const other = holderOf(file);
      if (other !== undefined && isRunning(other)) return other;
      removeStale(file, other?.token, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a stale lock away; one that was renewed since it was read goes back. */
function removeStale(file: string, token: string | undefined, aside: string): void {
  try {
    renameSync(file, aside);
  } catch {
    return; // another process was faster
  }
  if (holderOf(aside)?.token !== token) linked(aside, file);
  rmSync(aside, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined where there is no lock, or one that cannot be read. */
function holderOf(file: string): Holder | undefined {
  try {
    const { pid, started, command, token } = JSON.parse(readFileSync(file, "utf8")) as Partial<Holder>;
    if (pid === undefined || started === undefined || token === undefined) return undefined;
    return { pid, started, command: command ?? "", token };
  } catch {
    return undefined;
  }
}
