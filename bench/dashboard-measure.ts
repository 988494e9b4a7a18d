import { type Exit, exitOf } from "./dashboard-exit";
import type { Held } from "./dashboard-held";
import { type Load, load, percentile, readMany } from "./dashboard-load";
import { workersMiB } from "./dashboard-memory";
import { type Replacement, type ReplacementOptions, replaceBoth } from "./dashboard-replacement";
import { DashboardServer, type Place, SERVERS, type ServerName } from "./dashboard-server";
import { type Silence, silenceOf } from "./dashboard-silence";
import { median } from "./measure";

export interface DashboardOptions extends ReplacementOptions {
  /** Of nothing held, idle and half-sent in turns; the other servers, whose ratio is none, have a quarter of them. */
  readonly rounds: number;
  /** Of each turn. */
  readonly seconds: number;
  /** Health checks in all turns of a kind. */
  readonly checks: number;
  readonly connections: number;
  /** After which a balancer closes idle connections. */
  readonly idleSeconds: number;
  /** Requests after which memory is compared. */
  readonly memoryAfter: readonly [number, number];
}

export const FULL: DashboardOptions = {
  ...{ rounds: 20, seconds: 2, checks: 100, connections: 100, idleSeconds: 60 },
  ...{ requests: 1_000, slow: 16, slowSeconds: 4, requestsPerSecond: 25, delaySeconds: 10 },
  memoryAfter: [10_000, 20_000],
};

/** A server while connections of one kind are held. */
export interface HeldBench {
  readonly checks: number;
  readonly healthy: number;
  /** The median over the rounds of requests per second, held ÷ base. */
  readonly heldToBase: number;
  /** Of the pages that were asked for; null when one of a hundred did not come. */
  readonly p99Milliseconds: number | null;
}

export interface ServerBench {
  readonly name: ServerName;
  readonly requestsPerSecond: number;
  readonly p99Milliseconds: number | null;
  readonly held: Readonly<Record<Held, HeldBench>>;
  readonly silence: Silence;
  readonly replacement: Replacement;
  readonly exit: Exit;
}

export interface MemoryBench {
  readonly requests: readonly [number, number];
  readonly mib: readonly [number, number];
}

export interface DashboardBench {
  readonly servers: readonly ServerBench[];
  /** Of our server's workers. */
  readonly memory: MemoryBench;
}

const NAMES = Object.keys(SERVERS) as ServerName[];
/** Round of the others. */
const EVERY = 4;
const STATES = ["base", "idle", "half-sent"] as const;
type Loads = Readonly<Record<(typeof STATES)[number], Load[]>>;

/** All three servers in turns, so that a slow minute of the machine meets all of them. */
export async function measureDashboard(
  place: Place,
  options: DashboardOptions,
  onProgress: (text: string) => void,
): Promise<DashboardBench> {
  onProgress("starting the three servers");
  const servers = await byName((name) => DashboardServer.start(name, place));
  const loads = await byName(async (): Promise<Loads> => ({ base: [], idle: [], "half-sent": [] }));
  for (let round = 1; round <= options.rounds; round += 1)
    for (const name of NAMES) {
      const every = name === "ours" ? 1 : EVERY;
      if (round % every !== 0) continue;
      onProgress(`round ${round} of ${options.rounds}: ${name}`);
      const turn = { ...options, checks: Math.ceil((options.checks / options.rounds) * every) };
      for (const state of turned(STATES, round / every)) {
        const held = state === "base" ? undefined : state;
        loads[name][state].push(await load(servers[name], held, turn));
      }
    }
  onProgress(`silence: ${options.connections} idle connections for ${options.idleSeconds} s`);
  const silences = await byName((name) => silenceOf(servers[name], options));
  onProgress(`memory: ${options.memoryAfter[1]} requests`);
  const memory = await memoryOf(servers.ours, options.memoryAfter);
  const found: ServerBench[] = [];
  for (const name of NAMES) {
    onProgress(`${name}: SIGTERM while ${options.connections} connections are held`);
    const exit = await exitOf(servers[name], options.connections, options.slowSeconds);
    onProgress(`${name}: two instances replaced under ${options.requests} requests`);
    const replacement = await replaceBoth(name, place, options);
    found.push({ name, ...summary(loads[name]), silence: silences[name], replacement, exit });
  }
  return { servers: found, memory };
}

async function byName<T>(make: (name: ServerName) => Promise<T>): Promise<Record<ServerName, T>> {
  const [blocking, sync, ours] = await Promise.all([make("blocking"), make("sync"), make("ours")]);
  return { blocking, sync, ours };
}

/** The same in another order each round, so that none is always the first or the last. */
function turned<T>(values: readonly T[], by: number): T[] {
  const at = by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}

/** What the turns of one server come to. */
export function summary(loads: Loads): Pick<ServerBench, "requestsPerSecond" | "p99Milliseconds" | "held"> {
  return {
    requestsPerSecond: median(loads.base.map(({ requestsPerSecond }) => requestsPerSecond)),
    p99Milliseconds: p99(loads.base),
    held: {
      idle: heldSummary(loads.base, loads.idle),
      "half-sent": heldSummary(loads.base, loads["half-sent"]),
    },
  };
}

function heldSummary(base: readonly Load[], held: readonly Load[]): HeldBench {
  const ratios = held.map((load, round) => load.requestsPerSecond / (base[round]?.requestsPerSecond ?? 0));
  const sum = (key: "checks" | "healthy"): number => held.reduce((total, load) => total + load[key], 0);
  return {
    ...{ checks: sum("checks"), healthy: sum("healthy") },
    ...{ heldToBase: median(ratios), p99Milliseconds: p99(held) },
  };
}

function p99(loads: readonly Load[]): number | null {
  const value = percentile(
    loads.flatMap(({ milliseconds }) => milliseconds),
    0.99,
  );
  return Number.isFinite(value) ? value : null;
}

async function memoryOf(
  server: DashboardServer,
  [first, last]: readonly [number, number],
): Promise<MemoryBench> {
  await readMany(server.port, first);
  const before = await workersMiB(server);
  await readMany(server.port, last - first);
  return { requests: [first, last], mib: [before, await workersMiB(server)] };
}
