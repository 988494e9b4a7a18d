import { formatAmount } from "./amount";
import type { Database, Session } from "./postgres-client";
import type { Version } from "./version";

/** What the database holds of a source. */
export interface RowHead extends Version {
  /** Etag of the manifest that was loaded. */
  readonly manifestEtag: string;
}

/** A row of a curated file. */
export interface EventRow {
  /** µs since 1970. */
  readonly occurredAt: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly shopId: string;
  readonly contentId?: string | null;
  readonly productId?: string | null;
  readonly visitorId: string;
  readonly sessionId?: string | null;
  readonly quantity?: number | null;
  /** In 1/10,000. */
  readonly amount?: bigint | null;
  readonly currency?: string | null;
}

/** What happens to one source in one transaction. */
export interface RowChanges {
  /** What is loaded, once no other delivery works on the source; none may until the transaction ends. */
  lock(source: string): Promise<RowHead | undefined>;
  /** Removes the source's rows. */
  clear(source: string): Promise<void>;
  /** Adds rows of the source, whose last change was `modified`; of two with the same event id the later one stays. */
  add(source: string, modified: string, rows: readonly EventRow[]): Promise<void>;
  putHead(source: string, head: RowHead): Promise<void>;
}

/** Rows in a database. */
export interface RowStore {
  /** All of `work` happens, or nothing where it throws. */
  transaction<T>(work: (changes: RowChanges) => Promise<T>): Promise<T>;
  /** Removes events from before `instant`, a bounded number. */
  expire(instant: Date): Promise<number>;
}

/** Rows that one statement adds. */
const BATCH_ROWS = 5_000;
/** Rows that one call removes for their age, so that no delivery takes long because of it. */
const EXPIRED_ROWS = 10_000;

/** First half of the keys of this project's advisory locks on sources; the second is a hash, so two may share one. */
const SOURCE_LOCK = 1;

const INSERT = `
  INSERT INTO event_rows (source, source_modified, occurred_at, event_id, type, shop_id, content_id, product_id,
                          visitor_id, session_id, quantity, amount, currency)
  SELECT $1, $2, timestamptz 'epoch' + micros * interval '1 microsecond', event_id, type, shop_id, content_id,
         product_id, visitor_id, session_id, quantity, amount, currency
    FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                $11::integer[], $12::numeric[], $13::text[])
      AS new (micros, event_id, type, shop_id, content_id, product_id, visitor_id, session_id, quantity, amount,
              currency)
  ON CONFLICT (shop_id, event_id, source) DO UPDATE
    SET (occurred_at, type, content_id, product_id, visitor_id, session_id, quantity, amount, currency) =
        (excluded.occurred_at, excluded.type, excluded.content_id, excluded.product_id, excluded.visitor_id,
         excluded.session_id, excluded.quantity, excluded.amount, excluded.currency)`;

/** Rows in PostgreSQL; the tables are those of lambdas/migrate/migrations.ts. */
export class PostgresRows implements RowStore {
  constructor(private readonly database: Database) {}

  transaction<T>(work: (changes: RowChanges) => Promise<T>): Promise<T> {
    return this.database.transaction((session) => work(new SessionChanges(session)));
  }

  async expire(instant: Date): Promise<number> {
    const rows = await this.database.query<{ gone: string }>(
      `WITH old AS (SELECT ctid FROM event_rows WHERE occurred_at < $1 LIMIT ${EXPIRED_ROWS} FOR UPDATE SKIP LOCKED),
            gone AS (DELETE FROM event_rows WHERE ctid IN (SELECT ctid FROM old) RETURNING 1)
       SELECT count(*) AS gone FROM gone`,
      [instant.toISOString()],
    );
    return Number(rows[0]?.gone ?? 0);
  }
}

interface SourceRow {
  readonly etag: string;
  readonly sequencer: string | null;
  readonly last_modified: Date;
  readonly manifest_etag: string;
}

class SessionChanges implements RowChanges {
  constructor(private readonly session: Session) {}

  /** The lock is a statement of its own: the next one sees what its holder before has committed. */
  async lock(source: string): Promise<RowHead | undefined> {
    await this.session.query("SELECT pg_advisory_xact_lock($1, hashtext($2))", [SOURCE_LOCK, source]);
    const [row] = await this.session.query<SourceRow>(
      "SELECT etag, sequencer, last_modified, manifest_etag FROM sources WHERE source = $1",
      [source],
    );
    if (row === undefined) return undefined;
    const { etag, sequencer, last_modified, manifest_etag } = row;
    return { etag, sequencer, lastModified: last_modified.toISOString(), manifestEtag: manifest_etag };
  }

  async clear(source: string): Promise<void> {
    await this.session.query("DELETE FROM event_rows WHERE source = $1", [source]);
  }

  async add(source: string, modified: string, rows: readonly EventRow[]): Promise<void> {
    for (let at = 0; at < rows.length; at += BATCH_ROWS) {
      const batch = lastOfEach(rows.slice(at, at + BATCH_ROWS));
      await this.session.query(INSERT, [source, modified, ...columnsOf(batch)]);
    }
  }

  async putHead(source: string, head: RowHead): Promise<void> {
    await this.session.query(
      `INSERT INTO sources (source, etag, sequencer, last_modified, manifest_etag, loaded_at)
       VALUES ($1, $2, $3, $4, $5, now())
       ON CONFLICT (source) DO UPDATE
         SET (etag, sequencer, last_modified, manifest_etag, loaded_at) =
             (excluded.etag, excluded.sequencer, excluded.last_modified, excluded.manifest_etag, excluded.loaded_at)`,
      [source, head.etag, head.sequencer, head.lastModified, head.manifestEtag],
    );
  }
}

/** One statement may not change a row twice. */
function lastOfEach(rows: readonly EventRow[]): readonly EventRow[] {
  const byId = new Map(rows.map((row) => [`${row.shopId}#${row.eventId}`, row]));
  return byId.size === rows.length ? rows : [...byId.values()];
}

/** Rows as the arrays that the statement takes; numbers as text, since they are exact and may be beyond 2^53. */
function columnsOf(rows: readonly EventRow[]): unknown[] {
  const amountText = (amount: bigint | null | undefined) =>
    amount === null || amount === undefined ? null : formatAmount(amount);
  return [
    rows.map(({ occurredAt }) => occurredAt.toString()),
    rows.map(({ eventId }) => eventId),
    rows.map(({ type }) => type),
    rows.map(({ shopId }) => shopId),
    rows.map(({ contentId }) => contentId ?? null),
    rows.map(({ productId }) => productId ?? null),
    rows.map(({ visitorId }) => visitorId),
    rows.map(({ sessionId }) => sessionId ?? null),
    rows.map(({ quantity }) => quantity ?? null),
    rows.map(({ amount }) => amountText(amount)),
    rows.map(({ currency }) => currency ?? null),
  ];
}
