import type { CuratedDeps, CuratedStore } from "../shared/curated-store";
import { PermanentError, TransientError } from "../shared/errors";
import { lookAgain } from "../shared/look-again";
import type { ObjectRef } from "../shared/object-ref";
import { Stale } from "../shared/stale";
import type { Brought, Current, RunStore } from "./current";
import { MANIFEST_KEY, type Manifest, parseManifest } from "./manifest";

/** What both stages of recommendations work with. */
export interface BringDeps extends CuratedDeps {
  readonly store: RunStore;
}

/**
 * Has the store brought to the run that counts. An event only says where to look: what counts is the manifest that is there
 * now, and where its files are gone because a later run came, it is read again.
 * @throws PermanentError when the manifest breaks its contract; TransientError when it is worth another try.
 */
export async function bring(
  { bucket, key }: Pick<ObjectRef, "bucket" | "key">,
  deps: BringDeps,
): Promise<Brought> {
  if (key !== MANIFEST_KEY)
    throw new PermanentError(`message: s3.object.key must be ${MANIFEST_KEY}, got ${key.slice(0, 128)}`);
  const curated = deps.curated(bucket);
  const holder = deps.newRun();
  return lookAgain(`s3://${bucket}/${key}`, deps.pause, async (tries) =>
    deps.store.bring(await current(curated, holder, tries)),
  );
}

async function current(curated: CuratedStore, holder: string, tries: number): Promise<Current> {
  const where = `s3://${curated.bucket}/${MANIFEST_KEY}`;
  const { manifest, etag } = await readManifest(curated, where);
  const { run, trainedAt } = manifest;
  const stillCurrent = async (): Promise<void> => {
    if ((await readManifest(curated, where)).etag !== etag) throw new Stale(MANIFEST_KEY);
  };
  return { run, trainedAt, manifestEtag: etag, manifest, where, curated, holder, tries, stillCurrent };
}

async function readManifest(
  curated: CuratedStore,
  where: string,
): Promise<{ manifest: Manifest; etag: string }> {
  const found = await curated.readText(MANIFEST_KEY);
  if (found === "missing") throw new TransientError(`${where}: must be there, got nothing: it is read again`);
  return { manifest: parseManifest(found.text, where), etag: found.etag };
}
