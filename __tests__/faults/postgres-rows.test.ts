import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "../../lambdas/load/load";
import { RowsStore } from "../../lambdas/load/rows";
import type { Loaded } from "../../lambdas/load/store";
import { migrate } from "../../lambdas/migrate/migrate";
import { MIGRATIONS } from "../../lambdas/migrate/migrations";
import { PermanentError, TransientError } from "../../lambdas/shared/errors";
import type { ShopTotal } from "../../lambdas/shared/figures";
import { manifestKey, sourceId } from "../../lambdas/shared/manifest";
import { type Database, Postgres, type Session } from "../../lambdas/shared/postgres-client";
import { PostgresRows } from "../../lambdas/shared/postgres-rows";
import { totals } from "../../lambdas/totals/totals";
import { type Postgres as Server, startPostgres } from "../../local/postgres";
import { ndjson, purchase, seeded, shuffled, view } from "../lambdas/support/events";
import { Fuse, Killed } from "../lambdas/support/fuse";
import { Pipeline } from "../lambdas/support/pipeline";

const OBJECTS = process.env.FAULTS === "full" ? 1_000 : 100;
const USERS = { writer: "shop_test_writer", reader: "shop_test_reader" };
const KEY = "in/a.ndjson";
const source = sourceId("raw", KEY);

let server: Server;
let owner: Postgres;
let writer: Postgres;
let reader: Postgres;
const opened: Postgres[] = [];
const directory = mkdtempSync(join(tmpdir(), "postgres-rows-"));

function as(user: string): Postgres {
  const { host, port } = server;
  const client = new Postgres({
    host,
    port,
    database: "events",
    user,
    applicationName: "test",
    password: async () => "iam",
  });
  opened.push(client);
  return client;
}

/** The database for a function that ends before its `fuse` blows' call: its connection dies with it. */
class Mortal implements Database {
  constructor(
    private readonly client: Postgres,
    private readonly fuse: Fuse,
  ) {}

  async query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    await this.fuse.tick();
    return this.client.query<Row>(text, values);
  }

  async transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    await this.fuse.tick();
    const done = await this.client.transaction(async (session) => {
      const result = await work({
        query: async (text, values) => {
          await this.fuse.tick();
          return session.query(text, values);
        },
      });
      await this.fuse.tick(); // before the commit
      return result;
    });
    await this.fuse.tick(); // after it
    return done;
  }
}

function loadRows(pipeline: Pipeline, key: string, database: Database): Promise<Loaded> {
  const store = new RowsStore({
    rows: new PostgresRows(database),
    now: () => new Date("2024-06-01T00:00:00Z"),
  });
  return load(
    { bucket: "curated", key: manifestKey(sourceId("raw", key)) },
    { curated: () => pipeline.curatedBucket, store, newRun: () => "run", pause: async () => undefined },
  );
}

const rowsOf = (session: Session): Promise<Record<string, unknown>[]> =>
  session.query(
    "SELECT event_id, shop_id, amount, source FROM event_rows ORDER BY shop_id, event_id, source",
  );

beforeAll(async () => {
  server = await startPostgres({ directory });
  owner = as("postgres");
  await migrate(owner, MIGRATIONS, USERS);
  writer = as(USERS.writer);
  reader = as(USERS.reader);
}, 120_000);

