import { setTimeout as pause } from "node:timers/promises";
import { HeldConnections } from "./dashboard-held";
import { ask } from "./dashboard-requests";
import type { DashboardServer } from "./dashboard-server";

/** Until the slow request is under way, and then until all connections are held. */
const BEGIN_MS = 1_000;
const PATIENCE_SECONDS = 60;

export interface Exit {
  /** From SIGTERM on. */
  readonly seconds: number;
  /** Whether the slow request that was under way was answered. */
  readonly isAnswered: boolean;
}

/** Asks a server to end while a slow request is under way and half of `connections` are idle, half of them half-sent. */
export async function exitOf(
  server: DashboardServer,
  connections: number,
  slowSeconds: number,
): Promise<Exit> {
  const slow = ask(server.port, { path: `/slow?seconds=${slowSeconds}` }, PATIENCE_SECONDS);
  await pause(BEGIN_MS);
  const held = await Promise.all(
    (["idle", "half-sent"] as const).map((kind) => HeldConnections.open(server.port, kind, connections / 2)),
  );
  await pause(BEGIN_MS);
  const seconds = await server.stop();
  for (const connection of held) connection.close();
  return { seconds, isAnswered: (await slow).outcome === "200" };
}
