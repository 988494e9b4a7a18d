import { ask } from "../local/executable";
import type { DashboardServer } from "./dashboard-server";
import { BenchError } from "./measure";

/** Resident memory of a server's workers together, in MiB. @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ps.html */
export async function workersMiB(server: DashboardServer): Promise<number> {
  const { succeeded, stdout } = await ask("ps", ["-A", "-o", "ppid=", "-o", "rss="], process.env);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const workers = lines.filter(([parent]) => parent === server.pid);
  if (!succeeded || workers.length === 0) throw new BenchError("no worker was found with ps");
  return workers.reduce((sum, [, kib = 0]) => sum + kib, 0) / 1024;
}
