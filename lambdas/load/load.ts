import type { CuratedDeps, CuratedStore } from "../shared/curated-store";
import { PermanentError, TransientError } from "../shared/errors";
import { lookAgain } from "../shared/look-again";
import { MANIFEST_PREFIX, type Manifest, manifestKey, parseManifest, sourceId } from "../shared/manifest";
import { createdOnly, type ObjectChange, type ObjectRef } from "../shared/object-ref";
import { Stale } from "../shared/stale";
import type { Current, Loaded, Store } from "./store";

/** What a load stage works with. */
export interface LoadDeps extends CuratedDeps {
  readonly store: Store;
}

/** Where a manifest is. */
export type ManifestRef = Pick<ObjectRef, "bucket" | "key">;

/** @throws PermanentError when an event tells of the removal of a manifest: none is ever removed by a stage. */
export const createdManifest = (change: ObjectChange): ManifestRef => createdOnly(change, "manifest");

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
  return lookAgain(`s3://${bucket}/${key}`, deps.pause, async (tries) =>
    deps.store.bring(await current(key, curated, run, tries)),
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
