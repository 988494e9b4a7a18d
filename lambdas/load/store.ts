import type { CuratedStore } from "../shared/curated-store";
import type { Manifest } from "../shared/manifest";

/** A manifest as it was read, by the delivery that reads it. */
export interface Current {
  /** Name of the raw object in all stores. */
  readonly source: string;
  readonly manifest: Manifest;
  readonly etag: string;
  /** The bucket of the manifest and of the files that it names. */
  readonly curated: CuratedStore;
  /** A value that no other delivery has. */
  readonly run: string;
  /** Times that this delivery has begun, from 1. */
  readonly tries: number;
  /** @throws Stale when the manifest is another one by now. */
  stillCurrent(): Promise<void>;
}

/** What became of a manifest. */
export interface Loaded {
  readonly source: string;
  /** `unchanged`: it was loaded before; `superseded`: the store holds a newer version. */
  readonly outcome: "loaded" | "unchanged" | "superseded";
  /** Figures, rows or files that were written. */
  readonly changed: number;
}

/** A store that manifests are brought into. */
export interface Store {
  /**
   * Brings the store to what a manifest says: what its source brought before is replaced by what it brings now, and
   * by nothing where it names no outputs. May be repeated at any time, in any order, after a crash at any point too.
   * @throws Stale when another delivery or another manifest came in between.
   */
  bring(current: Current): Promise<Loaded>;
}
