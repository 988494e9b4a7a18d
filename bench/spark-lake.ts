import { linkSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ask } from "../local/executable";
import { BenchError } from "./measure";

const SCRIPT = join(__dirname, "..", "bench", "spark_lake.py");
const WRITE_SECONDS = 300;

/** The same share for each of the five shops. */
const EVEN = 0.2;
const SKEWED = 0.8;
const EVENTS_OF_FILE = 5_000;
/** Three for each of five shops and three months: where there is one, nothing is compacted. */
const FEWEST_FILES = 45;

/** `start`: hardly any events, so that what a job takes is its start. `size`: as they come. The other two are cases. */
export type LakeKind = "start" | "size" | "skew" | "small files";

export interface LakePlan {
  readonly kind: LakeKind;
  readonly events: number;
  /** About as many; each is of one shop and month. */
  readonly files: number;
  /** Of all events, those of the first of five shops. */
  readonly shareOfFirstShop: number;
}

/** What has been written. */
export interface LakeFacts {
  readonly files: number;
  readonly bytes: number;
  /** To be erased: one in a thousand. */
  readonly visitors: number;
}

export interface LakeOptions {
  readonly sizes: readonly number[];
  readonly startEvents?: number;
  /** Events of the two cases. */
  readonly caseEvents?: number;
  readonly smallFiles?: number;
}

export function lakesOf({ sizes, startEvents, caseEvents, smallFiles = 0 }: LakeOptions): LakePlan[] {
  const plan = (kind: LakeKind, events: number, files = events / EVENTS_OF_FILE): LakePlan => ({
    ...{ kind, events, files: Math.max(FEWEST_FILES, Math.round(files)) },
    shareOfFirstShop: kind === "skew" ? SKEWED : EVEN,
  });
  return [
    ...(startEvents === undefined ? [] : [plan("start", startEvents)]),
    ...sizes.map((events) => plan("size", events)),
    ...(caseEvents === undefined
      ? []
      : [plan("skew", caseEvents), plan("small files", caseEvents, smallFiles)]),
  ];
}

/** @throws BenchError with the generator's last words */
export async function writeLake(python: string, folder: string, plan: LakePlan): Promise<LakeFacts> {
  mkdirSync(folder, { recursive: true });
  const { kind, ...options } = plan;
  const args = [SCRIPT, folder, JSON.stringify(options)];
  const said = await ask(python, args, process.env, { seconds: WRITE_SECONDS });
  if (!said.succeeded)
    throw new BenchError(`the lake of ${kind} could not be written: ${said.stderr.trim()}`);
  return JSON.parse(said.stdout) as LakeFacts;
}

/** A copy for one run, at no cost: what replaces a file leaves the other copies of it as they are. */
export function linkLake(from: string, to: string): void {
  const files = readdirSync(from, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".parquet"),
  );
  for (const folder of new Set(files.map(dirname))) mkdirSync(join(to, folder), { recursive: true });
  for (const file of files) linkSync(join(from, file), join(to, file));
}
