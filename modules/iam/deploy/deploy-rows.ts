import type { Conditions, Statement } from "../statement";
import type { DeployPlaces } from "./deploy-names";

/** What a deployment does with one kind of resource. */
export interface DeployRow {
  readonly service: string;
  readonly resources: readonly string[];
  /** What a plan calls to look at it. */
  readonly reads?: string;
  /** What an apply calls beside, to make, change, tag and delete it. */
  readonly changes?: string;
  /** Of the changes; what is only looked at may be looked at. */
  readonly conditions?: Conditions;
  /** Of the reads. */
  readonly readConditions?: Conditions;
}

const STAR = ["*"];

/** Statements of the rows, for who plans or for who applies. */
export function statementsOf(rows: readonly DeployRow[], kind: "reads" | "changes"): Statement[] {
  return rows.flatMap((row) => {
    const verbs = row[kind];
    if (verbs === undefined) return [];
    const conditions = kind === "reads" ? row.readConditions : row.conditions;
    const actions = verbs.split(/\s+/).map((verb) => `${row.service}:${verb}`);
    return [{ actions, resources: row.resources, ...(conditions ? { conditions } : {}) }];
  });
}

/**
 * Stores, queues and what watches them. The reads are the calls that Terraform 1.11.4 with provider 5.100.0 was seen to
 * make when it planned `dev` and `prod`; the names of the actions are those of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function dataRows({
  arn,
  globalArn,
  base,
  word,
  project,
  environment,
  ofAlias,
  tagged,
  tagging,
}: DeployPlaces) {
  const logGroups = arn(
    "logs",
    ...[`log-group:/*/${base}:*`, `log-group:/*/${base}-*`, `log-group:/${base}-*`],
    // A firewall's: https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    `log-group:aws-waf-logs-${base}-*`,
  );
  const rds = (...kinds: string[]) => arn("rds", ...kinds.map((kind) => `${kind}:${base}-*`));
  const bare = logGroups.map((group) => group.replace(/:\*$/, ""));
  return [
    {
      service: "s3",
      resources: globalArn("s3", "", `${base}-*`),
      reads:
        "ListBucket GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLogging GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration",
      changes:
        "CreateBucket DeleteBucket DeleteBucketPolicy PutBucketNotification PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning PutEncryptionConfiguration PutLifecycleConfiguration",
    },
    {
      service: "dynamodb",
      resources: arn("dynamodb", `table/${base}-*`),
      reads: "DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource",
      changes:
        "CreateTable DeleteTable UpdateTable UpdateContinuousBackups UpdateTimeToLive TagResource UntagResource",
    },
    {
      service: "sqs",
      resources: arn("sqs", `${base}-*`),
      reads: "GetQueueAttributes ListQueueTags",
      changes: "CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue",
    },
    {
      service: "sns",
      resources: arn("sns", `${base}-*`),
      reads: "GetSubscriptionAttributes GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource",
      changes:
        "CreateTopic DeleteTopic SetTopicAttributes Subscribe Unsubscribe SetSubscriptionAttributes TagResource UntagResource",
    },
    {
      service: "kms",
      resources: arn("kms", "key/*"),
      reads: "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
      readConditions: ofAlias,
      changes:
        "CreateAlias DeleteAlias DisableKeyRotation EnableKeyRotation PutKeyPolicy ScheduleKeyDeletion CancelKeyDeletion TagResource UntagResource UpdateKeyDescription CreateGrant Decrypt Encrypt GenerateDataKey",
      conditions: tagged,
    },
    { service: "kms", resources: STAR, reads: "ListAliases" },
    { service: "kms", resources: STAR, changes: "CreateKey", conditions: tagging },
    {
      service: "kms",
      resources: arn("kms", `alias/${base}`),
      changes: "CreateAlias DeleteAlias UpdateAlias",
    },
    {
      service: "rds",
      resources: rds("cluster", "db", "cluster-pg", "subgrp", "cluster-snapshot"),
      reads: "ListTagsForResource",
      changes: "AddTagsToResource RemoveTagsFromResource",
    },
    {
      service: "rds",
      resources: rds("cluster"),
      reads: "DescribeDBClusters",
      changes: "CreateDBInstance ModifyDBCluster",
    },
    { service: "rds", resources: rds("cluster", "cluster-pg", "subgrp"), changes: "CreateDBCluster" },
    {
      service: "rds",
      resources: rds("cluster", "cluster-snapshot"),
      changes: "CreateDBClusterSnapshot DeleteDBCluster",
    },
    {
      service: "rds",
      resources: rds("db"),
      reads: "DescribeDBInstances",
      changes: "CreateDBInstance ModifyDBInstance DeleteDBInstance",
    },
    {
      service: "rds",
      resources: rds("cluster-pg"),
      reads: "DescribeDBClusterParameterGroups DescribeDBClusterParameters",
      changes:
        "CreateDBClusterParameterGroup ModifyDBCluster ModifyDBClusterParameterGroup ResetDBClusterParameterGroup DeleteDBClusterParameterGroup",
    },
    {
      service: "rds",
      resources: rds("subgrp"),
      reads: "DescribeDBSubnetGroups",
      changes: "CreateDBInstance CreateDBSubnetGroup ModifyDBSubnetGroup DeleteDBSubnetGroup",
    },
    {
      service: "rds",
      resources: globalArn("rds", "account", "global-cluster:*"),
      reads: "DescribeGlobalClusters",
    },
    // RDS makes the master user's secret in the name of who makes the cluster.
    {
      service: "secretsmanager",
      resources: arn("secretsmanager", "secret:rds!cluster-*"),
      changes: "CreateSecret TagResource",
    },
    {
      service: "glue",
      resources: arn("glue", "catalog", `database/${word}_*`),
      reads: "GetDatabase",
      changes: "CreateDatabase UpdateDatabase",
    },
    {
      service: "glue",
      resources: arn("glue", "catalog", `database/${word}_*`, `table/${word}_*`),
      reads: "GetTable GetPartitionIndexes",
      changes: "DeleteDatabase CreateTable UpdateTable DeleteTable",
    },
    {
      service: "glue",
      resources: arn("glue", `database/${word}_*`),
      reads: "GetTags",
      changes: "TagResource UntagResource",
    },
    {
      service: "athena",
      resources: arn("athena", `workgroup/${base}-*`),
      reads: "GetWorkGroup ListTagsForResource",
      changes: "CreateWorkGroup UpdateWorkGroup DeleteWorkGroup TagResource UntagResource",
    },
    {
      service: "ssm",
      resources: arn("ssm", `parameter/${project}/${environment}/*`),
      reads: "GetParameter ListTagsForResource",
      changes: "PutParameter DeleteParameter AddTagsToResource RemoveTagsFromResource",
    },
    { service: "ssm", resources: STAR, reads: "DescribeParameters" },
    { service: "logs", resources: arn("logs", "log-group:*"), reads: "DescribeLogGroups" },
    {
      service: "logs",
      resources: [...new Set([...bare, ...logGroups])],
      reads: "ListTagsForResource",
      changes:
        "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey DisassociateKmsKey TagResource UntagResource",
    },
    {
      service: "logs",
      resources: STAR,
      reads: "DescribeResourcePolicies",
      changes: "PutResourcePolicy DeleteResourcePolicy CreateLogDelivery DeleteLogDelivery",
    },
    {
      service: "cloudwatch",
      resources: arn("cloudwatch", `alarm:${base}-*`),
      reads: "DescribeAlarms ListTagsForResource",
      changes: "PutMetricAlarm DeleteAlarms TagResource UntagResource",
    },
  ] satisfies DeployRow[];
}
