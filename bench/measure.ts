import { spawnSync } from "node:child_process";

/** A whole process to measure: from its start to its end. */
export interface Program {
  /** Arguments of `node`. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

const TIMEOUT_MS = 60_000;

/** A measured program failed, or two that must agree did not: then its times mean nothing. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}

/** Runs `program` once and gives its wall-clock milliseconds. */
export function time({ args, env, cwd }: Program): number {
  const start = process.hrtime.bigint();
  const { status, signal, stderr, error } = spawnSync(process.execPath, args, {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
    timeout: TIMEOUT_MS,
  });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (status === 0) return milliseconds;
  const reason = error?.message ?? `it ended with ${status ?? signal}`;
  throw new BenchError(`node ${args.join(" ")}: ${reason}\n${stderr.toString()}`.trimEnd());
}

/**
 * Runs the programs one after the other, `rounds` times over, so that a slow minute of the machine meets all of them.
 * Gives the milliseconds of each round in the order of `programs`.
 */
export function interleave(programs: readonly Program[], rounds: number): number[][] {
  return Array.from({ length: rounds }, () => programs.map(time));
}

/** The middle value; of two middle ones, their mean. @throws RangeError without values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError("a median needs at least one value");
  return (lower + upper) / 2;
}
