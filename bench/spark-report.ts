import { median } from "./measure";
import type { LakeKind } from "./spark-lake";
import { type LakeBench, nameOf, type SparkBench } from "./spark-measure";
import { CONTENDERS, type Contender } from "./spark-run";

/** What the README claims. */
export const TARGETS = {
  /** Time of a row in the largest lake ÷ in the smallest one, without the start. */
  growth: 1.5,
  /** Time with 80 % of the events in one shop ÷ with the same share for each. */
  skew: 1.5,
} as const;

const TITLES: Readonly<Record<Contender, string>> = {
  train_recommendations: "`train_recommendations`",
  aggregate_content: "`aggregate_content`",
  compact_curated: "`compact_curated`",
  erase_visitors: "`erase_visitors`",
  duckdb: "DuckDB, as `aggregate_content`",
};

interface Column {
  readonly title: string;
  readonly cell: (contender: Contender) => string;
}

/** What was measured, as Markdown: as many columns as there were lakes for. */
export function sparkTable(bench: SparkBench): string {
  const columns = columnsOf(bench);
  const rows = CONTENDERS.map((name) => [TITLES[name], ...columns.map(({ cell }) => cell(name))]);
  const largest = sizesOf(bench).at(-1);
  return [
    `| | ${columns.map(({ title }) => title).join(" | ")} |`,
    `|---|${columns.map(() => "---:|").join("")}`,
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    ...(largest === undefined ? [] : ["", besideDuckdb(largest)]),
  ].join("\n");
}

/** What is worse than the README claims, each in words. */
export function missed(bench: SparkBench): string[] {
  const found: string[] = [];
  for (const name of CONTENDERS) {
    if (name === "duckdb") continue;
    const growth = growthOf(bench, name);
    const skew = ratioTo(bench, "skew", name);
    if (growth !== undefined && growth > TARGETS.growth)
      found.push(`${name}: growth per row ≤ ${TARGETS.growth}, got ${growth.toFixed(2)}`);
    if (skew !== undefined && skew > TARGETS.skew)
      found.push(`${name}: skew ≤ ${TARGETS.skew}, got ${skew.toFixed(2)}`);
  }
  return found;
}

/**
 * Time of a row in the largest lake ÷ in the smallest one, the median over the rounds. What the same job takes for hardly any
 * events is its start, and no time of rows. Undefined where this was not measured.
 */
export function growthOf(bench: SparkBench, name: Contender): number | undefined {
  const [start, sizes] = [lakeOf(bench, "start"), sizesOf(bench)];
  const [smallest, largest] = [sizes[0], sizes.at(-1)];
  if (start === undefined || smallest === undefined || largest === smallest || largest === undefined)
    return undefined;
  const starting = median(secondsOf(start, name));
  const perRow = (lake: LakeBench) =>
    secondsOf(lake, name).map((seconds) => (seconds - starting) / lake.events);
  return ratioOf(perRow(largest), perRow(smallest));
}

/** Time of a case ÷ of a lake of the same size as lakes are. */
export function ratioTo(bench: SparkBench, kind: LakeKind, name: Contender): number | undefined {
  const lake = lakeOf(bench, kind);
  const plain = sizesOf(bench).find(({ events }) => events === lake?.events);
  if (lake === undefined || plain === undefined) return undefined;
  return ratioOf(secondsOf(lake, name), secondsOf(plain, name));
}

function columnsOf(bench: SparkBench): Column[] {
  const start = lakeOf(bench, "start");
  const ratio = (value: number | undefined) => (value === undefined ? "" : value.toFixed(2));
  const kinds = (["skew", "small files"] as const).filter((kind) => lakeOf(bench, kind) !== undefined);
  return [
    ...(start === undefined
      ? []
      : [{ title: "start, s", cell: (name: Contender) => medianOf(start, name).toFixed(1) }]),
    ...sizesOf(bench).map((lake) => ({
      title: `${nameOf(lake)}, rows/s`,
      cell: (name: Contender) => thousands(lake.events / medianOf(lake, name)),
    })),
    ...(start === undefined
      ? []
      : [{ title: "growth", cell: (name: Contender) => ratio(growthOf(bench, name)) }]),
    ...kinds.map((kind) => ({
      title: `${kind} ×`,
      cell: (name: Contender) => ratio(ratioTo(bench, kind, name)),
    })),
    { title: "peak MiB", cell: (name) => Math.max(...bench.lakes.flatMap(peaksOf(name))).toFixed(0) },
  ];
}

function besideDuckdb(lake: LakeBench): string {
  const ratio = ratioOf(secondsOf(lake, "aggregate_content"), secondsOf(lake, "duckdb"));
  return `${nameOf(lake)}: \`aggregate_content\` took ${ratio.toFixed(1)} times as long as DuckDB, and both came to the same figures.`;
}

const lakeOf = ({ lakes }: SparkBench, kind: LakeKind) => lakes.find((lake) => lake.kind === kind);
const sizesOf = ({ lakes }: SparkBench) => lakes.filter(({ kind }) => kind === "size");
const secondsOf = ({ runs }: LakeBench, name: Contender) => runs.map((run) => run[name].seconds);
const medianOf = (lake: LakeBench, name: Contender) => median(secondsOf(lake, name));
const peaksOf =
  (name: Contender) =>
  ({ runs }: LakeBench) =>
    runs.map((run) => run[name].peakMiB);

/** Within a round, then the median. */
function ratioOf(above: readonly number[], below: readonly number[]): number {
  return median(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}

/** Three digits count. */
const thousands = (value: number) => Number(value.toPrecision(3)).toLocaleString("en");
