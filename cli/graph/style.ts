import type { EdgeKind, Family } from "./model";

/** How a family is drawn and what the legend calls it. Text on `fill` has a contrast of more than 7 : 1. */
export interface FamilyStyle {
  readonly words: string;
  readonly fill: string;
  readonly line: string;
}

/** How an arrow is drawn and what the legend calls it. */
export interface EdgeStyle {
  readonly words: string;
  readonly colour: string;
  readonly width: number;
  /** Lengths of dash and gap; none for a solid line. */
  readonly dashes?: string;
}

export const FAMILIES: Readonly<Record<Family, FamilyStyle>> = {
  compute: { words: "runs code", fill: "#fdebd8", line: "#c2620a" },
  store: { words: "holds data", fill: "#dff2e1", line: "#2f7d3b" },
  queue: { words: "passes messages on", fill: "#fbe3ef", line: "#b02a6f" },
  network: { words: "network", fill: "#e9e3fa", line: "#6741c7" },
  security: { words: "keys and roles", fill: "#fbe1e1", line: "#b3282d" },
  other: { words: "other", fill: "#eceff3", line: "#5b6675" },
};

export const EDGES: Readonly<Record<EdgeKind, EdgeStyle>> = {
  flow: { words: "data flows", colour: "#1f4e9c", width: 2.2 },
  grant: { words: "role may", colour: "#59636f", width: 1, dashes: "5,2" },
  contract: { words: "stack reads ids of another", colour: "#59636f", width: 1, dashes: "1,5" },
  key: { words: "encrypted with", colour: "#b3282d", width: 0.8, dashes: "5,2" },
};

/** Text, and text of less weight; both on white and on any fill. */
export const INK = { strong: "#1b2430", quiet: "#414b57" } as const;
export const PAPER = "#ffffff";
export const STACK = { fill: "#f4f6f9", line: "#bcc5d0" } as const;

/** Graphviz knows its widths; what is drawn is as wide. */
export const MEASURED_FONT = "Arial";
export const DRAWN_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";
