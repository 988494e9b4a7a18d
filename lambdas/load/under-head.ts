import { TransientError } from "../shared/errors";
import { type Head, versionOf } from "../shared/head";
import { manifestKey } from "../shared/manifest";
import { Stale } from "../shared/stale";
import { isNewer } from "../shared/version";
import type { Current, Loaded } from "./store";

/** Heads of sources in a store that changes in steps: a head says who may. */
export interface Heads<H extends Head> {
  head(source: string): Promise<H | undefined>;
  /** Puts `head` where `seen` still stands (undefined: none); false when another has come between. */
  putHead(source: string, head: H, seen: H | undefined): Promise<boolean>;
}

/** The steps of one store. */
export interface Steps<H extends Head> {
  readonly heads: Heads<H>;
  /** The head under which this delivery works, `seen` being the one before. */
  begin(head: Head, seen: H | undefined): H;
  /** Changes the store, only where the head still is this delivery's; gives the number of changes. */
  change(head: H): Promise<number>;
  /** The head when all is done. */
  end(head: H): H;
}

/**
 * Brings in one manifest, under a head. A delivery takes the head first: from then on only it may change what the store
 * has of the source, whoever had it before. A manifest that was written before the head was taken is read
 * after that; one that is written later comes with an event of its own, which takes the head in turn. So the last head
 * belongs to a delivery of the last manifest.
 */
export async function underHead<H extends Head>(current: Current, steps: Steps<H>): Promise<Loaded> {
  const { source, manifest, etag, curated, run, tries } = current;
  const { heads } = steps;
  const seen = await heads.head(source);
  if (seen !== undefined && isNewer(seen, manifest.source))
    return { source, outcome: "superseded", changed: 0 };
  if (seen?.status === "loaded" && seen.manifestEtag === etag)
    return { source, outcome: "unchanged", changed: 0 };

  // Two deliveries of one manifest must not take the head from each other for ever: who lost it leaves it.
  if (tries > 1 && seen?.manifestEtag === etag && seen.run !== run)
    throw new TransientError(
      `s3://${curated.bucket}/${manifestKey(source)}: another delivery loads it: it is looked at again`,
      { soon: true },
    );

  const version = versionOf(manifest.source);
  const loadedAt = seen?.loadedAt ?? null;
  const head = steps.begin({ ...version, status: "loading", manifestEtag: etag, run, loadedAt }, seen);
  if (!(await heads.putHead(source, head, seen))) throw new Stale(source);
  await current.stillCurrent();
  const changed = await steps.change(head);
  if (!(await heads.putHead(source, steps.end({ ...head, status: "loaded" }), head))) throw new Stale(source);
  return { source, outcome: "loaded", changed };
}
