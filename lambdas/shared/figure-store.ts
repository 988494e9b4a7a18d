import type { Figures } from "./figures";
import type { Head } from "./head";

/** One figure's part of a source: what the source had brought, and what it brings now. */
export interface Change {
  readonly shopId: string;
  readonly contentDay: string;
  /** Undefined when the source had brought nothing to this figure. */
  readonly before: Figures | undefined;
  /** Undefined when it brings nothing any more. */
  readonly after: Figures | undefined;
}

/** Changes that a store takes in one step; DynamoDB allows 100 items in a transaction, one is the head, two each change. */
export const CHANGES_PER_STEP = 49;

/** Figures, and what each source has brought to them. */
export interface FigureStore {
  head(source: string): Promise<Head | undefined>;
  /** Puts `head` where `seen` still stands (undefined: none); false when another has come between. */
  putHead(source: string, head: Head, seen: Head | undefined): Promise<boolean>;
  /** What the source has brought, by contribution key. */
  contributions(source: string): Promise<ReadonlyMap<string, Figures>>;
  /**
   * Changes figures and contributions together, or nothing: `stale` when `run` no longer holds the head, or a
   * contribution is not what `before` says. At most CHANGES_PER_STEP changes.
   */
  apply(source: string, run: string, changes: readonly Change[]): Promise<"applied" | "stale">;
}
