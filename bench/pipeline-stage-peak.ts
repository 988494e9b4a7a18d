import { readFileSync } from "node:fs";

/**
 * The most memory that this process has had resident, in MiB. Linux counts it twice: `getrusage` begins with what the
 * process was forked from, `VmHWM` (proc_pid_status(5)) with the program itself; the second is what is meant.
 */
export function peakMiB(): number {
  const { maxRSS } = process.resourceUsage();
  return Number(highWaterKiB() ?? maxRSS) / 1024;
}

function highWaterKiB(): string | undefined {
  try {
    return /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  } catch {
    return undefined; // no Linux
  }
}
