import { PermanentError, TransientError } from "../shared/errors";
import { CHANGES_PER_STEP, type Change, type FigureStore } from "../shared/figure-store";
import { type Figures, figureOf } from "../shared/figures";
import { type Head, versionOf } from "../shared/head";
import { MANIFEST_PREFIX, type Manifest, manifestKey, parseManifest, sourceId } from "../shared/manifest";
import type { ObjectRef } from "../shared/object-ref";
import type { ObjectStore } from "../shared/object-store";
import { isNewer } from "../shared/version";
import { Sums } from "./sums";

/** Times that a source is started over within one delivery, when another delivery changed it meanwhile. */
const TRIES = 3;
/** Longest pause before it is started over, in milliseconds, times the number of tries. */
const PAUSE_MILLISECONDS = 400;

/** What the stage works with. */
export interface LoadDeps {
  /** The curated bucket that an event names. */
  curated(bucket: string): ObjectStore;
  readonly figures: FigureStore;
  /** A value that no other delivery has. */
  newRun(): string;
  now(): Date;
  pause(milliseconds: number): Promise<void>;
}

/** What became of a manifest. */
export interface Loaded {
  readonly source: string;
  /** `unchanged`: it was loaded before; `superseded`: the figures hold a newer version. */
  readonly outcome: "loaded" | "unchanged" | "superseded";
  /** Figures that were changed. */
  readonly changed: number;
}

/**
 * Brings the figures to what a manifest says: whatever its source brought before is replaced by what it brings now,
 * in steps that each happen once. May be repeated at any time, in any order, after a crash at any point too.
 * @throws PermanentError when the manifest breaks its contract; TransientError when it is worth another try.
 */
export async function load({ bucket, key }: ObjectRef, deps: LoadDeps): Promise<Loaded> {
  if (!key.startsWith(MANIFEST_PREFIX) || !key.endsWith(".json"))
    throw new PermanentError(
      `message: s3.object.key must be ${MANIFEST_PREFIX}<source>.json, got ${key.slice(0, 128)}`,
    );
  const curated = deps.curated(bucket);
  const run = deps.newRun();
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const loaded = await loadOnce(key, curated, deps, run, tries);
    if (loaded !== "stale") return loaded;
    await deps.pause(PAUSE_MILLISECONDS * tries);
  }
  throw new TransientError(
    `s3://${bucket}/${key}: another delivery changed it ${TRIES} times: it is tried again`,
  );
}

async function readManifest(
  key: string,
  curated: ObjectStore,
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

async function loadOnce(
  key: string,
  curated: ObjectStore,
  deps: LoadDeps,
  run: string,
  tries: number,
): Promise<Loaded | "stale"> {
  const { figures } = deps;
  const { manifest, etag } = await readManifest(key, curated);
  const source = sourceId(manifest.source.bucket, manifest.source.key);
  const seen = await figures.head(source);
  if (seen !== undefined && isNewer(seen, manifest.source))
    return { source, outcome: "superseded", changed: 0 };
  if (seen?.status === "loaded" && seen.manifestEtag === etag)
    return { source, outcome: "unchanged", changed: 0 };

  // Two deliveries of one manifest must not take the head from each other for ever: who lost it leaves it.
  if (tries > 1 && seen?.manifestEtag === etag && seen.run !== run)
    throw new TransientError(
      `s3://${curated.bucket}/${key}: another delivery loads it: it is looked at again`,
    );

  const version = versionOf(manifest.source);
  const loadedAt = seen?.loadedAt ?? null;
  const head: Head = { ...version, status: "loading", manifestEtag: etag, run, loadedAt };
  if (!(await figures.putHead(source, head, seen))) return "stale";
  // From here on only this delivery may change the source's figures. A manifest that was written before the head was
  // taken is read now; one that is written later comes with an event of its own, which takes the head in turn.
  if ((await readManifest(key, curated)).etag !== etag) return "stale";

  const after = await sumOutputs(manifest, curated);
  if (after === "stale") return "stale";
  const changes = changesBetween(await figures.contributions(source), after);
  for (let at = 0; at < changes.length; at += CHANGES_PER_STEP) {
    const step = changes.slice(at, at + CHANGES_PER_STEP);
    if ((await figures.apply(source, head.run, step)) === "stale") return "stale";
  }
  const done: Head = { ...head, status: "loaded", loadedAt: deps.now().toISOString() };
  if (!(await figures.putHead(source, done, head))) return "stale";
  return { source, outcome: "loaded", changed: changes.length };
}

/** Sums of all outputs; `stale` when one is gone, as it is when a newer manifest has replaced this one. */
async function sumOutputs(
  manifest: Manifest,
  curated: ObjectStore,
): Promise<ReadonlyMap<string, Figures> | "stale"> {
  const sums = new Sums();
  for (const { key } of manifest.outputs) {
    const bytes = await curated.readBytes(key);
    if (bytes === "missing") return "stale";
    await sums.addFile(bytes);
  }
  return sums.figures;
}

/** What must change so that a source's contributions become `after`, in the order of their keys. */
export function changesBetween(
  before: ReadonlyMap<string, Figures>,
  after: ReadonlyMap<string, Figures>,
): Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys
    .filter((key) => !sameFigures(before.get(key), after.get(key)))
    .map((key) => ({ ...figureOf(key), before: before.get(key), after: after.get(key) }));
}

function sameFigures(left: Figures | undefined, right: Figures | undefined): boolean {
  if (left === undefined || right === undefined || left.size !== right.size) return left === right;
  return [...left].every(([name, value]) => right.get(name) === value);
}
