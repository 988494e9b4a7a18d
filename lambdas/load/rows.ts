import { rowGroups } from "../shared/curated-file";
import { versionOf } from "../shared/head";
import type { EventRow, RowStore } from "../shared/postgres-rows";
import { isNewer } from "../shared/version";
import type { Current, Loaded, Store } from "./store";

const DAY_MILLISECONDS = 86_400_000;

const COLUMNS = [
  "occurredAt",
  "eventId",
  "type",
  "shopId",
  "contentId",
  "productId",
  "visitorId",
  "sessionId",
  "quantity",
  "amount",
  "currency",
] as const satisfies readonly (keyof EventRow)[];

/** What rows are brought in with. */
export interface RowsDeps {
  readonly rows: RowStore;
  /** Days that a row is kept, counted from its event; for ever without. */
  readonly keptDays?: number | undefined;
  now(): Date;
}

/**
 * Rows of events, a manifest in one transaction: nobody sees a part of it. Deliveries of one source wait for each other,
 * and the manifest is read again after that wait: one that is written later has a delivery of its own, which waits in turn.
 */
export class RowsStore implements Store {
  constructor(private readonly deps: RowsDeps) {}

  async bring(current: Current): Promise<Loaded> {
    const { rows, keptDays, now } = this.deps;
    const loaded = await rows.transaction(async (changes): Promise<Loaded> => {
      const { source, manifest, etag, curated } = current;
      const seen = await changes.lock(source);
      if (seen !== undefined && isNewer(seen, manifest.source))
        return { source, outcome: "superseded", changed: 0 };
      if (seen?.manifestEtag === etag) return { source, outcome: "unchanged", changed: 0 };
      await current.stillCurrent();
      if (seen !== undefined) await changes.clear(source);
      let changed = 0;
      for (const output of manifest.outputs)
        for await (const group of rowGroups<EventRow>(curated, output, COLUMNS)) {
          await changes.add(source, manifest.source.lastModified, group);
          changed += group.length;
        }
      await changes.putHead(source, { ...versionOf(manifest.source), manifestEtag: etag });
      return { source, outcome: "loaded", changed };
    });
    if (keptDays !== undefined && loaded.outcome === "loaded")
      await rows.expire(new Date(now().getTime() - keptDays * DAY_MILLISECONDS));
    return loaded;
  }
}
