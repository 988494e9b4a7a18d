import type { Story, StoryKey, TrainedRun } from "./recommendation";

/** What the table holds, and who may change it. */
export interface TableHead extends TrainedRun {
  readonly status: "serving" | "served";
  /** The delivery that works on it, a new value each time: only this one may change the table. */
  readonly holder: string;
  /** Stories of the manifest, from its first on, that are in the table. */
  readonly stories: number;
}

/** Stories that are put or removed in one step; DynamoDB allows 100 items in a transaction, one is the head. */
export const STORIES_PER_STEP = 99;
/** Products of the stories of one step: with ids as long as they may be they stay below the 4 MB of a transaction. */
export const PRODUCTS_PER_STEP = 6_000;

/** Products to show beside each story, one item for each. */
export interface RecommendationTable {
  head(): Promise<TableHead | undefined>;
  /** Puts `head` where `seen` still stands (undefined: none); false when another has come between. */
  putHead(head: TableHead, seen: TableHead | undefined): Promise<boolean>;
  /** Puts stories, and `head` with them, or nothing: `stale` when its holder no longer holds the table. */
  put(stories: readonly Story[], head: TableHead): Promise<"applied" | "stale">;
  /** Removes stories, or nothing: `stale` when the holder of `head` no longer holds the table. */
  remove(stories: readonly StoryKey[], head: TableHead): Promise<"applied" | "stale">;
  /** Stories that are not of the manifest with this etag, a page at a time. */
  others(manifestEtag: string): AsyncIterable<readonly StoryKey[]>;
}
