import { benchTable, meetsTargets, type PipelineBench, withBench } from "../../bench/pipeline";
import { summary } from "../../bench/pipeline-stage";

const run = (name: "groundplan" | "duckdb" | "pyarrow", mbPerCpuSecond: number, peakMiB: number) => ({
  ...{ name, mbPerSecond: 20.4, mbPerCpuSecond, peakMiB, oneCore: true },
});
const found: PipelineBench = {
  megabytes: 200,
  stage: [run("groundplan", 31.2, 110.4), run("duckdb", 155.4, 207)],
  endToEnd: { objects: 1000, eventsPerObject: 20, seconds: 50, objectsPerSecond: 20 },
};

test("writes what was measured between the README's marks, and nothing else", () => {
  const marks = ["<!-- bench: written by `npm run bench -- pipeline`, do not edit -->", "<!-- /bench -->"];
  const readme = `before\n${marks[0]}\nold\n${marks[1]}\nafter\n`;
  const table = benchTable(found);
  expect(table.split("\n").slice(0, 4)).toEqual([
    "| 200 MB of NDJSON → Parquet, one core | MB/s | MB per second of processor time | peak MiB |",
    "|---|---:|---:|---:|",
    "| the structure stage: every line judged, then Parquet | 20 | 31 | 110 |",
    "| DuckDB (Python), `COPY … TO`: no line judged | 20 | 155 | 207 |",
  ]);
  expect(table).toContain(
    "1000 objects of 20 events were in all three stores after 50 s, 20.0 objects per second",
  );
  expect(withBench(readme, table)).toBe(`before\n${marks[0]}\n${table}\n${marks[1]}\nafter\n`);
});

test("rejects a README without a place for the table", () => {
  expect(() => withBench("before", "table")).toThrow(/^the README needs the lines <!-- bench: /);
});

test.each([
  [30, 128, true],
  [29.9, 128, false],
  [30, 128.1, false],
])("of %d MB per second of processor time and %d MiB says whether it is enough", (speed, peak, enough) => {
  expect(meetsTargets([run("groundplan", speed, peak), run("duckdb", 1, 1)])).toBe(enough);
});

test("takes the median speed and the highest peak of the rounds", () => {
  const rounds = [10, 30, 20].map((speed) => ({
    mbPerSecond: speed,
    mbPerCpuSecond: 2 * speed,
    peakMiB: speed,
  }));
  expect(summary(rounds)).toEqual({ mbPerSecond: 20, mbPerCpuSecond: 40, peakMiB: 30 });
});
