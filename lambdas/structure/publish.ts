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
import { compareVersions, isNewer } from "../shared/version";

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

async function present(
  key: string,
  curated: ObjectStore,
): Promise<{ manifest: Manifest; etag: string } | undefined> {
  const found = await curated.readText(key);
  if (found === "missing") return undefined;
  return { manifest: parseManifest(found.text, `s3://${curated.bucket}/${key}`), etag: found.etag };
}

/**
 * Writes the manifest of a version whose outputs are in place, unless a newer version has one: then these outputs
 * are taken back. What the version before had brought is deleted afterwards, and named in the manifest, so that a
 * delivery after a crash deletes it too. See docs/decisions/0003-keys-and-manifests.md.
 * @throws TransientError when other deliveries win every time.
 */
export async function publish(
  source: string,
  draft: Draft,
  sinks: Sinks,
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
    if (isNewer(found.manifest.source, draft.source)) {
      await remove(without(mine, keysOf(found.manifest)), sinks);
      return "superseded";
    }
    // What the present manifest was to delete may still be there, if its writer died: it goes first.
    await remove(without(found.manifest.replaced, mine), sinks);
    condition = { etag: found.etag };
    manifest = succeed(draft, found.manifest);
  }
  throw new TransientError(
    `s3://${sinks.curated.bucket}/${key}: lost ${MANIFEST_TRIES} races for it: it is tried again`,
  );
}

/** The manifest that follows `before`. A sequencer, once known for this version, is kept (a replay has none). */
function succeed(draft: Draft, before: Manifest): Manifest {
  const same = compareVersions(draft.source, before.source) === 0;
  const sequencer = same ? (draft.source.sequencer ?? before.source.sequencer) : draft.source.sequencer;
  const replaced = without(keysOf(before), keysOf(draft));
  return { ...draft, source: { ...draft.source, sequencer }, replaced };
}

/** Notes what is about to be written for a version, so that it can be taken back if the writer dies. */
export async function announce(
  source: string,
  version: string,
  attempt: Attempt,
  { curated }: Sinks,
): Promise<void> {
  await curated.put(attemptKey(source, version), JSON.stringify(attempt), "application/json");
}

/** Forgets the note, after the manifest. */
export async function conclude(source: string, version: string, { curated }: Sinks): Promise<void> {
  await curated.delete(attemptKey(source, version));
}

/** Takes back what an earlier delivery of a version wrote before it died, unless the manifest has it. */
export async function takeBack(source: string, version: string, sinks: Sinks): Promise<void> {
  const key = attemptKey(source, version);
  const found = await sinks.curated.readText(key);
  if (found === "missing") return;
  const attempt = parseAttempt(found.text, `s3://${sinks.curated.bucket}/${key}`);
  const current = await present(manifestKey(source), sinks.curated);
  await remove(without(keysOf(attempt), current === undefined ? NO_KEYS : keysOf(current.manifest)), sinks);
  await sinks.curated.delete(key);
}
