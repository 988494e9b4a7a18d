import type { CuratedDeps, CuratedStore } from "../shared/curated-store";
import { PermanentError, TransientError } from "../shared/errors";
import { OUTPUT_PREFIX } from "../shared/manifest";
import type { ObjectRef } from "../shared/object-ref";
import { followSource } from "./follow-source";
import { parseReport, REPORT_KEY, type Replacement, type Report } from "./report";

/** Manifests that are looked at at the same time. */
const AT_ONCE = 16;

/** What became of a report: manifests by their outcome. */
export interface Followed {
  readonly run: string;
  readonly outcome: Report["outcome"];
  /** Tell of the new files now. */
  readonly changed: number;
  /** Told of them already. */
  readonly unchanged: number;
  /** Name another version, or files that were replaced again since. */
  readonly leftAlone: number;
}

/**
 * Has each manifest whose files have lost rows tell of the new ones. A manifest that is put anew starts the load stages, which
 * replace what its source had brought by what its files hold now: so an erasure reaches every store.
 * May be repeated at any time, and in any order with other reports.
 * @throws PermanentError when the report breaks its contract; TransientError when it is worth another try.
 */
export async function follow(
  { bucket, key }: Pick<ObjectRef, "bucket" | "key">,
  deps: Pick<CuratedDeps, "curated" | "pause">,
): Promise<Followed> {
  if (!REPORT_KEY.test(key))
    throw new PermanentError(
      `message: s3.object.key must be erasures/run=<instant>/report.json, got ${key.slice(0, 128)}`,
    );
  const curated = deps.curated(bucket);
  const { run, outcome, replaced } = await readReport(curated, key);
  const counts = { changed: 0, unchanged: 0, leftAlone: 0 };
  if (outcome === "begun") return { run, outcome, ...counts };
  const failures: unknown[] = [];
  const sources = [...bySource(replaced)];
  for (let at = 0; at < sources.length; at += AT_ONCE) {
    const group = sources.slice(at, at + AT_ONCE);
    const works = group.map(([source, files]) => followSource(source, files, { curated, pause: deps.pause }));
    for (const done of await Promise.allSettled(works)) {
      if (done.status === "fulfilled") counts[done.value] += 1;
      else failures.push(done.reason);
    }
  }
  // One that fails holds no other back: it is about people who want to be gone.
  if (failures.length > 0) throw worstOf(failures);
  return { run, outcome, ...counts };
}

async function readReport(curated: CuratedStore, key: string): Promise<Report> {
  const where = `s3://${curated.bucket}/${key}`;
  const found = await curated.readText(key);
  if (found === "missing") throw new TransientError(`${where}: must be there, got nothing: it is read again`);
  return parseReport(found.text, where);
}

/** Files of versions; the lake's own are replaced by a load stage, and compacted ones have no manifest. */
function bySource(replaced: readonly Replacement[]): ReadonlyMap<string, readonly Replacement[]> {
  const sources = new Map<string, Replacement[]>();
  for (const file of replaced)
    if (file.key.startsWith(OUTPUT_PREFIX))
      sources.set(file.source, [...(sources.get(file.source) ?? []), file]);
  return sources;
}

/** What another try may cure is tried again: what no try cures fails the next one too, alone. */
function worstOf(failures: readonly unknown[]): unknown {
  return failures.find((failure) => !(failure instanceof PermanentError)) ?? failures[0];
}
