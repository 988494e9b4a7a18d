export { Bucket, type BucketProps } from "./bucket";
export { BucketReference, type BucketReferenceProps, type ObjectFilter } from "./bucket-reference";
export { EncryptionKey, type EncryptionKeyProps, keyAliasArn } from "./encryption-key";
export { LogGroup, type LogGroupProps } from "./log-group";
export { Table, type TableProps, TableReference, type TableReferenceProps } from "./table";
export { WorkQueue, type WorkQueueProps } from "./work-queue";
