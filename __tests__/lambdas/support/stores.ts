import { type AsyncBuffer, parquetReadObjects } from "hyparquet";
import { FiguresStore } from "../../../lambdas/load/figures";
import { LakeStore } from "../../../lambdas/load/lake";
import { type LoadDeps, load } from "../../../lambdas/load/load";
import { RowsStore } from "../../../lambdas/load/rows";
import type { Loaded, Store } from "../../../lambdas/load/store";
import { LAKE_PREFIX } from "../../../lambdas/shared/lake-keys";
import { manifestKey, sourceId } from "../../../lambdas/shared/manifest";
import { Fuse } from "./fuse";
import { MemoryRows } from "./memory-rows";
import { Pipeline } from "./pipeline";

export const NOW = new Date("2024-06-01T00:00:00Z");
export const STORES = ["figures", "rows", "lake"] as const;
export type StoreName = (typeof STORES)[number];

/** The pipeline with all three stores in memory. */
export class ThreeStores extends Pipeline {
  readonly rows = new MemoryRows();
  private deliveries = 0;

  /** Takes over all that `other` holds, for a test that begins many times at one state. */
  holdWhat(other: ThreeStores): this {
    const copy = <V>(from: ReadonlyMap<string, V>, to: Map<string, V>): void => {
      to.clear();
      for (const [key, value] of from) to.set(key, value instanceof Map ? (new Map(value) as V) : value);
    };
    copy(other.rawBucket.objects, this.rawBucket.objects);
    copy(other.curatedBucket.objects, this.curatedBucket.objects);
    copy(other.figures.heads, this.figures.heads);
    copy(other.figures.brought, this.figures.brought);
    copy(other.figures.figures, this.figures.figures);
    copy(other.rows.rows, this.rows.rows);
    copy(other.rows.heads, this.rows.heads);
    return this;
  }

  /** Loads the manifest of a raw key into one store; `fuse` is of this delivery alone. */
  loadInto(name: StoreName, key: string, fuse = new Fuse(), newRun?: () => string): Promise<Loaded> {
    const curated = this.curatedBucket.seenThrough(fuse);
    const figures = this.figures.seenThrough(fuse);
    const rows = this.rows.seenThrough(fuse);
    const now = (): Date => NOW;
    const stores: Record<StoreName, Store> = {
      figures: new FiguresStore({ figures, now }),
      rows: new RowsStore({ rows, now }),
      lake: new LakeStore({ now }),
    };
    const deps: LoadDeps = {
      curated: () => curated,
      store: stores[name],
      newRun: newRun ?? (() => `${name}-${++this.deliveries}`),
      pause: async () => undefined,
    };
    return load({ bucket: "curated", key: manifestKey(sourceId("raw", key)) }, deps);
  }

  /** What one store shows, without what differs from one right way to another. */
  async shown(name: StoreName): Promise<unknown> {
    if (name === "figures") return this.figures.totals;
    if (name === "rows") return this.rows.events;
    return lakeRows(this);
  }
}

/** Rows of the lake's files by key, files without rows left out. */
export async function lakeRows({ curatedBucket }: Pipeline): Promise<Record<string, string[]>> {
  const shown: Record<string, string[]> = {};
  for (const key of curatedBucket.keys.filter((name) => name.startsWith(LAKE_PREFIX))) {
    const rows = await rowsOf(curatedBucket.objects.get(key)?.body ?? new Uint8Array());
    if (rows.length > 0) shown[key] = rows.map(({ eventId, type }) => `${eventId} ${type}`).sort();
  }
  return shown;
}

/** The rows of a Parquet file. */
export function rowsOf(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const file: AsyncBuffer = {
    byteLength: bytes.byteLength,
    slice: (start, end) => Uint8Array.prototype.slice.call(bytes, start, end).buffer as ArrayBuffer,
  };
  return parquetReadObjects({ file });
}