afterAll(async () => {
  for (const client of opened) await client.close();
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

beforeEach(async () => {
  await owner.query("TRUNCATE event_rows, sources");
});

jest.setTimeout(process.env.FAULTS === "full" ? 600_000 : 60_000);

describe("migrations", () => {
  test("are applied once by runs at the same time, and nothing is left for the next one", async () => {
    await owner.query(
      "DROP VIEW recommendations, loaded, shop_totals, events; DROP TABLE recommendation_rows, recommendation_run, event_rows, sources, schema_migrations",
    );
    const both = await Promise.all(
      [as("postgres"), as("postgres")].map((one) => migrate(one, MIGRATIONS, USERS)),
    );
    const ids = MIGRATIONS.map(({ id }) => id);
    expect(both.flatMap(({ applied }) => applied).sort()).toEqual(ids);
    expect(await migrate(owner, MIGRATIONS, USERS)).toEqual({ applied: [], current: ids.at(-1) });
  });

  test("come to the same end when a run is killed before any query and repeated", async () => {
    for (let at = 1; ; at += 1) {
      await owner.query(
        "DROP VIEW IF EXISTS recommendations, loaded, shop_totals, events; DROP TABLE IF EXISTS recommendation_rows, recommendation_run, event_rows, sources, schema_migrations",
      );
      const killed = await migrate(new Mortal(as("postgres"), new Fuse(at)), MIGRATIONS, USERS).then(
        () => false,
        () => true,
      );
      expect((await migrate(owner, MIGRATIONS, USERS)).current).toBe(MIGRATIONS.at(-1)?.id);
      expect(await reader.query("SELECT count(*) FROM events")).toEqual([{ count: "0" }]);
      if (!killed) break;
    }
  });

  test("rejects one that was changed after it was applied, by name", async () => {
    const changed = MIGRATIONS.map((one, at) => (at === 0 ? { ...one, sql: `${one.sql} -- more` } : one));
    await expect(migrate(owner, changed, USERS)).rejects.toThrow(
      new PermanentError(
        "migrations: 0001-rows must stay as applied, got another text: undo the change and add a migration at the end",
      ),
    );
  });

  test("rejects one that fails, by name and SQLSTATE, and keeps nothing of it", async () => {
    const broken = [...MIGRATIONS, { id: "9999-broken", sql: "CREATE TABLE half (id int); SELECT 1 / 0" }];
    await expect(migrate(owner, broken, USERS)).rejects.toThrow(/^migration 9999-broken: .*22012/);
    expect(await owner.query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  });

  test("give each user the rights that it needs and no other", async () => {
    const refused = (client: Session, sql: string): Promise<void> =>
      expect(client.query(sql)).rejects.toThrow(/42501 permission denied/);
    for (const name of ["events", "shop_totals", "loaded", "recommendations"])
      await reader.query(`SELECT * FROM ${name}`);
    await refused(reader, "SELECT * FROM event_rows");
    await refused(reader, "SELECT * FROM sources");
    await refused(reader, "SELECT * FROM recommendation_rows");
    await refused(reader, "SELECT * FROM recommendation_run");
    await refused(reader, "DELETE FROM events");
    await refused(reader, "CREATE TABLE mine (id int)");
    await refused(writer, "SELECT * FROM schema_migrations");
    await refused(writer, "TRUNCATE event_rows");
    await refused(writer, "CREATE TABLE mine (id int)");
    const members = "SELECT pg_has_role($1, 'rds_iam', 'member') AS iam";
    for (const user of Object.values(USERS))
      expect(await owner.query(members, [user])).toEqual([{ iam: true }]);
  });
});

describe("rows in PostgreSQL", () => {
  test("are exact: instants to the microsecond, amounts to 1/10,000, every column", async () => {
    const pipeline = new Pipeline();
    const event = {
      schemaVersion: 2,
      sessionId: "s-1",
      amount: "12345678901234.0001",
      occurredAt: "2024-05-31T23:59:59.999999Z",
    };
    await pipeline.structure(pipeline.send(KEY, ndjson(purchase(event), view({ eventId: 'e "\\{},NULL' }))));
    expect(await loadRows(pipeline, KEY, writer)).toEqual({ source, outcome: "loaded", changed: 2 });
    const rows = await reader.query(
      `SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS at, event_id, type, shop_id, content_id,
              product_id, visitor_id, session_id, quantity, amount, currency FROM events ORDER BY event_id`,
    );
    expect(rows).toEqual([
      expect.objectContaining({ event_id: 'e "\\{},NULL', amount: null, quantity: null, currency: null }),
      {
        at: "2024-05-31 23:59:59.999999",
        event_id: "e-1",
        type: "purchase",
        shop_id: "atlas",
        content_id: "story-7",
        product_id: "sku-1",
        visitor_id: "v-1",
        session_id: "s-1",
        quantity: 2,
        amount: "12345678901234.0001",
        currency: "EUR",
      },
    ]);
  });

  test("hold the later of two events with one id in a file, over batches too", async () => {
    const pipeline = new Pipeline();
    const many = Array.from({ length: 5_100 }, (_, at) =>
      purchase({
        eventId: at % 5_050 === 0 ? "twice" : `e-${at}`,
        amount: String(at),
        occurredAt: `2024-05-17T${String(Math.floor(at / 3600)).padStart(2, "0")}:${String(Math.floor(at / 60) % 60).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}Z`,
      }),
    );
    await pipeline.structure(pipeline.send(KEY, ndjson(...many)));
    await loadRows(pipeline, KEY, writer);
    expect(await reader.query("SELECT count(*) FROM events")).toEqual([{ count: "5099" }]);
    expect(await reader.query("SELECT amount FROM events WHERE event_id = 'twice'")).toEqual([
      { amount: "5050.0000" },
    ]);
  });

  test("show an event once, of its newest source, and of the other when that is deleted", async () => {
    const pipeline = new Pipeline();
    const first = pipeline.send("first", ndjson(purchase({ amount: "1" })));
    const second = pipeline.send("second", ndjson(purchase({ amount: "2" })));
    for (const ref of [second, first]) {
      await pipeline.take(ref);
      await loadRows(pipeline, ref.key, writer);
    }
    expect(await reader.query("SELECT amount FROM events")).toEqual([{ amount: "2.0000" }]);
    await pipeline.take(pipeline.delete("second"));
    expect(await loadRows(pipeline, "second", writer)).toMatchObject({ outcome: "loaded", changed: 0 });
    expect(await reader.query("SELECT amount FROM events")).toEqual([{ amount: "1.0000" }]);
    expect(await totals({ sources: [sourceId("raw", "first"), "0".repeat(32)] }, reader)).toEqual([
      { source: sourceId("raw", "first"), etag: first.etag },
    ]);
  });

  test("are the same whatever query a function is killed before or after", async () => {
    for (const next of [ndjson(purchase({ eventId: "n-1" }), view({ eventId: "n-2" })), undefined]) {
      await owner.query("TRUNCATE event_rows, sources");
      const pipeline = new Pipeline();
      await pipeline.structure(
        pipeline.send(KEY, ndjson(purchase({ eventId: "o-1" }), view({ eventId: "o-2" }))),
      );
      await loadRows(pipeline, KEY, writer);
      const before = await rowsOf(owner);
      await pipeline.take(next === undefined ? pipeline.delete(KEY) : pipeline.send(KEY, next));
      await loadRows(pipeline, KEY, writer);
      const after = await rowsOf(owner);
      expect(after).toHaveLength(next === undefined ? 0 : 2);

      let at = 1;
      for (let killed = true; killed; at += 1) {
        await owner.query("TRUNCATE event_rows, sources");
        const again = new Pipeline();
        await again.structure(
          again.send(KEY, ndjson(purchase({ eventId: "o-1" }), view({ eventId: "o-2" }))),
        );
        await loadRows(again, KEY, writer);
        await again.take(next === undefined ? again.delete(KEY) : again.send(KEY, next));
        const dying = as(USERS.writer);
        const death = await loadRows(again, KEY, new Mortal(dying, new Fuse(at))).catch(
          (error: unknown) => error,
        );
        killed = death instanceof Killed;
        // Seen from outside it is the one or the other, never a part.
        expect([before, after]).toContainEqual(await rowsOf(owner));
        await dying.close();
        await loadRows(again, KEY, writer);
        expect(await rowsOf(owner)).toEqual(after);
      }
      expect(at).toBeGreaterThan(6);
    }
  });

  test("are what the last manifest says when workers load at the same time", async () => {
    const workers = [as(USERS.writer), as(USERS.writer)];
    for (let seed = 1; seed <= 10; seed += 1) {
      const pipeline = new Pipeline();
      for (let version = 1; version <= 3; version += 1) {
        await pipeline.structure(
          pipeline.send(KEY, ndjson(purchase({ eventId: `${seed}-${version}`, amount: String(version) }))),
        );
        await Promise.all(workers.map((one) => loadRows(pipeline, KEY, one)));
      }
      expect(await reader.query("SELECT event_id FROM events")).toEqual([{ event_id: `${seed}-3` }]);
      await owner.query("TRUNCATE event_rows, sources");
    }
  });

  test(`hold ${OBJECTS} objects once: overwritten, deleted, delivered 1 to 5 times, shuffled`, async () => {
    const random = seeded(7);
    const pipeline = new Pipeline();
    const changes = Array.from({ length: OBJECTS }, (_, at) =>
      pipeline.send(
        `k-${at}`,
        ndjson(purchase({ eventId: `e-${at}`, amount: "0.1" }), view({ eventId: `v-${at}` })),
      ),
    ).flatMap((change, at) => {
      if (at % 10 === 0) return [change, pipeline.delete(`k-${at}`)];
      if (at % 10 !== 1) return [change];
      return [change, pipeline.send(`k-${at}`, ndjson(purchase({ eventId: `n-${at}`, amount: "0.2" })))];
    });
    const deliveries = changes.flatMap((change) =>
      Array.from({ length: 1 + Math.floor(random() * 5) }, () => change),
    );
    const workers = [as(USERS.writer), as(USERS.writer)] as const;
    const queue = shuffled(deliveries, random);
    await Promise.all(
      workers.map(async (worker) => {
        for (let change = queue.pop(); change !== undefined; change = queue.pop()) {
          await pipeline.take(change);
          if (pipeline.manifest(change.key) !== null) await loadRows(pipeline, change.key, worker);
        }
      }),
    );
    const tenth = OBJECTS / 10;
    const expected: ShopTotal = {
      shopId: "atlas",
      currency: "EUR",
      orders: OBJECTS - tenth,
      quantity: 2 * (OBJECTS - tenth),
      amount: `${((OBJECTS - 2 * tenth) * 0.1 + tenth * 0.2).toFixed(2)}`,
      views: OBJECTS - 2 * tenth,
      clicks: 0,
      addToCarts: 0,
    };
    expect(await totals({}, reader)).toEqual([expected]);
  });

  test("lose nothing when the server ends every connection in between", async () => {
    const pipeline = new Pipeline();
    await pipeline.structure(pipeline.send(KEY, ndjson(purchase())));
    const worker = as(USERS.writer);
    await worker.query("SELECT 1");
    const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1";
    await owner.query(end, [USERS.writer]);
    expect(await loadRows(pipeline, KEY, worker)).toMatchObject({ outcome: "loaded" });

    await pipeline.structure(pipeline.send(KEY, ndjson(purchase({ eventId: "2" }))));
    const readBytes = pipeline.curatedBucket.readBytes.bind(pipeline.curatedBucket);
    pipeline.curatedBucket.readBytes = async (key) => {
      await owner.query(end, [USERS.writer]);
      return readBytes(key);
    };
    await expect(loadRows(pipeline, KEY, worker)).rejects.toThrow(TransientError);
    pipeline.curatedBucket.readBytes = readBytes;
    expect(await reader.query("SELECT event_id FROM events")).toEqual([{ event_id: "e-1" }]);
    expect(await loadRows(pipeline, KEY, worker)).toMatchObject({ outcome: "loaded" });
    expect(await reader.query("SELECT event_id FROM events")).toEqual([{ event_id: "2" }]);
  });

  test("that are too old are removed, a bounded number at a time", async () => {
    await owner.query(
      `INSERT INTO event_rows (shop_id, event_id, source, source_modified, occurred_at, type, visitor_id)
       SELECT 'a', n::text, repeat('0', 32), now(), '2024-01-01', 'view', 'v' FROM generate_series(1, 10500) n`,
    );
    const rows = new PostgresRows(writer);
    const instant = new Date("2024-01-02T00:00:00Z");
    expect([await rows.expire(instant), await rows.expire(instant), await rows.expire(instant)]).toEqual([
      10_000, 500, 0,
    ]);
  });

  test("reach the rows of a shop and a time by an index, through the view", async () => {
    await owner.query(
      `INSERT INTO event_rows (shop_id, event_id, source, source_modified, occurred_at, type, visitor_id)
       SELECT 's-' || n % 50, n::text, repeat('0', 32), now(), '2024-01-01'::timestamptz + n * interval '1 minute', 'view', 'v'
         FROM generate_series(1, 20000) n`,
    );
    await owner.query("ANALYZE event_rows");
    const plan = await owner.query<{ "QUERY PLAN": string }>(
      "EXPLAIN SELECT * FROM events WHERE shop_id = 's-7' AND occurred_at < '2024-01-02'",
    );
    const text = plan.map((line) => line["QUERY PLAN"]).join("\n");
    expect(text).toMatch(/Index Scan (?:using|on) event_rows_of_shop/);
    expect(text).toMatch(/Anti Join/);
    expect(text).not.toMatch(/Seq Scan/);
  });

  test("rejects data that break a rule for good, and says nothing of them", async () => {
    const bad = "INSERT INTO sources VALUES ('secret', 'e', NULL, now(), 'm', now())";
    const error = await writer.query(bad).catch((reason: unknown) => reason);
    expect(error).toEqual(
      new PermanentError(
        `postgres 127.0.0.1:${server.port}/events: refuses the data with 23514 at sources sources_source_check`,
      ),
    );
  });

  test("rejects a server that is not there, to try again", async () => {
    const nobody = new Postgres({
      host: "127.0.0.1",
      port: 1,
      database: "events",
      user: "u",
      applicationName: "test",
      password: async () => "iam",
    });
    const error = await nobody.query("SELECT 1").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransientError);
    expect(Object(error).message).toBe(
      "postgres 127.0.0.1:1/events: connect ECONNREFUSED 127.0.0.1:1: it is tried again",
    );
  });
});
