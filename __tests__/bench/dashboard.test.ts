import { withDashboardBench } from "../../bench/dashboard";
import { percentile } from "../../bench/dashboard-load";
import { type DashboardBench, type ServerBench, summary } from "../../bench/dashboard-measure";
import { dashboardTable, missed } from "../../bench/dashboard-report";

const held = (healthy: number, heldToBase: number, p99Milliseconds: number | null) => ({
  ...{ checks: 100, healthy, heldToBase, p99Milliseconds },
});
const server = (name: ServerBench["name"], more: Partial<ServerBench>): ServerBench => ({
  ...{ name, requestsPerSecond: 812.4, p99Milliseconds: 13.2, silence: { seconds: 0.3, closed: 0 } },
  held: { idle: held(100, 0.99, 13.6), "half-sent": held(100, 0.97, 14) },
  replacement: { requests: 1012, underWay: 3, lost: {}, exitSeconds: 2.4 },
  exit: { seconds: 4.25, isAnswered: true },
  ...more,
});
const silent = {
  ...{ silence: { seconds: 60.4, closed: 0 }, exit: { seconds: 0, isAnswered: false } },
  held: { idle: held(0, 0, null), "half-sent": held(0, 0, null) },
};
const lost = { requests: 1000, underWay: 3, lost: { "502": 2, "socket hang up": 1 }, exitSeconds: 30 };
const ours = (
  more: Partial<ServerBench> = {},
  mib: readonly [number, number] = [200, 202],
): DashboardBench => ({
  servers: [
    server("blocking", silent),
    server("sync", { ...silent, replacement: lost }),
    server("ours", more),
  ],
  memory: { requests: [2_000, 10_000], mib },
});

test("shows the three servers side by side, in lines of at most 80 columns", () => {
  const lines = dashboardTable(ours()).split("\n");
  expect(lines).toEqual([
    "| | one at a time | sync workers | ours |",
    "|---|---:|---:|---:|",
    "| health checks answered, idle held | 0/100 | 0/100 | 100/100 |",
    "| … half-sent held | 0/100 | 0/100 | 100/100 |",
    "| longest silence, s | 60.4 | 60.4 | 0.3 |",
    "| requests/s, nothing held | 812 | 812 | 812 |",
    "| held ÷ base, idle | 0.00 | 0.00 | 0.99 |",
    "| … half-sent | 0.00 | 0.00 | 0.97 |",
    "| p99 of a request, nothing held, ms | 13 | 13 | 13 |",
    "| … idle | > 2000 | > 2000 | 14 |",
    "| … half-sent | > 2000 | > 2000 | 14 |",
    "| lost when both are replaced | 0 of 1012 | 3 of 1000 | 0 of 1012 |",
    "| exit when held, s | 0.0 | 0.0 | 4.3 |",
    "| slow request answered before | no | no | yes |",
    "",
    "Memory of our workers: 200 MiB after 2,000 requests,",
    "202 MiB after 10,000 (× 1.010).",
  ]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test("writes the table between the README's marks, and nothing else", () => {
  const begin = "<!-- bench-dashboard: written by `npm run bench -- dashboard`, do not edit -->";
  const readme = (text: string) => `before\n${begin}\n${text}\n<!-- /bench-dashboard -->\nafter\n`;
  expect(withDashboardBench(readme("old"), "new")).toBe(readme("new"));
});

test("rejects a README without a place for the table", () => {
  expect(() => withDashboardBench("before", "table")).toThrow(
    /^the README needs the lines <!-- bench-dashboard: /,
  );
});

test("misses nothing where all is as the README claims", () => {
  expect(missed(ours())).toEqual([]);
});

test.each<[Partial<ServerBench>, string]>([
  [
    { held: { idle: held(99, 0.99, 1), "half-sent": held(100, 1, 1) } },
    "idle: all health checks answered, got 99/100",
  ],
  [
    { held: { idle: held(100, 0.99, 1), "half-sent": held(100, 0.949, 1) } },
    "half-sent: held/base ≥ 0.95, got 0.949",
  ],
  [{ silence: { seconds: 0.3, closed: 4 } }, "no idle connection closed before a balancer does, got 4"],
  [{ replacement: { ...lost, exitSeconds: 1 } }, 'no request lost, got {"502":2,"socket hang up":1}'],
  [{ replacement: { ...lost, lost: {} } }, "exit ≤ 20 s, got 30.0"],
  [{ exit: { seconds: 20.1, isAnswered: true } }, "exit ≤ 20 s, got 20.1"],
  [{ exit: { seconds: 1, isAnswered: false } }, "the slow request answered before the exit, got false"],
])("says what our server misses: %j", (more, what) => {
  expect(missed(ours(more))).toEqual([what]);
});

test("says how much memory has grown", () => {
  expect(missed(ours({}, [200, 222]))).toEqual(["memory × ≤ 1.1, got 1.110"]);
});

test("proves nothing when the blocking server does not fall silent", () => {
  const { servers, memory } = ours();
  const answering = [server("blocking", {}), ...servers.slice(1)];
  expect(missed({ servers: answering, memory })).toEqual(["the blocking server falls silent, got 100/100"]);
});

test("compares within a round, and counts a request that was not answered as slower than all others", () => {
  const load = (requestsPerSecond: number, milliseconds: number[]) => ({
    ...{ requestsPerSecond, milliseconds, checks: 10, healthy: 9 },
  });
  const found = summary({
    base: [load(100, [1, 2]), load(50, [3, 4]), load(10, [5])],
    idle: [load(90, [1]), load(50, [2]), load(8, [9])],
    "half-sent": [load(50, [1]), load(25, [Number.POSITIVE_INFINITY]), load(5, [1])],
  });
  expect(found).toEqual({
    ...{ requestsPerSecond: 50, p99Milliseconds: 5 },
    held: {
      idle: { checks: 30, healthy: 27, heldToBase: 0.9, p99Milliseconds: 9 },
      "half-sent": { checks: 30, healthy: 27, heldToBase: 0.5, p99Milliseconds: null },
    },
  });
});

test.each([
  [[5], 0.99, 5],
  [Array.from({ length: 100 }, (_, at) => at + 1), 0.99, 99],
  [Array.from({ length: 101 }, (_, at) => at + 1), 0.99, 100],
])("takes the percentile of %j", (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

test("rejects a percentile of nothing", () => {
  expect(() => percentile([], 0.99)).toThrow(new RangeError("a percentile needs at least one value"));
});
