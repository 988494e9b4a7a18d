import { TransientError } from "../shared/errors";
import {
  type Attempt,
  attemptKey,
  type Manifest,
  manifestKey,
  parseAttempt,
  parseManifest,
} from "../shared/manifest";
import type { ObjectStore, PutCondition } from "../shared/object-store";
import { orderOf, type Version } from "../shared/version";

/** Times that a manifest is tried when other deliveries of the same key write theirs at the same moment. */
const MANIFEST_TRIES = 8;

/** The buckets that the stage writes. */
export interface Sinks {
  readonly curated: ObjectStore;
  readonly rejected: ObjectStore;
}

type Draft = Omit<Manifest, "replaced">;
type Keys = Manifest["replaced"];

const NO_KEYS: Keys = { outputs: [], rejected: [] };

const keysOf = ({ outputs, rejected }: Attempt): Keys => ({
  outputs: outputs.map(({ key }) => key),
  rejected: rejected === null ? [] : [rejected],
});

const without = (left: Keys, right: Keys): Keys => ({
  outputs: left.outputs.filter((key) => !right.outputs.includes(key)),
  rejected: left.rejected.filter((key) => !right.rejected.includes(key)),
});

async function remove(keys: Keys, { curated, rejected }: Sinks): Promise<void> {
  for (const key of keys.outputs) await curated.delete(key);
  for (const key of keys.rejected) await rejected.delete(key);
}

/** The manifest that counts now, and its etag. */
export async function present(
  key: string,
  curated: ObjectStore,
): Promise<{ manifest: Manifest; etag: string } | undefined> {
  const found = await curated.readText(key);
  if (found === "missing") return undefined;
  return { manifest: parseManifest(found.text, `s3://${curated.bucket}/${key}`), etag: found.etag };
}

/**
 * Writes the manifest of a version whose outputs are in place, unless a newer version has one: then these outputs
 * are taken back. Where the versions alone do not say which is newer, `isCurrent` asks the raw bucket. It is asked
 * after the present manifest was read and before that is replaced on condition that it still stands, so that nobody
 * who saw a later state of the bucket can have been overlooked. What the version before had brought is deleted
 * afterwards, and named in the manifest, so that a delivery after a crash deletes it too.
 * See docs/decisions/0003-keys-and-manifests.md.
 * @throws TransientError when other deliveries win every time.
 */
export async function publish(
  source: string,
  draft: Draft,
  sinks: Sinks,
  isCurrent: () => Promise<boolean>,
): Promise<"published" | "superseded"> {
  const key = manifestKey(source);
  const mine = keysOf(draft);
  let condition: PutCondition = { absent: true };
  let manifest: Manifest = { ...draft, replaced: NO_KEYS };
  for (let tries = 0; tries < MANIFEST_TRIES; tries += 1) {
    if (await sinks.curated.put(key, JSON.stringify(manifest), "application/json", condition)) {
      await remove(manifest.replaced, sinks);
      return "published";
    }
    const found = await present(key, sinks.curated);
    if (found === undefined) {
      condition = { absent: true };
      continue;
    }
    const order = orderOf(draft.source, found.manifest.source);
    if (order === "older" || (order === "unclear" && !(await isCurrent()))) {
      await remove(without(mine, keysOf(found.manifest)), sinks);
      return "superseded";
    }
    // What the present manifest was to delete may still be there, if its writer died: it goes first.
    await remove(without(found.manifest.replaced, mine), sinks);
    condition = { etag: found.etag };
    manifest = { ...draft, replaced: without(keysOf(found.manifest), mine) };
  }
  throw new TransientError(
    `s3://${sinks.curated.bucket}/${key}: lost ${MANIFEST_TRIES} races for it: it is tried again`,
    { soon: true },
  );
}

/** The sequencer under which a version is published already; null when it is not. */
export async function knownSequencer(
  source: string,
  { etag, lastModified }: Omit<Version, "sequencer">,
  { curated }: Sinks,
): Promise<string | null> {
  const before = (await present(manifestKey(source), curated))?.manifest.source;
  return before?.etag === etag && before.lastModified === lastModified ? before.sequencer : null;
}

/** Notes what is about to be written for a version, so that it can be taken back if the writer dies. */
export async function announce(
  source: string,
  id: string,
  attempt: Attempt,
  { curated }: Sinks,
): Promise<void> {
  await curated.put(attemptKey(source, id), JSON.stringify(attempt), "application/json");
}

/** Forgets the note, after the manifest. */
export async function conclude(source: string, id: string, { curated }: Sinks): Promise<void> {
  await curated.delete(attemptKey(source, id));
}

/** Takes back what an earlier delivery of a version wrote before it died, unless the manifest has it. */
export async function takeBack(source: string, id: string, sinks: Sinks): Promise<void> {
  const key = attemptKey(source, id);
  const found = await sinks.curated.readText(key);
  if (found === "missing") return;
  const attempt = parseAttempt(found.text, `s3://${sinks.curated.bucket}/${key}`);
  const current = await present(manifestKey(source), sinks.curated);
  await remove(without(keysOf(attempt), current === undefined ? NO_KEYS : keysOf(current.manifest)), sinks);
  await sinks.curated.delete(key);
}
