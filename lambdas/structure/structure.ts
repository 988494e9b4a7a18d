import { type Manifest, outputKey, rejectedKey, sourceId, versionId } from "../shared/manifest";
import type { ObjectRef } from "../shared/object-ref";
import type { ObjectStore } from "../shared/object-store";
import { digest } from "./digest";
import type { Limits } from "./partitions";
import { announce, conclude, publish, type Sinks, takeBack } from "./publish";

/** The buckets that the stage works with; the raw bucket is the one that the event names. */
export interface Buckets extends Sinks {
  raw(bucket: string): ObjectStore;
}

/** What became of one version of a raw object. */
export interface Structured {
  readonly source: string;
  /** `superseded`: a newer version is there or has been published; `missing`: the object is gone. */
  readonly outcome: "published" | "superseded" | "missing";
  readonly lines?: Manifest["lines"];
  readonly outputs?: number;
}

/**
 * Brings one version of a raw object into the curated bucket: Parquet by shop and month, refused lines into the
 * rejected bucket, and last the manifest that makes it count. Nothing is written before the object has been read
 * to its end. May be repeated at any time, after a crash at any point too.
 * @throws PermanentError when the object is corrupt or too much; TransientError when it is worth another try.
 */
export async function structure(ref: ObjectRef, buckets: Buckets, limits?: Limits): Promise<Structured> {
  const source = sourceId(ref.bucket, ref.key);
  const version = versionId(ref.etag);
  const object = await buckets.raw(ref.bucket).open(ref.key, ref.etag);
  if (object === "changed" || object === "missing") {
    await takeBack(source, version, buckets);
    return { source, outcome: object === "changed" ? "superseded" : "missing" };
  }
  const digested = await digest(`s3://${ref.bucket}/${ref.key}`, object.body, limits);
  const outputs = digested.outputs.map(({ shopId, month, rows, body }) => ({
    body,
    entry: { key: outputKey(shopId, month, source, version), rows, bytes: body.length, shopId, month },
  }));
  const rejected = digested.rejected === undefined ? null : rejectedKey(source, version);
  const written = { outputs: outputs.map(({ entry }) => entry), rejected };

  await announce(source, version, written, buckets);
  for (const { entry, body } of outputs)
    await buckets.curated.put(entry.key, body, "application/vnd.apache.parquet");
  if (digested.rejected !== undefined && rejected !== null)
    await buckets.rejected.put(rejected, digested.rejected, "application/x-ndjson");
  const { lastModified, size } = object;
  const draft = {
    schemaVersion: 1 as const,
    source: { ...ref, lastModified, size },
    lines: digested.lines,
    ...written,
  };
  const outcome = await publish(source, draft, buckets);
  await conclude(source, version, buckets);
  return { source, outcome, lines: digested.lines, outputs: outputs.length };
}
