import type { PlatformConfig } from "../config/load";
import type { PlatformNames } from "../config/naming";

/** Each stage of the pipeline, and what of the names its function, role and queue are called by. */
const NAMES = {
  structure: "structure",
  "load-figures": "loadFigures",
  "load-rows": "loadRows",
  "load-lake": "loadLake",
  "serve-recommendations": "serveRecommendations",
  "load-recommendations": "loadRecommendations",
  "follow-erasure": "followErasure",
} as const satisfies Readonly<Record<string, keyof PlatformNames>>;

export type Stage = keyof typeof NAMES;

/** The stages in the order that data passes them: events, then what Spark's jobs have made. */
export const STAGES = Object.keys(NAMES) as readonly Stage[];

/** They follow Spark's jobs, and are there where those are. */
const AFTER_SPARK: ReadonlySet<Stage> = new Set([
  "serve-recommendations",
  "load-recommendations",
  "follow-erasure",
]);

/** The stages that an environment has. */
export function stagesOf({ spark }: Pick<PlatformConfig, "spark">): Stage[] {
  return STAGES.filter((stage) => spark !== undefined || !AFTER_SPARK.has(stage));
}

/** The base name of a stage: its function, role and queue are called so. */
export function stageName(names: PlatformNames, stage: Stage): string {
  return names[NAMES[stage]];
}
