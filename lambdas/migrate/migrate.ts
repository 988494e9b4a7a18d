import { createHash } from "node:crypto";
import { PermanentError } from "../shared/errors";
import { type Database, identifier, type Session } from "../shared/postgres-client";
import type { Migration } from "./migrations";

/** Who uses the database beside its owner. */
export interface Users {
  readonly writer: string;
  readonly reader: string;
}

/** What a run did. */
export interface Migrated {
  /** Ids of the migrations that were applied now. */
  readonly applied: readonly string[];
  /** Id of the last migration that the database has. */
  readonly current: string;
}

/** Taken by each transaction until its end; the first half of the keys of locks on sources is 1. */
const LOCK = "SELECT pg_advisory_xact_lock(2, 0)";

const WRITTEN = ["event_rows", "sources", "recommendation_rows", "recommendation_run"];
const READ = ["events", "shop_totals", "loaded", "recommendations"];

const checksum = (sql: string): string => createHash("sha256").update(sql).digest("hex");

/**
 * Brings the database to the last migration, each in a transaction of its own, and gives each user the rights that it
 * needs and no other. May be repeated, also at the same time: runs take turns with each transaction, and each looks
 * again what is left to do.
 * @throws PermanentError when an applied migration was changed; an error that names the migration which failed.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  users: Users,
): Promise<Migrated> {
  const inTurn = <T>(what: string, work: (session: Session) => Promise<T>): Promise<T> =>
    named(what, () =>
      database.transaction(async (session) => {
        await session.query(LOCK);
        return work(session);
      }),
    );
  await inTurn("migrations", (session) => check(session, migrations));
  const applied: string[] = [];
  for (const migration of migrations)
    if (await inTurn(`migration ${migration.id}`, (session) => apply(session, migration)))
      applied.push(migration.id);
  await inTurn("rights of users", (session) => grant(session, users));
  return { applied, current: migrations.at(-1)?.id ?? "" };
}

/** What is applied already must be what it was. */
async function check(session: Session, migrations: readonly Migration[]): Promise<void> {
  await session.query(
    "CREATE TABLE IF NOT EXISTS schema_migrations (id text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL)",
  );
  const rows = await session.query<{ id: string; checksum: string }>(
    "SELECT id, checksum FROM schema_migrations",
  );
  const known = new Map(rows.map(({ id, checksum: sum }) => [id, sum]));
  const changed = migrations.filter(({ id, sql }) => known.has(id) && known.get(id) !== checksum(sql));
  if (changed.length > 0)
    throw new PermanentError(
      `${changed.map(({ id }) => id).join(", ")} must stay as applied, got another text: undo the change and add a migration at the end`,
    );
}

/** Whether it had to be applied. */
async function apply(session: Session, { id, sql }: Migration): Promise<boolean> {
  const known = await session.query("SELECT FROM schema_migrations WHERE id = $1", [id]);
  if (known.length > 0) return false;
  await session.query(sql);
  await session.query("INSERT INTO schema_migrations (id, checksum, applied_at) VALUES ($1, $2, now())", [
    id,
    checksum(sql),
  ]);
  return true;
}

/** Says which step failed; the message of the database, with its SQLSTATE, follows. */
async function named<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${error.message}`;
    throw error;
  }
}

/**
 * Rights as they must be, whatever they were: first all are taken away, in the same transaction. `rds_iam` lets a
 * user log in with a token of IAM
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html).
 */
async function grant(session: Session, { writer, reader }: Users): Promise<void> {
  const [current] = await session.query<{ name: string; iam: boolean }>(
    "SELECT current_database() AS name, EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') AS iam",
  );
  const database = identifier(current?.name ?? "");
  for (const user of [writer, reader]) {
    const known = await session.query("SELECT FROM pg_roles WHERE rolname = $1", [user]);
    if (known.length === 0) await session.query(`CREATE ROLE ${identifier(user)} LOGIN`);
    if (current?.iam === true) await session.query(`GRANT rds_iam TO ${identifier(user)}`);
  }
  const both = [writer, reader].map(identifier).join(", ");
  const statements = [
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ${both}`,
    `GRANT CONNECT ON DATABASE ${database} TO ${both}`,
    `GRANT USAGE ON SCHEMA public TO ${both}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${WRITTEN.join(", ")} TO ${identifier(writer)}`,
    `GRANT SELECT ON ${READ.join(", ")} TO ${identifier(reader)}`,
  ];
  for (const statement of statements) await session.query(statement);
}
