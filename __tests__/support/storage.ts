import type { TerraformStack } from "cdktf";
import { Bucket, BucketReference, EncryptionKey, LogGroup, Table, WorkQueue } from "../../modules";

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
