import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { PermanentError } from "./errors";

/** Prefix of the manifests in the curated bucket: an object created here starts the load stage. */
export const MANIFEST_PREFIX = "manifests/";
/**
 * Prefix of the Parquet files in the curated bucket, `shop=` and `month=` below it: one file for each version of an
 * object. Not to be read but through a manifest: what a query reads is the lake's `events/`.
 */
export const OUTPUT_PREFIX = "versions/";
/** Prefix, in the curated bucket, of the lists of what is about to be written (none left after a good end). */
export const ATTEMPT_PREFIX = "attempts/";
/** Prefix of the refused lines in the rejected bucket. */
export const REJECTED_PREFIX = "rejected/";

/** Stands where a deleted object's etag would: no etag is like it (S3's are hexadecimal). */
export const DELETED = "deleted";

const count = z.int().check(z.gte(0));

/**
 * What one version of a raw object became; that of a deleted one (etag `DELETED`) is a tombstone: no lines, no outputs.
 * It is written last: what no manifest names is no data. See
 * docs/decisions/0003-keys-and-manifests.md.
 */
export const Manifest = z.object({
  schemaVersion: z.literal(1),
  source: z.object({
    bucket: z.string(),
    key: z.string(),
    etag: z.string(),
    sequencer: z.nullable(z.string()),
    /** ISO 8601. */
    lastModified: z.string(),
    /** Bytes. */
    size: count,
  }),
  /** Lines of the raw object, blank ones left out; `in` = `good` + `rejected`. */
  lines: z.object({ in: count, good: count, rejected: count }),
  /** The Parquet files, by key. */
  outputs: z.array(
    z.object({ key: z.string(), rows: count, bytes: count, shopId: z.string(), month: z.string() }),
  ),
  /** Key of the refused lines in the rejected bucket; null when there were none. */
  rejected: z.nullable(z.string()),
  /** Keys of the version before that this one does not name: deleted after this manifest was written. */
  replaced: z.object({ outputs: z.array(z.string()), rejected: z.array(z.string()) }),
});
export type Manifest = z.infer<typeof Manifest>;

/** What is about to be written for one version, kept until its manifest is. */
export const Attempt = z.pick(Manifest, { outputs: true, rejected: true });
export type Attempt = z.infer<typeof Attempt>;

const hash = (text: string, digits: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, digits);

/** The name that every key, and the load stage, has for a raw object: 32 hex digits, however long its key. */
export const sourceId = (bucket: string, key: string): string => hash(`${bucket}/${key}`, 32);

/**
 * The name of one version of a raw object: 16 hex digits. `mark` tells versions of the same content apart: the
 * sequencer, or the last change where there is none. So a key that was deleted is never written again, and who deletes
 * it late harms nobody.
 */
export const versionId = (etag: string, mark: string): string => hash(`${etag}/${mark}`, 16);

export const manifestKey = (source: string): string => `${MANIFEST_PREFIX}${source}.json`;

export const attemptKey = (source: string, version: string): string =>
  `${ATTEMPT_PREFIX}${source}-${version}.json`;

export const rejectedKey = (source: string, version: string): string =>
  `${REJECTED_PREFIX}${source}-${version}.ndjson.gz`;

/** Key of the rows of one shop and month; at most 150 bytes, since a shop id has at most 64. */
export const outputKey = (shopId: string, month: string, source: string, version: string): string =>
  `${OUTPUT_PREFIX}shop=${shopId}/month=${month}/${source}-${version}.parquet`;

/** @throws PermanentError when `text`, found at `where`, is no manifest. */
export function parseManifest(text: string, where: string): Manifest {
  return parse(Manifest, text, where);
}

/** @throws PermanentError when `text`, found at `where`, is no list of what is about to be written. */
export function parseAttempt(text: string, where: string): Attempt {
  return parse(Attempt, text, where);
}

function parse<T extends z.ZodMiniType>(contract: T, text: string, where: string): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PermanentError(`${where}: must be JSON, got none: delete it and send the raw object again`);
  }
  const parsed = contract.safeParse(value);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map((issue) => issue.path.join("."));
  throw new PermanentError(`${where}: breaks its contract at ${paths.join(", ")}: send the raw object again`);
}
