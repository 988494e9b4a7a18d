import type { CuratedStore } from "../shared/curated-store";
import type { TrainedRun } from "../shared/recommendation";
import type { Manifest } from "./manifest";

/** The manifest that counts, by the delivery that reads it. */
export interface Current extends TrainedRun {
  readonly manifest: Manifest;
  /** Where the manifest is, for messages. */
  readonly where: string;
  /** The bucket of the manifest and of the files that it names. */
  readonly curated: CuratedStore;
  /** A value that no other delivery has. */
  readonly holder: string;
  /** Times that this delivery has begun, from 1. */
  readonly tries: number;
  /** @throws Stale when the manifest is another one by now. */
  stillCurrent(): Promise<void>;
}

/** What became of a run. */
export interface Brought {
  readonly run: string;
  /** `unchanged`: the store has it already; `superseded`: the store has a later run. */
  readonly outcome: "loaded" | "unchanged" | "superseded";
  /** Stories that were written. */
  readonly stories: number;
  /** Stories of an earlier run that were removed, where that is counted. */
  readonly removed?: number;
}

/** A store that runs are brought into. */
export interface RunStore {
  /**
   * Brings the store to what a manifest says: its stories, and no other ones. May be repeated at any time, in any order,
   * after a crash at any point too; a later run stays.
   * @throws Stale when another delivery or another manifest came in between.
   */
  bring(current: Current): Promise<Brought>;
}
