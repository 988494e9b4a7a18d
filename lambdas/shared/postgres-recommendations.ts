import type { Database, Session } from "./postgres-client";
import type { Story, TrainedRun } from "./recommendation";

/** What happens to the recommendations in one transaction. */
export interface RecommendationChanges {
  /** The run that is loaded, once no other delivery works on it; none may until the transaction ends. */
  lock(): Promise<Omit<TrainedRun, "trainedAt"> | undefined>;
  /** Removes all rows. */
  clear(): Promise<void>;
  /** Adds the products of stories, which the table must not have. */
  add(stories: readonly Story[], run: TrainedRun): Promise<void>;
  putRun(run: TrainedRun): Promise<void>;
}

/** Recommendations in a database. */
export interface RecommendationRows {
  /** All of `work` happens, or nothing where it throws. */
  transaction<T>(work: (changes: RecommendationChanges) => Promise<T>): Promise<T>;
}

/** Locks of this project are pairs of numbers: sources have 1 first, migrations 2. */
const LOCK = "SELECT pg_advisory_xact_lock(3, 0)";

const INSERT = `
  INSERT INTO recommendation_rows (trained_at, shop_id, content_id, rank, product_id, score)
  SELECT $1, shop_id, content_id, rank, product_id, score
    FROM unnest($2::text[], $3::text[], $4::integer[], $5::text[], $6::double precision[])
      AS new (shop_id, content_id, rank, product_id, score)`;

/** Recommendations in PostgreSQL; the tables are those of lambdas/migrate/migrations.ts. */
export class PostgresRecommendations implements RecommendationRows {
  constructor(private readonly database: Database) {}

  transaction<T>(work: (changes: RecommendationChanges) => Promise<T>): Promise<T> {
    return this.database.transaction((session) => work(new SessionChanges(session)));
  }
}

class SessionChanges implements RecommendationChanges {
  constructor(private readonly session: Session) {}

  /** The lock is a statement of its own: the next one sees what its holder before has committed. */
  async lock(): Promise<Omit<TrainedRun, "trainedAt"> | undefined> {
    await this.session.query(LOCK);
    const [row] = await this.session.query<{ run: string; manifest_etag: string }>(
      "SELECT run, manifest_etag FROM recommendation_run",
    );
    return row && { run: row.run, manifestEtag: row.manifest_etag };
  }

  async clear(): Promise<void> {
    // TRUNCATE would show an empty table to who has begun to read.
    await this.session.query("DELETE FROM recommendation_rows");
  }

  async add(stories: readonly Story[], { trainedAt }: TrainedRun): Promise<void> {
    const rows = stories.flatMap(({ shopId, contentId, products }) =>
      products.map(({ productId, score }, at) => ({ shopId, contentId, rank: at + 1, productId, score })),
    );
    await this.session.query(INSERT, [
      trainedAt,
      rows.map(({ shopId }) => shopId),
      rows.map(({ contentId }) => contentId),
      rows.map(({ rank }) => rank),
      rows.map(({ productId }) => productId),
      rows.map(({ score }) => score),
    ]);
  }

  async putRun({ run, trainedAt, manifestEtag }: TrainedRun): Promise<void> {
    await this.session.query(
      `INSERT INTO recommendation_run (run, trained_at, manifest_etag, loaded_at) VALUES ($1, $2, $3, now())
       ON CONFLICT (only_one) DO UPDATE
         SET (run, trained_at, manifest_etag, loaded_at) =
             (excluded.run, excluded.trained_at, excluded.manifest_etag, excluded.loaded_at)`,
      [run, trainedAt, manifestEtag],
    );
  }
}
