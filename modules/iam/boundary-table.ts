import type { IConstruct } from "constructs";
import { accountOf, arnOf } from "../shared";
import { STAR_ACTIONS } from "./star-actions";
import type { Statement } from "./statement";

/** What the names of all that an environment deploys have in common. */
export interface BoundaryNames {
  /** First word of every name. */
  readonly project: string;
  /** Second word of every name. */
  readonly environment: string;
  /** Alias of the one key that its roles may use. */
  readonly keyAlias: string;
}

/** What roles of every environment may reach at most. */
export interface BoundaryLimits extends BoundaryNames {
  /** Services that nothing of the environment uses, such as `firehose`: they leave room for `statements`. @default none */
  readonly exceptServices?: readonly string[];
}

/**
 * What roles that run may do at most, service by service: the actions that the grants of this library give, on what has
 * a name of the environment. Where AWS makes the id, account and region are the limit, and the role's own conditions.
 * Nothing that changes what is deployed is here.
 */
export function boundaryStatements(
  scope: IConstruct,
  { exceptServices = [], ...names }: BoundaryLimits,
): Statement[] {
  const base = `${names.project}-${names.environment}`;
  const word = base.replaceAll("-", "_");
  const arn = (service: string, ...resources: string[]) =>
    resources.map((name) => arnOf(scope, service, name));
  const may = (service: string, verbs: string, resources: readonly string[]): Statement => ({
    actions: verbs.split(" ").map((verb) => `${service}:${verb}`),
    resources,
  });
  const named = [
    may(
      "s3",
      "GetObject PutObject DeleteObject AbortMultipartUpload ListMultipartUploadParts ListBucket GetBucketLocation ListBucketMultipartUploads",
      [`arn:${accountOf(scope).partition}:s3:::${base}-*`],
    ),
    may(
      "dynamodb",
      "GetItem Query BatchGetItem Scan UpdateItem PutItem DeleteItem ConditionCheckItem",
      arn("dynamodb", `table/${base}-*`),
    ),
    may(
      "sqs",
      "ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes GetQueueUrl SendMessage",
      arn("sqs", `${base}-*`),
    ),
    {
      ...may(
        "kms",
        "Decrypt GenerateDataKey Encrypt DescribeKey ReEncryptFrom ReEncryptTo CreateGrant",
        arn("kms", "key/*"),
      ),
      conditions: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": names.keyAlias } },
    },
    may(
      "logs",
      "CreateLogStream PutLogEvents DescribeLogStreams",
      arn("logs", `log-group:/*/${base}:*`, `log-group:/${base}-*`, `log-group:/*/${base}-*`),
    ),
    may("lambda", "InvokeFunction", arn("lambda", `function:${base}-*`)),
    may(
      "ec2",
      "CreateNetworkInterface DeleteNetworkInterface AssignPrivateIpAddresses UnassignPrivateIpAddresses",
      arn("ec2", "*/*"),
    ),
    may("ecs", "RunTask TagResource", arn("ecs", `task-definition/${base}-*`, `task/${base}-*`)),
    may(
      "ecr",
      "BatchCheckLayerAvailability GetDownloadUrlForLayer BatchGetImage InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage",
      arn("ecr", `repository/${base}-*`),
    ),
    may(
      "secretsmanager",
      "GetSecretValue",
      arn("secretsmanager", `secret:${base}-*`, "secret:rds!cluster-*"),
    ),
    may("ssm", "GetParameters", arn("ssm", `parameter/${names.project}/${names.environment}/*`)),
    may("rds-db", "connect", arn("rds-db", `dbuser:cluster-*/${word}_*`)),
    may(
      "athena",
      "StartQueryExecution StopQueryExecution GetQueryExecution GetQueryResults GetWorkGroup",
      arn("athena", `workgroup/${base}-*`),
    ),
    may(
      "glue",
      "GetDatabase GetTable GetPartition GetPartitions BatchGetPartition",
      arn("glue", "catalog", "database/default", `database/${word}_*`, `table/${word}_*`),
    ),
    may(
      "states",
      "StartExecution DescribeExecution GetExecutionHistory",
      arn("states", `stateMachine:${base}-*`, `execution:${base}-*`),
    ),
    may(
      "elasticmapreduce",
      "AddJobFlowSteps DescribeStep CancelSteps DescribeCluster AddTags TerminateJobFlows",
      arn("elasticmapreduce", "cluster/*"),
    ),
    may("emr-serverless", "StartJobRun GetJobRun CancelJobRun", arn("emr-serverless", "/applications/*")),
    may(
      "events",
      "PutTargets PutRule DescribeRule",
      arn("events", "rule/StepFunctionsGetEventsForEMRServerlessJobRule"),
    ),
    may("elasticfilesystem", "ClientMount ClientWrite", arn("elasticfilesystem", "file-system/*")),
    may("firehose", "PutRecordBatch", arn("firehose", `deliverystream/${base}-*`)),
    may("iam", "PassRole", arn("iam", `role/${base}-*`)),
    may("sts", "AssumeRole TagSession", arn("iam", `role/${base}-*`)),
    may(
      "iam",
      "CreateServiceLinkedRole",
      arn("iam", "role/aws-service-role/elasticmapreduce.amazonaws.com/AWSServiceRoleForEMRCleanup"),
    ),
  ];
  return [
    { actions: Object.keys(STAR_ACTIONS), resources: ["*"] },
    ...named.filter(
      ({ actions }) => !exceptServices.some((service) => actions[0]?.startsWith(`${service}:`)),
    ),
  ];
}
