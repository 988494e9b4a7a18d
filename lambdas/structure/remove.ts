import { DELETED, manifestKey, sourceId } from "../shared/manifest";
import type { RemovedObject } from "../shared/object-ref";
import { isNewer } from "../shared/version";
import { present, publish } from "./publish";
import { type Buckets, type Structured, structure } from "./structure";

/** What became of an object that was deleted. */
export interface Removed {
  readonly source: string;
  /** `superseded`: what counts came later than the delete. */
  readonly outcome: "removed" | "superseded";
}

/**
 * Takes back what a deleted object had brought: its manifest becomes a tombstone, without outputs. An object that
 * never had a manifest gets one too: its creation may be in work at this very moment, and finds the tombstone when it
 * wants to write its own.
 *
 * An event says only that there was a delete. Where the object is there all the same, it was made again, or in a
 * bucket with versions an older version or a delete marker was removed, which brings an object back without an event
 * of its creation: then the object counts as it stands.
 */
export async function remove(
  { bucket, key, sequencer, at }: RemovedObject,
  buckets: Buckets,
): Promise<Removed | Structured> {
  const source = sourceId(bucket, key);
  const raw = buckets.raw(bucket);
  const deleted = { bucket, key, etag: DELETED, sequencer, lastModified: at, size: 0 };
  const there = await raw.head(key);
  if (there !== "missing") {
    const before = (await present(manifestKey(source), buckets.curated))?.manifest.source;
    const known = before?.etag === there.etag && before.lastModified === there.lastModified;
    if (before !== undefined && (known || isNewer(before, deleted))) return { source, outcome: "superseded" };
    return structure({ bucket, key, etag: there.etag, sequencer: null }, buckets);
  }
  const tombstone = {
    schemaVersion: 1 as const,
    source: deleted,
    lines: { in: 0, good: 0, rejected: 0 },
    outputs: [],
    rejected: null,
  };
  const isGone = async (): Promise<boolean> => (await raw.head(key)) === "missing";
  const outcome = await publish(source, tombstone, buckets, isGone);
  return { source, outcome: outcome === "published" ? "removed" : outcome };
}
