import { setTimeout as pause } from "node:timers/promises";
import type { Held } from "./dashboard-held";
import { HeldConnections } from "./dashboard-held";
import { type Answer, ask, checkHealth, keepingAlive, type PageRequest } from "./dashboard-requests";
import type { DashboardServer } from "./dashboard-server";
import { isAnswer, visitOf } from "./dashboard-visit";
import { BenchError } from "./measure";

/** Readers that each wait for one answer before they ask for the next part of the page. */
const READERS = 8;
/** Until requests are counted: connections that are held have then been taken in. */
const SETTLE_SECONDS = 0.5;
/** After which a reader gives up. */
export const PATIENCE_SECONDS = 2;
/** Until a server that was held answers again. */
const RECOVERY_SECONDS = 120;

/** One server in one state: nothing held, or something. */
export interface Load {
  /** Health checks that were made and that were answered in time. */
  readonly checks: number;
  readonly healthy: number;
  readonly requestsPerSecond: number;
  /** Of each request; infinite for one that was not answered. */
  readonly milliseconds: readonly number[];
}

export interface LoadOptions {
  readonly seconds: number;
  readonly checks: number;
  /** How many connections are held. */
  readonly connections: number;
}

/** Readers and health checks at once, while nothing or `held` connections are held. */
export async function load(
  server: DashboardServer,
  held: Held | undefined,
  options: LoadOptions,
): Promise<Load> {
  const { port } = server;
  const visit = await visitOf(port);
  const connections =
    held === undefined ? undefined : await HeldConnections.open(port, held, options.connections);
  const [read, healthy] = await Promise.all([
    readPages(port, visit, options.seconds),
    checkOften(port, options),
  ]);
  connections?.close();
  if (!(await server.answers(RECOVERY_SECONDS))) {
    throw new BenchError(`no answer for ${RECOVERY_SECONDS} s after ${held ?? "no"} connections were closed`);
  }
  return { ...read, checks: options.checks, healthy };
}

/** Makes `count` requests of the page, as fast as they are answered. */
export async function readMany(port: number, count: number): Promise<void> {
  const next = inTurns(await visitOf(port));
  const agent = keepingAlive();
  let left = count;
  const reader = async (): Promise<void> => {
    while (left-- > 0) {
      const { outcome } = await ask(port, next(), PATIENCE_SECONDS, agent);
      if (!isAnswer(outcome)) throw new BenchError(`a request came to: ${outcome}`);
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  agent.destroy();
}

/** Gives the parts of a page one after the other, over and over. */
export function inTurns(visit: readonly PageRequest[]): () => PageRequest {
  let turn = 0;
  return () => visit[turn++ % visit.length] ?? { path: "/" };
}

async function readPages(
  port: number,
  visit: readonly PageRequest[],
  seconds: number,
): Promise<Pick<Load, "requestsPerSecond" | "milliseconds">> {
  const next = inTurns(visit);
  const agent = keepingAlive();
  const begin = performance.now() + SETTLE_SECONDS * 1000;
  const deadline = begin + seconds * 1000;
  const answers: Answer[] = [];
  let inTime = 0;
  const reader = async (): Promise<void> => {
    while (performance.now() < deadline) {
      const answer = await ask(port, next(), PATIENCE_SECONDS, agent);
      answers.push(answer);
      const now = performance.now();
      if (isAnswer(answer.outcome) && now >= begin && now < deadline) inTime += 1;
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  agent.destroy();
  const milliseconds = answers.map((answer) => (isAnswer(answer.outcome) ? answer.milliseconds : Infinity));
  return { requestsPerSecond: inTime / seconds, milliseconds };
}

/** Health checks at even intervals, whether or not the last one has been answered. */
async function checkOften(port: number, { seconds, checks }: LoadOptions): Promise<number> {
  const answered = await Promise.all(
    Array.from({ length: checks }, async (_, at) => {
      await pause((at * seconds * 1000) / checks);
      return checkHealth(port);
    }),
  );
  return answered.filter((isAnswered) => isAnswered).length;
}

/** The value below which `share` of all are (nearest rank). @throws RangeError without values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("a percentile needs at least one value");
  return value;
}
