import type { Construct } from "constructs";
import type { LoadTableKeys } from "../lambdas/load/env";
import { Bucket, Table } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { readContract } from "./contract";
import { STATE_CONTRACT } from "./state-stack";

/** As the load function reads and writes them; its type refuses any other. */
const TABLE_KEYS: LoadTableKeys = {
  figures: { partition: "shopId", sort: "contentDay" },
  contributions: { partition: "source", sort: "figure" },
};

/** Everything that holds the platform's data. All of it has a literal name, so it publishes no contract. */
export class DataStack extends BaseStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, "data", props);
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);
    const { keepDataOnDestroy: keepOnDestroy, retention } = this.config;
    const { keyAlias, rawBucket, curatedBucket, rejectedBucket, figuresTable, contributionsTable } =
      this.names;

    const bucket = { keyAlias, keepOnDestroy, noncurrentVersionDays: retention.oldVersionDays };
    new Bucket(this, "Raw", { ...bucket, bucketName: rawBucket });
    new Bucket(this, "Curated", { ...bucket, bucketName: curatedBucket });
    new Bucket(this, "Rejected", { ...bucket, bucketName: rejectedBucket });

    const table = { keyAlias, keyArn, keepOnDestroy };
    new Table(this, "Figures", { ...table, ...keysOf("figures"), tableName: figuresTable });
    new Table(this, "Contributions", { ...table, ...keysOf("contributions"), tableName: contributionsTable });
  }
}

function keysOf(table: keyof LoadTableKeys) {
  const { partition, sort } = TABLE_KEYS[table];
  return { partitionKey: partition, sortKey: sort };
}
