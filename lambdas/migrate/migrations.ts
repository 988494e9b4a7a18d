/** One step of the database's history. What is in use somewhere is never changed: a change is a new step at the end. */
export interface Migration {
  readonly id: string;
  readonly sql: string;
}

/**
 * A row is known by shop, event and source, so that one file's delete leaves the row of another that has the same event.
 * Indexes, each for one use:
 * - the primary key finds the rows of one event; with `source_modified` in it, the view `events` needs no other page;
 * - `event_rows_of_source`: a new version replaces the rows of its source;
 * - `event_rows_of_shop`: queries name a shop and a time;
 * - `event_rows_age`: rows come about in order of time, so a few pages of BRIN find what is older than it may be
 *   (https://www.postgresql.org/docs/16/brin.html).
 */
const ROWS = `
CREATE TABLE sources (
  source        text        PRIMARY KEY CHECK (source ~ '^[0-9a-f]{32}$'),
  etag          text        NOT NULL,
  sequencer     text,
  last_modified timestamptz NOT NULL,
  manifest_etag text        NOT NULL,
  loaded_at     timestamptz NOT NULL
);

CREATE TABLE event_rows (
  shop_id         text        NOT NULL,
  event_id        text        NOT NULL,
  source          text        NOT NULL CHECK (source ~ '^[0-9a-f]{32}$'),
  source_modified timestamptz NOT NULL,
  occurred_at     timestamptz NOT NULL,
  type            text        NOT NULL,
  content_id      text,
  product_id      text,
  visitor_id      text        NOT NULL,
  session_id      text,
  quantity        integer,
  amount          numeric(18,4),
  currency        char(3),
  PRIMARY KEY (shop_id, event_id, source) INCLUDE (source_modified)
);
CREATE INDEX event_rows_of_source ON event_rows (source);
CREATE INDEX event_rows_of_shop ON event_rows (shop_id, occurred_at);
CREATE INDEX event_rows_age ON event_rows USING brin (occurred_at);
`;

/** An anti-join: a filter on shop or time reaches the rows before it, and the other rows of an event are looked up by key. */
const VIEWS = `
CREATE VIEW events AS
SELECT shop_id, event_id, occurred_at, type, content_id, product_id, visitor_id, session_id, quantity, amount, currency,
       source, source_modified
  FROM event_rows AS event
 WHERE NOT EXISTS (
   SELECT FROM event_rows AS newer
    WHERE newer.shop_id = event.shop_id
      AND newer.event_id = event.event_id
      AND (newer.source_modified, newer.source) > (event.source_modified, event.source)
 );

CREATE VIEW shop_totals AS
SELECT shop_id, currency,
       count(*) FILTER (WHERE type = 'purchase')                   AS orders,
       coalesce(sum(quantity) FILTER (WHERE type = 'purchase'), 0) AS quantity,
       coalesce(sum(amount) FILTER (WHERE type = 'purchase'), 0)   AS amount,
       count(*) FILTER (WHERE type = 'view')                       AS views,
       count(*) FILTER (WHERE type = 'click')                      AS clicks,
       count(*) FILTER (WHERE type = 'add_to_cart')                AS add_to_carts
  FROM events
 GROUP BY shop_id, currency;

CREATE VIEW loaded AS SELECT source, etag, loaded_at FROM sources;
`;

/**
 * One run at a time: a new one replaces all rows in one transaction. Indexes, each for one use:
 * - the primary key finds the products of a story, in their order, and lists those of a shop;
 * - `recommendation_rows_trained`: the newest instant is its last entry, which readers of the view ask for first. All rows
 *   have the same one, so it stays small (https://www.postgresql.org/docs/16/btree-implementation.html#BTREE-DEDUPLICATION).
 */
const RECOMMENDATIONS = `
CREATE TABLE recommendation_run (
  only_one      boolean     PRIMARY KEY DEFAULT true CHECK (only_one),
  run           text        NOT NULL,
  trained_at    timestamptz NOT NULL,
  manifest_etag text        NOT NULL,
  loaded_at     timestamptz NOT NULL
);

CREATE TABLE recommendation_rows (
  shop_id    text             NOT NULL,
  content_id text             NOT NULL,
  rank       integer          NOT NULL CHECK (rank > 0),
  product_id text             NOT NULL,
  score      double precision NOT NULL,
  trained_at timestamptz      NOT NULL,
  PRIMARY KEY (shop_id, content_id, rank)
);
CREATE INDEX recommendation_rows_trained ON recommendation_rows (trained_at);

CREATE VIEW recommendations AS
SELECT shop_id, content_id, rank, product_id, score, trained_at FROM recommendation_rows;
`;

/** All steps, in order. */
export const MIGRATIONS: readonly Migration[] = [
  { id: "0001-rows", sql: ROWS },
  { id: "0002-views", sql: VIEWS },
  { id: "0003-recommendations", sql: RECOMMENDATIONS },
];
