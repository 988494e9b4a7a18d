import {
  type AttributeValue,
  type DynamoDBClient,
  paginateQuery,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { Manifest } from "../../lambdas/shared/manifest";
import type { Session } from "../../lambdas/shared/postgres-client";
import { rowsOf } from "../lambdas/support/stores";
import { asText, rowText, type SentEvent, type Shown } from "./faults-events";
import { inParallel } from "./faults-parallel";

/** Names of keys, heads and the like, which are no counters. */
const COUNTER = /^(?:views|clicks|addToCarts|orders|quantity|(?:orders|quantity|amount)_[A-Z]{3})$/;

type Item = Record<string, AttributeValue>;

/** Adds the counters of items to figures, amounts in 1/10,000. */
function addUp(items: readonly Item[], keyOf: (item: Item) => string): Shown["figures"] {
  const figures: Record<string, Record<string, bigint>> = {};
  for (const item of items) {
    const counters = figures[keyOf(item)] ?? {};
    figures[keyOf(item)] = counters;
    for (const [name, { N: text }] of Object.entries(item)) {
      if (text === undefined || !COUNTER.test(name)) continue;
      counters[name] = (counters[name] ?? 0n) + (name.startsWith("amount_") ? unitsOf(text) : BigInt(text));
    }
  }
  return asText(figures);
}

/** A decimal text in 1/10,000. */
function unitsOf(text: string): bigint {
  const [whole = "", decimals = ""] = text.split(".");
  return BigInt(whole + decimals.padEnd(4, "0"));
}

/** Items of a table, all or those of one partition. */
async function itemsOf(client: DynamoDBClient, table: string, partition?: Partition): Promise<Item[]> {
  const read = { TableName: table, ConsistentRead: true };
  const query = {
    KeyConditionExpression: "#name = :value",
    ExpressionAttributeNames: { "#name": partition?.name ?? "" },
    ExpressionAttributeValues: { ":value": { S: partition?.value ?? "" } },
  };
  const pages =
    partition === undefined
      ? paginateScan({ client }, read)
      : paginateQuery({ client }, { ...read, ...query });
  const items: Item[] = [];
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}

interface Partition {
  readonly name: string;
  readonly value: string;
}

/** Figures as the table shows them, all or those of one shop. */
export async function figuresShown(client: DynamoDBClient, table: string, shop?: string) {
  const partition = shop === undefined ? undefined : { name: "shopId", value: shop };
  const items = await itemsOf(client, table, partition);
  return addUp(items, ({ shopId, contentDay }) => `${shopId?.S}#${contentDay?.S}`);
}

/** Figures as the sum of what all sources have brought, or one; and heads that are not at rest. */
export async function contributionsShown(client: DynamoDBClient, table: string, source?: string) {
  const partition = source === undefined ? undefined : { name: "source", value: source };
  const items = await itemsOf(client, table, partition);
  const heads = items.filter(({ figure }) => figure?.S === "#");
  const brought = items.filter(({ figure }) => figure?.S !== "#");
  return {
    figures: addUp(brought, ({ figure }) => figure?.S ?? ""),
    loading: heads.filter(({ status }) => status?.S !== "loaded").map((head) => head.source?.S),
  };
}

/** Events as the view shows them; `source` limits it to the rows of one. */
export async function rowsShown(session: Session, source?: string): Promise<Shown["rows"]> {
  const rows = await session.query<Record<keyof SentEvent, unknown>>(
    `SELECT event_id AS "eventId", to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "occurredAt", type,
            shop_id AS "shopId", content_id AS "contentId", product_id AS "productId", visitor_id AS "visitorId",
            session_id AS "sessionId", quantity, round(amount, 2)::text AS amount, currency
       FROM events WHERE source = $1 OR $1 IS NULL`,
    [source ?? null],
  );
  return Object.fromEntries(rows.map((row) => [row.eventId, rowText(row)]));
}

/** Keys of a bucket under a prefix. */
export async function keysOf(client: S3Client, Bucket: string, Prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    keys.push(...Contents.map(({ Key = "" }) => Key));
  return keys;
}

export async function bytesOf(client: S3Client, Bucket: string, Key: string): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** Rows of the lake's files, by key, files without rows left out. */
export async function lakeFilesShown(client: S3Client, bucket: string, prefix = "events/") {
  const files: Record<string, string[]> = {};
  await inParallel(await keysOf(client, bucket, prefix), async (key) => {
    const rows = (await rowsOf(await bytesOf(client, bucket, key))).map(lakeText);
    if (rows.length > 0) files[key] = rows.sort();
  });
  return files;
}

function lakeText(row: Record<string, unknown>): string {
  const { occurredAt, amount } = row as { occurredAt: Date; amount?: number | null };
  const fields = row as Record<keyof SentEvent, unknown>;
  const instant = occurredAt.toISOString().replace(".000Z", "Z");
  return rowText({ ...fields, occurredAt: instant, amount: amount == null ? null : amount.toFixed(2) });
}

/** Rows of the lake by shop and month, as a query over it sees them. */
export async function lakeShown(client: S3Client, bucket: string): Promise<Shown["lake"]> {
  const shown: Record<string, string[]> = {};
  for (const [key, rows] of Object.entries(await lakeFilesShown(client, bucket))) {
    const [, shop, month] = /^events\/shop=([^/]+)\/month=([^/]+)\/[0-9a-f]{32}\.parquet$/.exec(key) ?? [];
    const partition = `${shop} ${month}`;
    shown[partition] = [...(shown[partition] ?? []), ...rows].sort();
  }
  return shown;
}

/** Manifests of a bucket, all or those under a prefix. */
export async function manifestsOf(
  client: S3Client,
  bucket: string,
  prefix = "manifests/",
): Promise<Manifest[]> {
  return inParallel(await keysOf(client, bucket, prefix), async (key) =>
    Manifest.parse(JSON.parse(Buffer.from(await bytesOf(client, bucket, key)).toString())),
  );
}
