import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import type { Grantee } from "../iam";
import { arnOf } from "../shared";
import { grantKey } from "./encryption-key";

const DEFAULTS = { keepOnDestroy: true } as const;

export interface TableReferenceProps {
  /** Name in AWS. */
  readonly tableName: string;
  /** Alias of the key that encrypts the table. */
  readonly keyAlias: string;
}

export interface TableProps extends TableReferenceProps {
  /** Attribute that spreads the items, a string. */
  readonly partitionKey: string;
  /** Attribute that orders the items of a partition, a string. @default none */
  readonly sortKey?: string;
  /** ARN of the key behind `keyAlias`: DynamoDB answers with it, so an alias would never plan empty. */
  readonly keyArn: string;
  /**
   * Attribute with the second, counted from 1970, after which DynamoDB deletes an item, within days. @default none,
   * items are kept for ever
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
   */
  readonly expiryAttribute?: string | undefined;
  /** Refuses to destroy the table. @default true */
  readonly keepOnDestroy?: boolean;
}

/** A table by its name, wherever it is made: grants on it. */
export class TableReference extends Construct {
  readonly tableName: string;
  /** Literal. */
  readonly tableArn: string;
  readonly keyAlias: string;

  constructor(scope: Construct, id: string, props: TableReferenceProps) {
    super(scope, id);
    this.tableName = props.tableName;
    this.keyAlias = props.keyAlias;
    this.tableArn = arnOf(this, "dynamodb", `table/${this.tableName}`);
  }

  /** Lets `grantee` read items by their key, one or a partition of them. */
  grantRead(grantee: Grantee): void {
    this.grant(grantee, ["dynamodb:GetItem", "dynamodb:Query"]);
  }

  /** Lets `grantee` read a partition, or a range of it. */
  grantQuery(grantee: Grantee): void {
    this.grant(grantee, ["dynamodb:Query"]);
  }

  /** Lets `grantee` read items one by one, each by its key. */
  grantGet(grantee: Grantee): void {
    this.grant(grantee, ["dynamodb:GetItem"]);
  }

  /** Lets `grantee` read up to 100 items by their keys in one call. */
  grantReadMany(grantee: Grantee): void {
    this.grant(grantee, ["dynamodb:BatchGetItem"]);
  }

  /** Lets `grantee` read the whole table, which costs as much as there is: for totals, not for requests. */
  grantScan(grantee: Grantee): void {
    this.grant(grantee, ["dynamodb:Scan"]);
  }

  /** Lets `grantee` change attributes of items in place: counters. */
  grantUpdate(grantee: Grantee): void {
    this.grant(grantee, ["dynamodb:UpdateItem"]);
  }

  /** Lets `grantee` put and delete whole items. */
  grantPut(grantee: Grantee): void {
    this.grant(grantee, ["dynamodb:PutItem", "dynamodb:DeleteItem"]);
  }

  /** Lets `grantee` put and delete whole items, and check one in a transaction. */
  grantWrite(grantee: Grantee): void {
    this.grant(grantee, ["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"]);
  }

  /**
   * DynamoDB decrypts the table's key in the name of whoever reads or writes.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
   */
  private grant(grantee: Grantee, actions: readonly string[]): void {
    grantee.allow({ actions, resources: [this.tableArn] });
    grantKey(this, grantee, this.keyAlias, "dynamodb", ["kms:Decrypt"]);
  }
}

/** A table: on demand, encrypted with the environment's key, restorable to any second of the last 35 days. */
export class Table extends TableReference {
  readonly resource: DynamodbTable;

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id, props);
    const { partitionKey, sortKey, keyArn, expiryAttribute, keepOnDestroy = DEFAULTS.keepOnDestroy } = props;
    const keys = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
    this.resource = new DynamodbTable(this, "Resource", {
      name: this.tableName,
      billingMode: "PAY_PER_REQUEST",
      hashKey: partitionKey,
      ...(sortKey === undefined ? {} : { rangeKey: sortKey }),
      attribute: keys.map((name) => ({ name, type: "S" })),
      serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
      pointInTimeRecovery: { enabled: true },
      ...(expiryAttribute === undefined ? {} : { ttl: { attributeName: expiryAttribute, enabled: true } }),
      deletionProtectionEnabled: keepOnDestroy,
      lifecycle: { preventDestroy: keepOnDestroy },
    });
  }

  /** Reference to a table that another stack makes. */
  static fromName(scope: Construct, id: string, props: TableReferenceProps): TableReference {
    return new TableReference(scope, id, props);
  }
}
