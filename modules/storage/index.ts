export { Bucket, type BucketProps } from "./bucket";
export type { Expiration, LifecycleProps } from "./bucket-lifecycle";
export type { NotificationTarget, ObjectFilter } from "./bucket-notifications";
export { BucketReference, type BucketReferenceProps } from "./bucket-reference";
export { EncryptionKey, type EncryptionKeyProps, grantKey, keyAliasArn } from "./encryption-key";
export {
  Lake,
  type LakeProps,
  LakeReference,
  type LakeReferenceProps,
  type Partition,
  type Partitions,
} from "./lake";
export { LogBucket, type LogBucketProps } from "./log-bucket";
export { LogGroup, type LogGroupProps } from "./log-group";
export {
  ObjectTopic,
  type ObjectTopicProps,
  ObjectTopicReference,
  type ObjectTopicReferenceProps,
} from "./object-topic";
export {
  Postgres,
  PostgresAccess,
  type PostgresClient,
  type PostgresProps,
  PostgresReference,
  type PostgresReferenceProps,
  postgresLogGroup,
} from "./postgres";
export { Table, type TableProps, TableReference, type TableReferenceProps } from "./table";
export { WorkQueue, type WorkQueueProps } from "./work-queue";
export { WorkQueueReference, type WorkQueueReferenceProps } from "./work-queue-reference";
