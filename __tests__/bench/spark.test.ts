import { sparkCommand, withSparkBench } from "../../bench/spark";
import type { LakeKind } from "../../bench/spark-lake";
import { type LakeBench, nameOf, type SparkBench } from "../../bench/spark-measure";
import { growthOf, missed, ratioTo, sparkTable } from "../../bench/spark-report";
import { CONTENDERS, type Contender } from "../../bench/spark-run";

type Seconds = Readonly<Record<Contender, number>>;

/** What each takes in a round; jobs the same unless told otherwise. */
const round = (seconds: number, more: Partial<Seconds> = {}): Seconds => ({
  ...{ train_recommendations: seconds, aggregate_content: seconds, compact_curated: seconds },
  ...{ erase_visitors: seconds, duckdb: seconds / 10, ...more },
});
const lake = (kind: LakeKind, events: number, rounds: readonly Seconds[], peakMiB = 900): LakeBench => ({
  ...{ kind, events, files: 45, bytes: 1, visitors: 1, shareOfFirstShop: 0.2 },
  runs: rounds.map((seconds) => {
    const took = (name: Contender) => ({ seconds: seconds[name], cpuSeconds: 1, peakMiB });
    return Object.fromEntries(CONTENDERS.map((name) => [name, took(name)])) as LakeBench["runs"][number];
  }),
});
const full = (more: Partial<Seconds> = {}): SparkBench => ({
  lakes: [
    lake("start", 1_000, [round(10)]),
    lake("size", 200_000, [round(12)]),
    lake("size", 1_000_000, [round(20)], 1_200.4),
    lake("size", 5_000_000, [round(60, more)]),
    lake("skew", 1_000_000, [round(25)]),
    lake("small files", 1_000_000, [round(70)]),
  ],
});

test("shows each job on each lake, and DuckDB beside the one that does the same", () => {
  expect(sparkTable(full()).split("\n")).toEqual([
    "| | start, s | 0.2 M events, rows/s | 1 M events, rows/s | 5 M events, rows/s | growth | skew × | small files × | peak MiB |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    "| `train_recommendations` | 10.0 | 16,700 | 50,000 | 83,300 | 1.00 | 1.25 | 3.50 | 1200 |",
    "| `aggregate_content` | 10.0 | 16,700 | 50,000 | 83,300 | 1.00 | 1.25 | 3.50 | 1200 |",
    "| `compact_curated` | 10.0 | 16,700 | 50,000 | 83,300 | 1.00 | 1.25 | 3.50 | 1200 |",
    "| `erase_visitors` | 10.0 | 16,700 | 50,000 | 83,300 | 1.00 | 1.25 | 3.50 | 1200 |",
    "| DuckDB, as `aggregate_content` | 1.0 | 167,000 | 500,000 | 833,000 | 1.00 | 1.25 | 3.50 | 1200 |",
    "",
    "5 M events: `aggregate_content` took 10.0 times as long as DuckDB, and both came to the same figures.",
  ]);
});

test("has no columns for lakes that were not measured", () => {
  expect(sparkTable({ lakes: [lake("size", 20_000, [round(10)])] })).toContain(
    "| | 20,000 events, rows/s | peak MiB |\n|---|---:|---:|\n| `train_recommendations` | 2,000 | 900 |",
  );
});

test("takes the start of the job away before rows are compared, and the median of the rounds", () => {
  const lakes = [
    lake("start", 1_000, [round(9), round(10), round(30)]),
    lake("size", 100, [round(11), round(12), round(11)]),
    lake("size", 1_000, [round(20), round(50), round(40)]),
  ];
  expect(growthOf({ lakes }, "erase_visitors")).toBe(2);
});

test.each<[string, SparkBench]>([
  ["one size", { lakes: [lake("start", 1, [round(1)]), lake("size", 2, [round(1)])] }],
  ["no start", { lakes: [lake("size", 1, [round(1)]), lake("size", 2, [round(1)])] }],
])("knows no growth of %s", (_, bench) => {
  expect(growthOf(bench, "erase_visitors")).toBeUndefined();
});

test("compares a case with the lake of its size within a round", () => {
  const lakes = [
    lake("size", 50, [round(99), round(99), round(99)]),
    lake("size", 100, [round(10), round(20), round(100)]),
    lake("skew", 100, [round(11), round(40), round(120)]),
  ];
  expect(ratioTo({ lakes }, "skew", "compact_curated")).toBe(1.2);
});

test("misses nothing where a row takes as long in a large lake as in a small one", () => {
  expect(missed(full())).toEqual([]);
});

test("says which job takes longer for a row in a large lake, and never that of DuckDB", () => {
  expect(missed(full({ erase_visitors: 85.5, duckdb: 1_000 }))).toEqual([
    "erase_visitors: growth per row ≤ 1.5, got 1.51",
  ]);
});

test("says which job takes longer where one shop has most of the events", () => {
  const lakes = [lake("size", 100, [round(10)]), lake("skew", 100, [round(1, { compact_curated: 15.1 })])];
  expect(missed({ lakes })).toEqual(["compact_curated: skew ≤ 1.5, got 1.51"]);
});

test.each<[LakeKind, number, string]>([
  ["size", 200_000, "0.2 M events"],
  ["size", 20_000, "20,000 events"],
  ["small files", 1_000_000, "1 M events (small files)"],
])("calls a lake of kind %s with %d events %s", (kind, events, name) => {
  expect(nameOf({ kind, events })).toBe(name);
});

test("writes the table between the README's marks, and nothing else", () => {
  const begin = "<!-- bench-spark: written by `npm run bench -- spark`, do not edit -->";
  const readme = (text: string) => `before\n${begin}\n${text}\n<!-- /bench-spark -->\nafter\n`;
  expect(withSparkBench(readme("old"), "new")).toBe(readme("new"));
});

test("rejects a README without a place for the table", () => {
  expect(() => withSparkBench("before", "table")).toThrow(/^the README needs the lines <!-- bench-spark: /);
});

test.each(["999", "2e4", "all"])("rejects a lake of %s events", (events) => {
  const command = sparkCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  expect(() => command.parse(["--events", events], { from: "user" })).toThrow(
    `error: option '--events <number>' argument '${events}' is invalid. It must be a whole number from 1000.`,
  );
});
