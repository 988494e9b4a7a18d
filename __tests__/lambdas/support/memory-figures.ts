import { CHANGES_PER_STEP, type Change, type FigureStore } from "../../../lambdas/shared/figure-store";
import { contributionKey, counterText, difference, type Figures } from "../../../lambdas/shared/figures";
import type { Head } from "../../../lambdas/shared/head";
import { Fuse } from "./fuse";

const same = (left: Figures | undefined, right: Figures | undefined): boolean =>
  JSON.stringify([...(left ?? [])].map(String)) === JSON.stringify([...(right ?? [])].map(String)) &&
  (left === undefined) === (right === undefined);

/** Figures in memory that honour conditions as DynamoDB does. */
export class MemoryFigures implements FigureStore {
  readonly heads = new Map<string, Head>();
  readonly brought = new Map<string, Map<string, Figures>>();
  readonly figures = new Map<string, Map<string, bigint>>();
  fuse = new Fuse();

  /** The same figures for a worker with a fuse of its own. */
  seenThrough(fuse: Fuse): MemoryFigures {
    return Object.create(this, { fuse: { value: fuse } });
  }

  /** Figures as text, without counters that are 0, in a fixed order. */
  get totals(): Record<string, Record<string, string>> {
    const kept = [...this.figures.keys()].sort().map((key) => {
      const counters = [...(this.figures.get(key) ?? [])].filter(([, value]) => value !== 0n);
      return [
        key,
        Object.fromEntries(counters.sort().map(([name, value]) => [name, counterText(name, value)])),
      ];
    });
    return Object.fromEntries(kept.filter(([, counters]) => Object.keys(counters as object).length > 0));
  }

  async head(source: string): Promise<Head | undefined> {
    await this.fuse.tick();
    return this.heads.get(source);
  }

  async putHead(source: string, head: Head, seen: Head | undefined): Promise<boolean> {
    await this.fuse.tick();
    const found = this.heads.get(source);
    if (found?.run !== seen?.run || found?.status !== seen?.status) return false;
    this.heads.set(source, head);
    return true;
  }

  async contributions(source: string): Promise<ReadonlyMap<string, Figures>> {
    await this.fuse.tick();
    return new Map(this.brought.get(source));
  }

  async apply(source: string, run: string, changes: readonly Change[]): Promise<"applied" | "stale"> {
    await this.fuse.tick();
    if (changes.length > CHANGES_PER_STEP) throw new RangeError(`a step takes ${CHANGES_PER_STEP} changes`);
    const brought = this.brought.get(source) ?? new Map<string, Figures>();
    const keyed = changes.map((change) => ({
      key: contributionKey(change.shopId, change.contentDay),
      ...change,
    }));
    if (this.heads.get(source)?.run !== run) return "stale";
    if (!keyed.every(({ key, before }) => same(brought.get(key), before))) return "stale";
    for (const { key, before, after } of keyed) {
      if (after === undefined) brought.delete(key);
      else brought.set(key, after);
      const figure = this.figures.get(key) ?? new Map<string, bigint>();
      for (const [name, by] of difference(before ?? new Map(), after ?? new Map()))
        figure.set(name, (figure.get(name) ?? 0n) + by);
      this.figures.set(key, figure);
    }
    this.brought.set(source, brought);
    return "applied";
  }
}
