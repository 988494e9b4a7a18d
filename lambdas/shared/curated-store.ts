import type { ObjectHead, ObjectStore, Unread } from "./object-store";

/** The curated bucket, as the load stages see it: what is large is read in parts. */
export interface CuratedStore extends ObjectStore {
  head(key: string): Promise<ObjectHead | "missing">;
  /** Bytes from `start` up to `end`, which is left out; `etag` is the version that is wanted, any without. */
  readRange(
    key: string,
    start: number,
    end: number,
    etag?: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly etag: string } | Unread>;
}

/** What a stage that reads the curated bucket works with. */
export interface CuratedDeps {
  /** The curated bucket that an event names. */
  curated(bucket: string): CuratedStore;
  /** A value that no other delivery has. */
  newRun(): string;
  pause(milliseconds: number): Promise<void>;
}
