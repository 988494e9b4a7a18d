export const LOADS = ["figures", "rows", "lake"] as const;
export type LoadStage = (typeof LOADS)[number];
export const STAGES = ["structure", ...LOADS] as const;
export type Stage = (typeof STAGES)[number];
