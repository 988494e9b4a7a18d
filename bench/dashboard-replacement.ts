import { setTimeout as pause } from "node:timers/promises";
import { Balancer } from "./dashboard-balancer";
import { inTurns } from "./dashboard-load";
import { ask, keepingAlive, type PageRequest } from "./dashboard-requests";
import { DashboardServer, type Place, type ServerName } from "./dashboard-server";
import { isAnswer, visitOf } from "./dashboard-visit";

/** After which a request counts as lost. */
const PATIENCE_SECONDS = 15;
/** Of all requests, until the first instance is replaced. */
const BEFORE = 0.1;

export interface ReplacementOptions {
  readonly requests: number;
  readonly slow: number;
  /** How long a slow page takes. */
  readonly slowSeconds: number;
  readonly requestsPerSecond: number;
  /** Of the balancer: what is under way in an instance has so long, then the instance gets its SIGTERM. */
  readonly delaySeconds: number;
}

export interface Replacement {
  /** At least those that were asked for: requests go on until both instances are replaced. */
  readonly requests: number;
  /** Of these, when their instance began to be drained. */
  readonly underWay: number;
  /** Requests that were not answered with 200, by what they came to. */
  readonly lost: Readonly<Record<string, number>>;
  /** Of the longest of both, from SIGTERM on. */
  readonly exitSeconds: number;
}

/** Replaces two instances behind a balancer one after the other, as a deployment does, while requests come in evenly. */
export async function replaceBoth(
  name: ServerName,
  place: Place,
  options: ReplacementOptions,
): Promise<Replacement> {
  const start = (): Promise<DashboardServer> => DashboardServer.start(name, place);
  const balancer = await Balancer.start();
  try {
    const old = await Promise.all([start(), start()]);
    const targets = await Promise.all(old.map(({ port }) => balancer.add(port)));
    const visit = await visitOf(balancer.port);
    const exits: number[] = [];
    let underWay = 0;
    const replacing = async (): Promise<void> => {
      await pause((options.requests * BEFORE * 1000) / options.requestsPerSecond);
      for (const [at, server] of old.entries()) {
        const target = targets[at];
        const next = await start();
        await balancer.add(next.port);
        underWay += target?.inFlight ?? 0;
        if (target !== undefined) await balancer.drain(target, options.delaySeconds);
        exits.push(await server.stop());
      }
    };
    const sent = await sendUntil(replacing(), balancer.port, visit, options);
    return { ...sent, underWay, exitSeconds: Math.max(...exits) };
  } finally {
    balancer.close();
  }
}

async function sendUntil(
  replaced: Promise<void>,
  port: number,
  visit: readonly PageRequest[],
  { requests, slow, slowSeconds, requestsPerSecond }: ReplacementOptions,
): Promise<Pick<Replacement, "requests" | "lost">> {
  const next = inTurns(visit);
  const agent = keepingAlive();
  const lost: Record<string, number> = {};
  const under: Promise<void>[] = [];
  let isReplaced = false;
  const end = replaced.finally(() => {
    isReplaced = true;
  });
  end.catch(() => {}); // awaited below
  const send = async (request: PageRequest): Promise<void> => {
    const { outcome } = await ask(port, request, PATIENCE_SECONDS, agent);
    if (!isAnswer(outcome)) lost[outcome] = (lost[outcome] ?? 0) + 1;
  };
  let [sent, slowly] = [0, 0];
  for (const start = performance.now(); sent < requests || !isReplaced; sent += 1) {
    await pause(Math.max(0, start + (sent * 1000) / requestsPerSecond - performance.now()));
    const isSlow = sent === Math.floor(((slowly + 0.5) * requests) / slow);
    if (isSlow) slowly += 1;
    under.push(send(isSlow ? { path: `/slow?seconds=${slowSeconds}` } : next()));
  }
  await Promise.all([end, ...under]);
  agent.destroy();
  return { requests: sent, lost };
}
