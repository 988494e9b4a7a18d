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
