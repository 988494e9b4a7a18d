import { type Attempt, type Manifest, outputKey, rejectedKey, sourceId, versionId } from "../shared/manifest";
import type { ObjectRef } from "../shared/object-ref";
import type { ObjectStore } from "../shared/object-store";
import { type Digest, digest } from "./digest";
import type { Limits } from "./partitions";
import { announce, conclude, knownSequencer, publish, type Sinks, takeBack } from "./publish";
import { Scratch } from "./scratch";

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
  const raw = buckets.raw(ref.bucket);
  const { bucket, key, etag } = ref;
  const attempt = versionId(etag, ref.sequencer ?? "");
  const object = await raw.open(key, etag);
  if (object === "changed" || object === "missing") {
    await takeBack(source, attempt, buckets);
    return { source, outcome: object === "changed" ? "superseded" : "missing" };
  }
  const scratch = new Scratch();
  try {
    const { lastModified, size, body } = object;
    const digested = await digest({ source: `s3://${bucket}/${key}`, lastModified, body }, scratch, limits);
    // A replay of what is published already has its name, and so writes the same keys.
    const sequencer = ref.sequencer ?? (await knownSequencer(source, { etag, lastModified }, buckets));
    const version = versionId(etag, sequencer ?? lastModified);
    const written = await write(digested, { source, attempt, version }, buckets);
    const draft = {
      schemaVersion: 1 as const,
      source: { bucket, key, etag, sequencer, lastModified, size },
      lines: digested.lines,
      ...written,
    };
    const isCurrent = async (): Promise<boolean> => {
      const now = await raw.head(key);
      return now !== "missing" && now.etag === etag && now.lastModified === lastModified;
    };
    const outcome = await publish(source, draft, buckets, isCurrent);
    await conclude(source, attempt, buckets);
    return { source, outcome, lines: digested.lines, outputs: written.outputs.length };
  } finally {
    scratch.close();
  }
}

/** Writes the outputs of one version, after a note of what they will be; gives their part of the manifest. */
async function write(
  digested: Digest,
  {
    source,
    attempt,
    version,
  }: { readonly source: string; readonly attempt: string; readonly version: string },
  buckets: Buckets,
): Promise<Attempt> {
  const outputs = digested.outputs.map(({ shopId, month, rows, body }) => ({
    body,
    entry: { key: outputKey(shopId, month, source, version), rows, bytes: body.bytes, shopId, month },
  }));
  const rejected = digested.rejected === undefined ? null : rejectedKey(source, version);
  const written = { outputs: outputs.map(({ entry }) => entry), rejected };
  await announce(source, attempt, written, buckets);
  for (const { entry, body } of outputs)
    await buckets.curated.put(entry.key, body, "application/vnd.apache.parquet");
  if (digested.rejected !== undefined && rejected !== null)
    await buckets.rejected.put(rejected, digested.rejected, "application/x-ndjson");
  return written;
}
