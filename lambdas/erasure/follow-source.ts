import type { CuratedStore } from "../shared/curated-store";
import { lookAgain, type Pause } from "../shared/look-again";
import { type Manifest, manifestKey, parseManifest } from "../shared/manifest";
import { Stale } from "../shared/stale";
import type { Replacement } from "./report";

type Output = Manifest["outputs"][number];

/** What a manifest is changed with. */
export interface SourceDeps {
  readonly curated: CuratedStore;
  readonly pause: Pause;
}

/**
 * Has the manifest of a source tell rows and bytes of files that were replaced, on condition that it still is what was read.
 * A file that is not there in that size was replaced again since, and has a report, or a manifest, of its own. It is looked at
 * after the manifest was read: who replaces it later also writes the manifest later, and then the condition fails for one of
 * the two, or this manifest is written over.
 * @throws TransientError when others change the manifest each time.
 */
export async function followSource(
  source: string,
  files: readonly Replacement[],
  { curated, pause }: SourceDeps,
): Promise<"changed" | "unchanged" | "leftAlone"> {
  const key = manifestKey(source);
  const where = `s3://${curated.bucket}/${key}`;
  return lookAgain(where, pause, async () => {
    const found = await curated.readText(key);
    if (found === "missing") return "leftAlone";
    const manifest = parseManifest(found.text, where);
    const there = await presentOf(files, manifest, curated);
    if (there.length === 0) return "leftAlone";
    const outputs = manifest.outputs.map((output) => ({ ...output, ...sizesOf(output, there) }));
    const text = JSON.stringify({ ...manifest, outputs });
    if (text === JSON.stringify(manifest)) return "unchanged";
    if (!(await curated.put(key, text, "application/json", { etag: found.etag }))) throw new Stale(key);
    return "changed";
  });
}

/** Those that the manifest names, and that are there as the report tells. */
async function presentOf(
  files: readonly Replacement[],
  manifest: Manifest,
  curated: CuratedStore,
): Promise<Replacement[]> {
  const named = new Set(manifest.outputs.map(({ key }) => key));
  const there: Replacement[] = [];
  for (const file of files) {
    if (!named.has(file.key)) continue;
    const head = await curated.head(file.key);
    if (head !== "missing" && head.size === file.bytes) there.push(file);
  }
  return there;
}

function sizesOf({ key }: Output, files: readonly Replacement[]): Partial<Output> {
  const file = files.find((one) => one.key === key);
  return file === undefined ? {} : { rows: file.rows, bytes: file.bytes };
}
