import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process by what no later process of the same number shares. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the system's own words. */
  readonly started: string;
}

/** The identity of a process that runs; undefined for one that has ended, also if nobody has reaped it. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const started = process.platform === "linux" ? startedOnLinux(pid) : startedElsewhere(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether that very process still runs, and not another that was given its number. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return identityOf(pid)?.started === started;
}

/** With what a process was started, words parted by spaces; undefined where none runs. */
export function commandLineOf(pid: number): string | undefined {
  if (identityOf(pid) === undefined) return undefined;
  try {
    if (process.platform !== "linux") return askPs("args=", pid);
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return undefined;
  }
}

/** Sends a signal to a process and all that it has started in its group; says whether there was one. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Boot and ticks since then: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, fields 3 and 22. */
function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, ticks] = [fields[0], fields[19]];
    if (ticks === undefined || state === "Z" || state === "X") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}

function startedElsewhere(pid: number): string | undefined {
  try {
    const [state = "", ...date] = askPs("state=,lstart=", pid).split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : date.join(" ");
  } catch {
    return undefined;
  }
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ps.html */
function askPs(fields: string, pid: number): string {
  const args = ["-ww", "-o", fields, "-p", String(pid)];
  return execFileSync("ps", args, { encoding: "utf8", timeout: 5_000 }).trim();
}
