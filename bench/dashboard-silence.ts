import { setTimeout as pause } from "node:timers/promises";
import { HeldConnections } from "./dashboard-held";
import { checkHealth } from "./dashboard-requests";
import type { DashboardServer } from "./dashboard-server";
import { BenchError } from "./measure";

const CHECK_EVERY_MS = 250;
/** After the connections are closed. */
const RECOVERY_SECONDS = 60;

export interface SilenceOptions {
  readonly connections: number;
  /** After which the connections are closed: a balancer's idle time-out. */
  readonly idleSeconds: number;
}

export interface Silence {
  /** The longest time without an answered health check. */
  readonly seconds: number;
  /** Held connections that the server closed before the balancer did: into such a one, a balancer may be sending. */
  readonly closed: number;
}

/** Holds idle connections and closes them after `idleSeconds`, until the server answers again. */
export async function silenceOf(server: DashboardServer, options: SilenceOptions): Promise<Silence> {
  const held = await HeldConnections.open(server.port, "idle", options.connections);
  const start = performance.now();
  let [last, longest] = [start, 0];
  const answered = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  while (performance.now() < start + options.idleSeconds * 1000) {
    if (await checkHealth(server.port)) answered();
    await pause(CHECK_EVERY_MS);
  }
  const { closed } = held;
  held.close();
  if (!(await server.answers(RECOVERY_SECONDS)))
    throw new BenchError(`no answer for ${RECOVERY_SECONDS} s after the held connections were closed`);
  answered();
  return { seconds: longest / 1000, closed };
}
