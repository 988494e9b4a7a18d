import { join } from "node:path";
import { type LakeFacts, type LakeOptions, type LakePlan, lakesOf, writeLake } from "./spark-lake";
import { type Contender, type RunResult, type SparkPlace, SparkRuns } from "./spark-run";

export interface SparkOptions extends LakeOptions {
  /** Of all lakes in turns, so that a slow minute of the machine meets all of them. */
  readonly rounds: number;
}

export const FULL: SparkOptions = {
  ...{ sizes: [200_000, 1_000_000, 5_000_000], startEvents: 1_000 },
  ...{ caseEvents: 1_000_000, smallFiles: 10_000, rounds: 3 },
};

type Runs = Readonly<Record<Contender, RunResult>>;

export interface LakeBench extends LakePlan, LakeFacts {
  /** By round. */
  readonly runs: readonly Runs[];
}

export interface SparkBench {
  readonly lakes: readonly LakeBench[];
}

/** All jobs and DuckDB on all lakes. @throws BenchError when one fails, or the figures of the two are not the same */
export async function measureSpark(
  place: SparkPlace,
  options: SparkOptions,
  onProgress: (text: string) => void,
): Promise<SparkBench> {
  const lakes: (LakePlan & LakeFacts & { readonly path: string; readonly runs: Runs[] })[] = [];
  for (const plan of lakesOf(options)) {
    onProgress(`${nameOf(plan)}, writing the lake …`);
    const path = join(place.folder, `${lakes.length}`);
    lakes.push({ ...plan, ...(await writeLake(place.python, path, plan)), path, runs: [] });
  }
  for (let round = 1; round <= options.rounds; round += 1)
    for (const lake of lakes) {
      const say = (what: string) =>
        onProgress(`round ${round} of ${options.rounds}: ${nameOf(lake)}, ${what} …`);
      lake.runs.push(await runAll(new SparkRuns(place, lake.path), round % 2 === 0, say));
    }
  return { lakes: lakes.map(({ path, ...lake }) => lake) };
}

async function runAll(runs: SparkRuns, isDuckdbFirst: boolean, say: (what: string) => void): Promise<Runs> {
  say("train_recommendations");
  const train_recommendations = await runs.job("train_recommendations");
  say("compact_curated");
  const compact_curated = await runs.job("compact_curated");
  say("erase_visitors");
  const erase_visitors = await runs.job("erase_visitors");
  say("aggregate_content and DuckDB");
  const both = await runs.besideDuckdb(isDuckdbFirst);
  return { train_recommendations, compact_curated, erase_visitors, ...both };
}

/** `5 M events`, `1 M events (skew)`. */
export function nameOf({ kind, events }: Pick<LakePlan, "kind" | "events">): string {
  const size = `${events >= 100_000 ? `${events / 1e6} M` : events.toLocaleString("en")} events`;
  return kind === "size" ? size : `${size} (${kind})`;
}
