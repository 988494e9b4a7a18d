import type { Construct } from "constructs";
import type { LakeColumns, LakePrefixes, LoadTableKeys } from "../lambdas/load/env";
import type { RecommendationKeys } from "../lambdas/recommendations/env";
import type { StructurePrefixes } from "../lambdas/structure/env";
import { Bucket, Lake, ObjectTopic, Role, Table } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { readContract } from "./contract";
import { STATE_CONTRACT } from "./state-stack";

/** Where collectors write, in the raw bucket: each below a folder of its own name. */
export const RAW_PREFIX = "events/";

/** Where the stages read and write in the curated and the rejected bucket; their types refuse any other. */
export const PREFIX: StructurePrefixes & Omit<LakePrefixes, "versions"> = {
  manifests: "manifests/",
  outputs: "versions/",
  attempts: "attempts/",
  rejected: "rejected/",
  lake: "events/",
  heads: "heads/",
};

/** Where the Spark jobs write in the curated bucket. */
export const SPARK_PREFIX = {
  compacted: "compacted/",
  aggregates: "aggregates/",
  recommendations: "recommendations/",
  erasures: "erasures/",
} as const;

/** What tells that recommendations, or erasures, are there: the last object that their job writes. */
const RECOMMENDED = { prefix: SPARK_PREFIX.recommendations, suffix: "manifest.json" } as const;
const ERASED = { prefix: SPARK_PREFIX.erasures, suffix: "report.json" } as const;

/** As the load function reads and writes them; its type refuses any other. */
const TABLE_KEYS: LoadTableKeys & { readonly recommendations: RecommendationKeys } = {
  figures: { partition: "shopId", sort: "contentDay" },
  contributions: { partition: "source", sort: "figure" },
  recommendations: { partition: "shopId", sort: "contentId" },
  expiry: "expiresAt",
};

/** Columns of the lake's files, as Athena calls them; the type refuses what is not in the files. */
const LAKE_COLUMNS: LakeColumns = {
  occurredat: "timestamp",
  eventid: "string",
  type: "string",
  shopid: "string",
  contentid: "string",
  productid: "string",
  visitorid: "string",
  quantity: "int",
  amount: "decimal(18,4)",
  currency: "string",
  sessionid: "string",
};

/** Everything that holds the platform's data but the database. All of it has a literal name, so it publishes no contract. */
export class DataStack extends BaseStack {
  private readonly raw: Bucket;
  private readonly curated: Bucket;
  private readonly rejected: Bucket;
  private readonly figures: Table;
  private readonly lake: Lake;

  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, "data", props);
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);
    const { keyAlias, manifestTopic } = this.names;

    this.raw = this.createBucket("Raw", this.names.rawBucket, this.config.retention.rawDays);
    this.curated = this.createBucket("Curated", this.names.curatedBucket);
    this.rejected = this.createBucket(
      "Rejected",
      this.names.rejectedBucket,
      this.config.retention.rejectedDays,
    );
    this.figures = this.createTable("Figures", "figures", keyArn);
    this.createTable("Contributions", "contributions", keyArn);
    this.lake = this.createLake(keyArn);
    new ObjectTopic(this, "Manifests", {
      topicName: manifestTopic,
      keyAlias,
      source: this.curated,
      prefix: PREFIX.manifests,
    });
    if (this.config.spark) this.createForSpark(keyArn);

    for (const [name, { principals }] of Object.entries(this.config.collectors)) {
      this.createCollector(name, principals);
    }
    for (const [name, { principals, stores }] of Object.entries(this.config.readers)) {
      if (stores.includes("figures")) this.createFiguresReader(name, principals);
      if (stores.includes("lake")) this.lake.grantQuery(this.createReader(name, "lake", principals));
      if (stores.includes("rejected")) this.createRejectedReader(name, principals);
    }
  }

  /** What Spark's jobs write is told to those who bring it to the stores. */
  private createForSpark(keyArn: string): void {
    const { keyAlias, recommendationTopic, erasureTopic } = this.names;
    new ObjectTopic(this, "NewRecommendations", {
      topicName: recommendationTopic,
      keyAlias,
      source: this.curated,
      ...RECOMMENDED,
    });
    new ObjectTopic(this, "Erasures", { topicName: erasureTopic, keyAlias, source: this.curated, ...ERASED });
    this.createTable("Recommendations", "recommendations", keyArn);
  }

  private createBucket(id: string, bucketName: string, expireDays?: number): Bucket {
    const { keepDataOnDestroy: keepOnDestroy, retention } = this.config;
    return new Bucket(this, id, {
      bucketName,
      keyAlias: this.names.keyAlias,
      keepOnDestroy,
      noncurrentVersionDays: retention.oldVersionDays,
      expireDays,
    });
  }

  private createTable(id: string, name: Exclude<keyof typeof TABLE_KEYS, "expiry">, keyArn: string): Table {
    const { partition, sort } = TABLE_KEYS[name];
    const figuresDays = name === "recommendations" ? undefined : this.config.retention.figuresDays;
    return new Table(this, id, {
      tableName: this.names[`${name}Table`],
      keyAlias: this.names.keyAlias,
      keyArn,
      partitionKey: partition,
      sortKey: sort,
      expiryAttribute: figuresDays === undefined ? undefined : TABLE_KEYS.expiry,
      keepOnDestroy: this.config.keepDataOnDestroy,
    });
  }

  private createLake(keyArn: string): Lake {
    const { lake, retention, keepDataOnDestroy: keepOnDestroy } = this.config;
    const { lakeDatabase, lakeTable, lakeWorkgroup, queryBucket } = this.names;
    return new Lake(this, "Lake", {
      databaseName: lakeDatabase,
      tableName: lakeTable,
      workgroupName: lakeWorkgroup,
      source: this.curated,
      prefix: PREFIX.lake,
      results: this.createBucket("Queries", queryBucket, retention.queryResultDays),
      columns: LAKE_COLUMNS,
      partitions: { shop: "named", month: { firstMonth: lake.firstMonth } },
      keyArn,
      scanLimitGiB: lake.scanLimitGiB,
      keepOnDestroy,
    });
  }

  /** May write raw objects below its prefix, and nothing else: not even read them back. */
  private createCollector(name: string, principals: readonly string[]): void {
    const role = new Role(this, `Collector-${name}`, {
      roleName: this.names.collectorRole(name),
      description: `Writes raw events below ${RAW_PREFIX}${name}/`,
      principals: this.principalArns(principals),
    });
    this.raw.grantWrite(role, `${RAW_PREFIX}${name}/`);
  }

  private createFiguresReader(name: string, principals: readonly string[]): void {
    const role = this.createReader(name, "figures", principals);
    this.figures.grantRead(role);
    this.figures.grantScan(role);
  }

  private createRejectedReader(name: string, principals: readonly string[]): void {
    const role = this.createReader(name, "rejected", principals);
    this.rejected.grantRead(role, PREFIX.rejected);
    this.rejected.grantList(role, PREFIX.rejected);
  }

  private createReader(name: string, store: string, principals: readonly string[]): Role {
    return new Role(this, `Reader-${name}-${store}`, {
      roleName: this.names.readerRole(name, store),
      description: `Reads ${store} and changes nothing`,
      principals: this.principalArns(principals),
    });
  }
}
