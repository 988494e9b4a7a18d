import type { CuratedStore } from "../shared/curated-store";
import { PermanentError, TransientError } from "../shared/errors";
import { MANIFEST_PREFIX, type Manifest, manifestKey, parseManifest, sourceId } from "../shared/manifest";
import type { ObjectChange, ObjectRef } from "../shared/object-ref";
import { type Current, type Loaded, Stale, type Store } from "./store";

/** Times that a manifest is looked at within one delivery, when another delivery changes what was read. */
const TRIES = 3;
/** Longest pause before it is looked at again, in milliseconds, times the number of tries. */
const PAUSE_MILLISECONDS = 400;

/** What a load stage works with. */
export interface LoadDeps {
  /** The curated bucket that an event names. */
  curated(bucket: string): CuratedStore;
  readonly store: Store;
  /** A value that no other delivery has. */
  newRun(): string;
  pause(milliseconds: number): Promise<void>;
}

/** Where a manifest is. */
export type ManifestRef = Pick<ObjectRef, "bucket" | "key">;

/** @throws PermanentError when an event tells of the removal of a manifest: none is ever removed by a stage. */
export function createdManifest(change: ObjectChange): ManifestRef {
  if (change.kind === "created") return change;
  throw new PermanentError(
    `message: a manifest must have been created, got the removal of s3://${change.bucket}/${change.key}: restore it`,
  );
}

/**
 * Reads the manifest that an event names, and has the store brought to what it says. An event only says where to look:
 * what counts is the manifest that is there now.
 * @throws PermanentError when the manifest breaks its contract; TransientError when it is worth another try.
 */
export async function load({ bucket, key }: ManifestRef, deps: LoadDeps): Promise<Loaded> {
  if (!key.startsWith(MANIFEST_PREFIX) || !key.endsWith(".json"))
    throw new PermanentError(
      `message: s3.object.key must be ${MANIFEST_PREFIX}<source>.json, got ${key.slice(0, 128)}`,
    );
  const curated = deps.curated(bucket);
  const run = deps.newRun();
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return await deps.store.bring(await current(key, curated, run, tries));
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
    }
    await deps.pause(PAUSE_MILLISECONDS * tries);
  }
  throw new TransientError(
    `s3://${bucket}/${key}: another delivery changed it ${TRIES} times: it is tried again`,
    { soon: true },
  );
}

async function current(key: string, curated: CuratedStore, run: string, tries: number): Promise<Current> {
  const { manifest, etag } = await readManifest(key, curated);
  const source = sourceId(manifest.source.bucket, manifest.source.key);
  const stillCurrent = async (): Promise<void> => {
    if ((await readManifest(key, curated)).etag !== etag) throw new Stale(key);
  };
  return { source, manifest, etag, curated, run, tries, stillCurrent };
}

async function readManifest(
  key: string,
  curated: CuratedStore,
): Promise<{ manifest: Manifest; etag: string }> {
  const where = `s3://${curated.bucket}/${key}`;
  const found = await curated.readText(key);
  if (found === "missing") throw new TransientError(`${where}: must be there, got nothing: it is read again`);
  const manifest = parseManifest(found.text, where);
  const { source } = manifest;
  if (manifestKey(sourceId(source.bucket, source.key)) !== key)
    throw new PermanentError(
      `${where}: must be named after its source, got that of s3://${source.bucket}/${source.key}`,
    );
  return { manifest, etag: found.etag };
}
