import { PATIENCE_SECONDS } from "./dashboard-load";
import type { DashboardBench, ServerBench } from "./dashboard-measure";

/** What the README claims of our server. */
export const TARGETS = { heldToBase: 0.95, exitSeconds: 20, memoryGrowth: 1.1 } as const;

const TITLES: Readonly<Record<ServerBench["name"], string>> = {
  blocking: "one at a time",
  sync: "sync workers",
  ours: "ours",
};

type Row = readonly [what: string, cell: (server: ServerBench) => string];

/** What was measured, as Markdown of at most 80 columns. */
export function dashboardTable({ servers, memory }: DashboardBench): string {
  const rows = ROWS.map(([what, cell]) => `| ${[what, ...servers.map(cell)].join(" | ")} |`);
  const [first, last] = memory.requests.map((count) => count.toLocaleString("en"));
  const [before, after] = memory.mib;
  return [
    `| | ${servers.map(({ name }) => TITLES[name]).join(" | ")} |`,
    "|---|---:|---:|---:|",
    ...rows,
    "",
    `Memory of our workers: ${before.toFixed(0)} MiB after ${first} requests,`,
    `${after.toFixed(0)} MiB after ${last} (× ${(after / before).toFixed(3)}).`,
  ].join("\n");
}

/** What of our server is worse than the README claims, each in words; and whether the first server went silent at all. */
export function missed({ servers, memory }: DashboardBench): string[] {
  const ours = servers.find(({ name }) => name === "ours");
  const blocking = servers.find(({ name }) => name === "blocking");
  if (ours === undefined || blocking === undefined) return ["nothing was measured"];
  const found: string[] = [];
  const check = (what: string, isMet: boolean, value: unknown): void => {
    if (!isMet) found.push(`${what}, got ${value}`);
  };
  for (const [kind, { checks, healthy, heldToBase }] of Object.entries(ours.held)) {
    check(`${kind}: all health checks answered`, healthy === checks, `${healthy}/${checks}`);
    check(
      `${kind}: held/base ≥ ${TARGETS.heldToBase}`,
      heldToBase >= TARGETS.heldToBase,
      heldToBase.toFixed(3),
    );
  }
  const { replacement, exit, silence } = ours;
  const growth = memory.mib[1] / memory.mib[0];
  const slowest = Math.max(replacement.exitSeconds, exit.seconds);
  check("no idle connection closed before a balancer does", silence.closed === 0, silence.closed);
  check("no request lost", lostOf(ours) === 0, JSON.stringify(replacement.lost));
  check("the slow request answered before the exit", exit.isAnswered, exit.isAnswered);
  check(`exit ≤ ${TARGETS.exitSeconds} s`, slowest <= TARGETS.exitSeconds, slowest.toFixed(1));
  check(`memory × ≤ ${TARGETS.memoryGrowth}`, growth <= TARGETS.memoryGrowth, growth.toFixed(3));
  const { healthy, checks } = blocking.held.idle;
  check("the blocking server falls silent", healthy < checks, `${healthy}/${checks}`);
  return found;
}

export const lostOf = ({ replacement }: ServerBench): number =>
  Object.values(replacement.lost).reduce((sum, count) => sum + count, 0);

const ROWS: readonly Row[] = [
  ["health checks answered, idle held", ({ held }) => healthOf(held.idle)],
  ["… half-sent held", ({ held }) => healthOf(held["half-sent"])],
  ["longest silence, s", ({ silence }) => silence.seconds.toFixed(1)],
  ["requests/s, nothing held", ({ requestsPerSecond }) => requestsPerSecond.toFixed(0)],
  ["held ÷ base, idle", ({ held }) => held.idle.heldToBase.toFixed(2)],
  ["… half-sent", ({ held }) => held["half-sent"].heldToBase.toFixed(2)],
  ["p99 of a request, nothing held, ms", ({ p99Milliseconds }) => wait(p99Milliseconds)],
  ["… idle", ({ held }) => wait(held.idle.p99Milliseconds)],
  ["… half-sent", ({ held }) => wait(held["half-sent"].p99Milliseconds)],
  ["lost when both are replaced", (server) => `${lostOf(server)} of ${server.replacement.requests}`],
  ["exit when held, s", ({ exit }) => exit.seconds.toFixed(1)],
  ["slow request answered before", ({ exit }) => (exit.isAnswered ? "yes" : "no")],
];

const healthOf = ({ healthy, checks }: { readonly healthy: number; readonly checks: number }): string =>
  `${healthy}/${checks}`;

const wait = (milliseconds: number | null): string =>
  milliseconds === null ? `> ${PATIENCE_SECONDS * 1000}` : milliseconds.toFixed(0);
