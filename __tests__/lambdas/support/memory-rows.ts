import type { EventRow, RowChanges, RowHead, RowStore } from "../../../lambdas/shared/postgres-rows";
import { Fuse } from "./fuse";

interface StoredRow extends EventRow {
  readonly source: string;
  readonly modified: string;
}

/** Rows in memory: a transaction is seen when it ends, and transactions on one source take turns. */
export class MemoryRows implements RowStore {
  readonly rows = new Map<string, StoredRow>();
  readonly heads = new Map<string, RowHead>();
  fuse = new Fuse();
  private readonly queue: { last: Promise<unknown> } = { last: Promise.resolve() };

  /** The same rows for a worker with a fuse of its own. */
  seenThrough(fuse: Fuse): MemoryRows {
    return Object.create(this, { fuse: { value: fuse } });
  }

  /** Each event once, from its newest source, as the view has it. */
  get events(): string[] {
    const seen = new Map<string, StoredRow>();
    for (const row of this.rows.values()) {
      const id = `${row.shopId}#${row.eventId}`;
      const other = seen.get(id);
      if (other === undefined || [row.modified, row.source] > [other.modified, other.source])
        seen.set(id, row);
    }
    return [...seen.values()].map((row) => `${row.shopId}#${row.eventId}#${row.amount ?? ""}`).sort();
  }

  async transaction<T>(work: (changes: RowChanges) => Promise<T>): Promise<T> {
    const mine = this.queue.last.then(() => this.alone(work));
    this.queue.last = mine.catch(() => undefined);
    return mine;
  }

  async expire(instant: Date): Promise<number> {
    await this.fuse.tick();
    const old = [...this.rows].filter(([, { occurredAt }]) => Number(occurredAt) / 1000 < instant.getTime());
    for (const [key] of old) this.rows.delete(key);
    return old.length;
  }

  private async alone<T>(work: (changes: RowChanges) => Promise<T>): Promise<T> {
    const rows = new Map(this.rows);
    const heads = new Map(this.heads);
    const result = await work({
      lock: async (source) => {
        await this.fuse.tick();
        return heads.get(source);
      },
      clear: async (source) => {
        await this.fuse.tick();
        for (const [key, row] of rows) if (row.source === source) rows.delete(key);
      },
      add: async (source, modified, added) => {
        await this.fuse.tick();
        for (const row of added)
          rows.set(`${row.shopId}#${row.eventId}#${source}`, { ...row, source, modified });
      },
      putHead: async (source, head) => {
        await this.fuse.tick();
        heads.set(source, head);
      },
    });
    await this.fuse.tick();
    replace(this.rows, rows);
    replace(this.heads, heads);
    return result;
  }
}

function replace<V>(map: Map<string, V>, by: ReadonlyMap<string, V>): void {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}
