import { rowGroups } from "../shared/curated-file";
import { CHANGES_PER_STEP, type Change, type FigureStore } from "../shared/figure-store";
import { expiresAt, type Figures, figureOf } from "../shared/figures";
import type { Head } from "../shared/head";
import { Stale } from "../shared/stale";
import type { Current, Loaded, Store } from "./store";
import { SUMMED, type SummedRow, Sums } from "./sums";
import { underHead } from "./under-head";

/**
 * Seconds before its end from which on a figure is left as it is: longer than a function may run, so that no change
 * meets one of which DynamoDB has removed a part.
 */
const LEFT_ALONE_SECONDS = 3_600;

/** What the figures are brought in with. */
export interface FiguresDeps {
  readonly figures: FigureStore;
  /** Days that a figure is kept, for ever without. */
  readonly keptDays?: number | undefined;
  now(): Date;
}

/**
 * Figures per shop, content and day. What a source has brought to each is kept beside them (contributions), and
 * differences are applied, in steps that each happen once.
 */
export class FiguresStore implements Store {
  constructor(private readonly deps: FiguresDeps) {}

  bring(current: Current): Promise<Loaded> {
    return underHead<Head>(current, {
      heads: this.deps.figures,
      begin: (head) => head,
      change: (head) => this.change(current, head),
      end: (head) => ({ ...head, loadedAt: this.deps.now().toISOString() }),
    });
  }

  private async change(current: Current, { run }: Head): Promise<number> {
    const { figures } = this.deps;
    const after = await sumOutputs(current);
    const changes = changesBetween(await figures.contributions(current.source), after).filter((change) =>
      this.isKept(change),
    );
    for (let at = 0; at < changes.length; at += CHANGES_PER_STEP) {
      const step = changes.slice(at, at + CHANGES_PER_STEP);
      if ((await figures.apply(current.source, run, step)) === "stale") throw new Stale(current.source);
    }
    return changes.length;
  }

  private isKept({ contentDay }: Change): boolean {
    const { keptDays, now } = this.deps;
    if (keptDays === undefined) return true;
    return expiresAt(contentDay, keptDays) - LEFT_ALONE_SECONDS > now().getTime() / 1000;
  }
}

async function sumOutputs({ manifest, curated }: Current): Promise<ReadonlyMap<string, Figures>> {
  const sums = new Sums();
  for (const output of manifest.outputs)
    for await (const rows of rowGroups<SummedRow>(curated, output, SUMMED))
      for (const row of rows) sums.add(row);
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
