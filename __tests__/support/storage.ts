import type { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import {
  Bucket,
  BucketReference,
  EncryptionKey,
  Lake,
  LogGroup,
  ObjectTopic,
  Postgres,
  Role,
  Table,
  WorkQueue,
} from "../../modules";

/** Storage with the least props, for tests that are about something else; `props` are what the test is about. */
const KEY_ALIAS = "alias/orders";
const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1";

type Props<Class extends new (...args: never) => object> = Partial<ConstructorParameters<Class>[2]>;

export const aBucket = (stack: TerraformStack, props: Props<typeof Bucket> = {}) =>
  new Bucket(stack, "Raw", { bucketName: "raw", keyAlias: KEY_ALIAS, ...props });

export const aBucketReference = (stack: TerraformStack, id = "Raw") =>
  new BucketReference(stack, id, { bucketName: "raw", keyAlias: KEY_ALIAS });

export const aQueue = (stack: TerraformStack, props: Props<typeof WorkQueue> = {}) =>
  new WorkQueue(stack, props.queueName === undefined ? "Work" : `Work-${props.queueName}`, {
    queueName: "orders",
    keyAlias: KEY_ALIAS,
    ...props,
  });

export const aTable = (stack: TerraformStack, props: Props<typeof Table> = {}) =>
  new Table(stack, "Figures", {
    tableName: "figures",
    keyAlias: KEY_ALIAS,
    keyArn: KEY_ARN,
    partitionKey: "shopId",
    ...props,
  });

export const aKey = (stack: TerraformStack, props: Props<typeof EncryptionKey> = {}) =>
  new EncryptionKey(stack, "Key", { alias: KEY_ALIAS, ...props });

export const aLogGroup = (stack: TerraformStack, props: Props<typeof LogGroup> = {}) =>
  new LogGroup(stack, "Log", {
    logGroupName: "/aws/lambda/orders",
    keyArn: KEY_ARN,
    retentionDays: 30,
    ...props,
  });

export const aTopic = (stack: TerraformStack, props: Props<typeof ObjectTopic> = {}) =>
  new ObjectTopic(stack, "Topic", {
    topicName: "manifests",
    keyAlias: KEY_ALIAS,
    source: props.source ?? aBucketReference(stack),
    prefix: "manifests/",
    ...props,
  });

export const aPostgres = (stack: TerraformStack, props: Props<typeof Postgres> = {}) =>
  new Postgres(stack, "Rows", {
    clusterName: "orders",
    databaseName: "events",
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2"],
    keyAlias: KEY_ALIAS,
    keyArn: KEY_ARN,
    ...props,
  });

/** What connects to a database, in a VPC unless told otherwise. */
export class Client extends Construct {
  readonly role: Role;

  constructor(
    stack: TerraformStack,
    id: string,
    readonly securityGroupId: string | undefined = `sg-${id}`,
  ) {
    super(stack, id);
    this.role = new Role(this, "Role", { roleName: id, service: "lambda.amazonaws.com", description: id });
  }
}

export const aLake = (stack: TerraformStack, props: Props<typeof Lake> = {}) =>
  new Lake(stack, "Lake", {
    databaseName: "shop_lake",
    tableName: "events",
    workgroupName: "shop-lake",
    source: aBucketReference(stack),
    prefix: "events/",
    results: new BucketReference(stack, "Queries", { bucketName: "queries", keyAlias: KEY_ALIAS }),
    columns: { eventid: "string", amount: "decimal(18,4)" },
    partitions: { shop: "named", month: { firstMonth: "2024-01" } },
    keyArn: KEY_ARN,
    ...props,
  });
