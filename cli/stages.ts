import type { PlatformNames } from "../config/naming";

/** The stages in the order that data passes them; the last three work beside each other. */
export const STAGES = ["structure", "load-figures", "load-rows", "load-lake"] as const;
export type Stage = (typeof STAGES)[number];

/** The base name of a stage: its function, role and queue are called so. */
export function stageName(names: PlatformNames, stage: Stage): string {
  return {
    structure: names.structure,
    "load-figures": names.loadFigures,
    "load-rows": names.loadRows,
    "load-lake": names.loadLake,
  }[stage];
}
