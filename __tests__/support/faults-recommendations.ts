import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  DeleteTableCommand,
  GetItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { bring } from "../../lambdas/recommendations/bring";
import type { Brought } from "../../lambdas/recommendations/current";
import { LoadedRecommendations } from "../../lambdas/recommendations/loaded";
import { MANIFEST_KEY } from "../../lambdas/recommendations/manifest";
import { ServedRecommendations } from "../../lambdas/recommendations/served";
import { DynamoRecommendations, RECOMMENDATION_KEYS } from "../../lambdas/shared/dynamo-recommendations";
import { PostgresRecommendations } from "../../lambdas/shared/postgres-recommendations";
import type { Story } from "../../lambdas/shared/recommendation";
import { S3Curated } from "../../lambdas/shared/s3-curated";
import { publish, rowsOfStories } from "../lambdas/support/recommended";
import { Instance, seenThrough } from "./faults-instance";
import type { Servers } from "./faults-servers";

export const RUN_STORES = ["table", "database"] as const;
export type RunStoreName = (typeof RUN_STORES)[number];

let made = 0;

/** A curated bucket with recommendations, a table and a database, real ones, which are new or empty. */
export class RecommendationWorld {
  private constructor(
    private readonly servers: Servers,
    readonly bucket: string,
    readonly table: string,
  ) {}

  static async make(servers: Servers): Promise<RecommendationWorld> {
    made += 1;
    const world = new RecommendationWorld(servers, `recommended-${made}`, `recommended-${made}`);
    await servers.s3.send(new CreateBucketCommand({ Bucket: world.bucket }));
    await world.empty();
    return world;
  }

  /** Forgets what the stores hold. */
  async empty(): Promise<void> {
    const { dynamo, owner } = this.servers;
    const TableName = this.table;
    await dynamo.send(new DeleteTableCommand({ TableName })).catch(() => undefined);
    const keys = [RECOMMENDATION_KEYS.partition, RECOMMENDATION_KEYS.sort] as const;
    await dynamo.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: [
          { AttributeName: keys[0], KeyType: "HASH" },
          { AttributeName: keys[1], KeyType: "RANGE" },
        ],
      }),
    );
    await owner.query("TRUNCATE recommendation_rows, recommendation_run");
  }

  /** Publishes a run whose stories are in two files. */
  async publish(at: string, stories: readonly Story[]): Promise<void> {
    const half = Math.ceil(stories.length / 2);
    const files = [stories.slice(0, half), stories.slice(half)].map(rowsOfStories);
    const put = (Key: string, Body: Uint8Array | string) =>
      this.servers.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body }));
    await publish(put, { at, files });
  }

  /** One delivery, to a function of its own. */
  async deliver(store: RunStoreName, instance = new Instance()): Promise<Brought> {
    const around = (call: Parameters<Instance["call"]>[0], make: () => Promise<unknown>) =>
      instance.call(call, make);
    const s3 = seenThrough(this.servers.s3, "s3", around);
    const dynamo = seenThrough(this.servers.dynamo, "dynamodb", around);
    const database = this.servers.database();
    const stores = {
      table: new ServedRecommendations(new DynamoRecommendations(this.table, dynamo)),
      database: new LoadedRecommendations(new PostgresRecommendations(database)),
    };
    try {
      return await instance.run(() =>
        bring(
          { bucket: this.bucket, key: MANIFEST_KEY },
          {
            curated: (bucket) => new S3Curated(s3, bucket),
            store: stores[store],
            newRun: randomUUID,
            pause: async () => undefined,
          },
        ),
      );
    } finally {
      await database.close();
    }
  }

  /** Delivers until it is done. */
  async redeliver(store: RunStoreName, instance?: Instance): Promise<void> {
    let last: unknown;
    for (let tries = 0; tries < 10; tries += 1)
      try {
        await this.deliver(store, instance);
        return;
      } catch (error) {
        last = error;
      }
    throw last;
  }

  /** Products of each story, by its name, as readers see them. */
  async shown(store: RunStoreName): Promise<Record<string, string[]>> {
    return store === "table" ? this.shownByTable() : this.shownByDatabase();
  }

  /** What a backend gets of a story. */
  async item(shopId: string, contentId: string): Promise<unknown> {
    const Key = { shopId: { S: shopId }, contentId: { S: contentId } };
    const { Item } = await this.servers.dynamo.send(new GetItemCommand({ TableName: this.table, Key }));
    return Item;
  }

  private async shownByTable(): Promise<Record<string, string[]>> {
    const shown: Record<string, string[]> = {};
    const read = { TableName: this.table, ConsistentRead: true };
    for await (const { Items = [] } of paginateScan({ client: this.servers.dynamo }, read))
      for (const { shopId, contentId, products } of Items)
        if (products !== undefined)
          shown[`${shopId?.S} ${contentId?.S}`] = (products.L ?? []).map(
            ({ M }) => `${M?.productId?.S} ${M?.score?.N}`,
          );
    return shown;
  }

  private async shownByDatabase(): Promise<Record<string, string[]>> {
    const rows = await this.servers.owner.query<Record<string, string>>(
      "SELECT shop_id, content_id, product_id, score FROM recommendations ORDER BY shop_id, content_id, rank",
    );
    const shown: Record<string, string[]> = {};
    for (const { shop_id, content_id, product_id, score } of rows) {
      const id = `${shop_id} ${content_id}`;
      shown[id] = [...(shown[id] ?? []), `${product_id} ${score}`];
    }
    return shown;
  }
}

/** What must be shown of stories. */
export const shownOf = (stories: readonly Story[]): Record<string, string[]> =>
  Object.fromEntries(
    stories.map(({ shopId, contentId, products }) => [
      `${shopId} ${contentId}`,
      products.map(({ productId, score }) => `${productId} ${score}`),
    ]),
  );
