import { arnOf, bucketArn, type Mutant, of, roleArn } from "./mutant";
import {
  ACCOUNT,
  allows,
  BASE,
  forgets,
  lacks,
  policyAt,
  policyOf,
  sets,
  swaps,
  trustOf,
} from "./mutant-edits";

const bucketPolicy = (name: string) => policyAt("aws_s3_bucket_policy", name);

/** Mistakes in what roles may do, and in who may take them. */
export const MUTANTS_OF_ROLES: readonly Mutant[] = [
  ...of("another store", {
    "structure reads the bucket of Spark": swaps(policyOf("structure"), bucketArn("raw"), bucketArn("spark")),
    "load-lake writes raw objects too": allows(
      policyOf("load-lake"),
      "s3:PutObject",
      bucketArn("raw", "/events/*"),
    ),
    "load-rows takes the messages of load-lake": swaps(
      policyOf("load-rows"),
      `${BASE}load-rows"`,
      `${BASE}load-lake"`,
    ),
    "load-figures writes the recommendations": swaps(
      policyOf("load-figures"),
      `table/${BASE}figures`,
      `table/${BASE}recommendations`,
    ),
    "the dashboard reads the lock of Spark": allows(
      policyOf("dashboard"),
      "dynamodb:GetItem",
      arnOf("dynamodb", `table/${BASE}spark-lock`),
    ),
    "structure publishes manifests itself": allows(
      policyOf("structure"),
      "sns:Publish",
      arnOf("sns", `${BASE}manifests`),
    ),
    "migrate reads any secret": allows(
      policyOf("migrate"),
      "secretsmanager:GetSecretValue",
      arnOf("secretsmanager", "secret:other-??????"),
    ),
    "the dashboard connects as the writer": swaps(
      policyOf("dashboard"),
      "atlas_dev_reader",
      "atlas_dev_writer",
    ),
    "totals logs into the group of migrate": swaps(
      policyOf("totals"),
      `/aws/lambda/${BASE}totals`,
      `/aws/lambda/${BASE}migrate`,
    ),
    "the execution role pulls every image": swaps(
      policyOf("dashboard-execution"),
      `repository/${BASE}dashboard`,
      "repository/*",
    ),
    "structure reads the contracts": allows(
      policyOf("structure"),
      "ssm:GetParameter",
      arnOf("ssm", "parameter/atlas/dev/*"),
    ),
    "load-rows calls another function": allows(
      policyOf("load-rows"),
      "lambda:InvokeFunction",
      arnOf("lambda", `function:${BASE}migrate`),
    ),
    "the analyst of figures starts the jobs": allows(
      policyOf("analyst-figures"),
      "states:StartExecution",
      arnOf("states", `stateMachine:${BASE}spark`),
    ),
    "the dashboard queries the lake": allows(
      policyOf("dashboard"),
      "athena:StartQueryExecution",
      arnOf("athena", `workgroup/${BASE}lake`),
    ),
    "a reader of the lake reads every table": swaps(
      policyOf("analyst-lake"),
      "table/atlas_dev_lake/events",
      "table/*",
    ),
  }),
  ...of("another environment", {
    "structure writes there": swaps(policyOf("structure"), `${BASE}curated`, "atlas-neighbour-curated"),
    "the reader of figures reads every table": swaps(
      policyOf("analyst-figures"),
      `table/${BASE}figures`,
      "table/*",
    ),
    "a database user of any environment": swaps(policyOf("load-rows"), "atlas_dev_writer", "*_writer"),
    "the state machine ends every cluster": forgets(
      policyOf("spark-machine"),
      "elasticmapreduce:ResourceTag/spark-cluster",
    ),
    "migrate reads the secret of every cluster": forgets(
      policyOf("migrate"),
      "aws:ResourceTag/aws:rds:primaryDBClusterArn",
    ),
  }),
  ...of("prefix dropped", {
    "the collector writes all over the bucket": swaps(policyOf("collector-web"), "/events/web/*", "/*"),
    "the collector writes as every collector": swaps(policyOf("collector-web"), "/events/web/*", "/events/*"),
    "load-lake reads the whole bucket": swaps(policyOf("load-lake"), "/versions/*", "/*"),
    "a prefix without its end": swaps(policyOf("load-lake"), "/events/*", "/events*"),
    "the analyst lists the whole bucket": forgets(policyOf("analyst-rejected"), "s3:prefix"),
    "a job keeps what another job made": swaps(
      policyOf("spark-aggregate-content"),
      "/aggregates/*",
      "/recommendations/*",
    ),
    "a job reads the code of all jobs": swaps(
      policyOf("spark-train-recommendations"),
      "/jobs/train-recommendations/*",
      "/jobs/*",
    ),
    "a log group widened": swaps(
      policyOf("load-figures"),
      `/aws/lambda/${BASE}load-figures:*`,
      "/aws/lambda/*",
    ),
  }),
  ...of("action widened", {
    "s3:Get*": swaps(policyOf("structure"), '"s3:GetObject"', '"s3:Get*"'),
    "s3:*": swaps(policyOf("collector-web"), '"s3:PutObject"', '"s3:*"'),
    "sqs:*": swaps(policyOf("load-lake"), '"sqs:ReceiveMessage"', '"sqs:*"'),
    "dynamodb:* for the backend": swaps(policyOf("serve-recommendations"), '"dynamodb:Scan"', '"dynamodb:*"'),
    everything: allows(policyOf("totals"), "*", "*"),
    "everything but roles": allows(policyOf("totals"), [], "*", { Action: undefined, NotAction: "iam:*" }),
    "a call that was never needed": allows(
      policyOf("follow-erasure"),
      "s3:DeleteObject",
      bucketArn("curated", "/erasures/*"),
    ),
    "old versions": allows(
      policyOf("spark-erase-visitors"),
      "s3:DeleteObjectVersion",
      bucketArn("curated", "/events/*"),
    ),
    "the list of all buckets": allows(policyOf("load-lake"), "s3:ListAllMyBuckets", "*"),
  }),
  ...of("resource widened", {
    "Resource * for objects": allows(policyOf("load-lake"), "s3:GetObject", "*"),
    "Resource * for messages": allows(policyOf("structure"), "sqs:ReceiveMessage", "*"),
    "every execution": swaps(policyOf("spark-machine"), `execution:${BASE}spark:*`, "execution:*"),
    "steps run as any role": forgets(policyOf("spark-machine"), "elasticmapreduce:ExecutionRoleArn"),
  }),
  ...of("condition removed", {
    "the key by any service": forgets(policyOf("load-lake"), "kms:ViaService"),
    "any key": forgets(policyOf("structure"), "kms:ResourceAliases"),
    "grants of the key for people": forgets(policyOf("spark-service"), "kms:GrantIsForAWSResource"),
    "interfaces by the function's code": forgets(policyOf("load-rows"), "lambda:SourceFunctionArn"),
    "a service-linked role of any service": forgets(policyOf("spark-machine"), "iam:AWSServiceName"),
  }),
  ...of("role passed on", {
    "to any service": forgets(policyOf("spark-machine"), "iam:PassedToService"),
    "any role": swaps(
      policyOf("spark-machine"),
      `"${roleArn("spark-instance")}"`,
      `"arn:aws:iam::${ACCOUNT}:role/*"`,
    ),
    "to Lambda": swaps(policyOf("spark-service"), '"ec2.amazonaws.com"', '"lambda.amazonaws.com"'),
    "by a function": allows(policyOf("structure"), "iam:PassRole", roleArn("spark-instance")),
    "taken by instances, and not a job's": allows(
      policyOf("spark-instance"),
      "sts:AssumeRole",
      roleArn("structure"),
    ),
    "with a policy of its own": allows(policyOf("totals"), "iam:PutRolePolicy", roleArn("totals")),
  }),
  ...of("trust opened", {
    "to everybody": swaps(trustOf("structure"), '{"Service":"lambda.amazonaws.com"}', '"*"'),
    "to every account": swaps(trustOf("structure"), '{"Service":"lambda.amazonaws.com"}', '{"AWS":"*"}'),
    "to another service": swaps(trustOf("load-rows"), "lambda.amazonaws.com", "glue.amazonaws.com"),
    "to a service more": swaps(
      trustOf("load-rows"),
      '"lambda.amazonaws.com"',
      '["lambda.amazonaws.com","ec2.amazonaws.com"]',
    ),
    "to the service for any account": forgets(trustOf("dashboard"), "aws:SourceAccount"),
    "to the service for any source": forgets(trustOf("spark-machine"), "aws:SourceArn"),
    "to everybody of the account": forgets(trustOf("analyst-lake"), "aws:PrincipalArn"),
    "to another account": swaps(trustOf("analyst-figures"), ACCOUNT, "999999999999"),
    "to every role that begins so": swaps(trustOf("analyst-figures"), "role/analyst", "role/analyst*"),
    "to every job of the repository": swaps(trustOf("apply"), "environment:dev", "pull_request"),
    "to tokens for others": forgets(trustOf("plan"), "token.actions.githubusercontent.com:aud"),
    "to every repository": forgets(trustOf("apply"), "token.actions.githubusercontent.com:sub"),
  }),
  ...of("boundary", {
    dropped: sets("structure", "permissions_boundary", undefined),
    "another one": sets("structure", "permissions_boundary", "arn:aws:iam::aws:policy/AdministratorAccess"),
    "admits every bucket": swaps(
      policyAt("aws_iam_policy", "boundary"),
      `arn:aws:s3:::${BASE}*`,
      "arn:aws:s3:::*",
    ),
    "admits new roles": allows(policyAt("aws_iam_policy", "boundary"), "iam:AttachRolePolicy", "*"),
    "lacks what a role needs": lacks(policyAt("aws_iam_policy", "boundary"), "dynamodb:UpdateItem"),
    "on roles that deploy": sets(
      "plan",
      "permissions_boundary",
      `arn:aws:iam::${ACCOUNT}:policy/boundary/${BASE}boundary`,
    ),
  }),
  ...of("needed call missing", {
    "structure reads no raw object": lacks(policyOf("structure"), "s3:GetObject", "/events/"),
    "load-figures adds nothing up": lacks(policyOf("load-figures"), "dynamodb:UpdateItem"),
    "load-lake marks nothing as done": lacks(policyOf("load-lake"), "sqs:DeleteMessage"),
    "the collector has no key": lacks(policyOf("collector-web"), "kms:GenerateDataKey"),
    "the dashboard does not connect": lacks(policyOf("dashboard"), "rds-db:connect"),
    "a job does not keep what it made": lacks(policyOf("spark-train-recommendations"), "s3:PutObject"),
    "the state machine ends no cluster": lacks(
      policyOf("spark-machine"),
      "elasticmapreduce:TerminateJobFlows",
    ),
    "flow logs are not written": lacks(policyOf("flow-logs"), "logs:PutLogEvents"),
    "nobody takes the role": swaps(trustOf("migrate"), "lambda.amazonaws.com", "states.amazonaws.com"),
    "a bucket refuses what is written to it": allows(
      bucketPolicy("raw"),
      "s3:PutObject",
      bucketArn("raw", "/*"),
      { Effect: "Deny", Principal: "*" },
    ),
  }),
  ...of("deployers", {
    "a plan reads what is curated": allows(policyOf("plan"), "s3:GetObject", bucketArn("curated", "/*")),
    "a plan writes states": allows(
      policyOf("plan"),
      "s3:PutObject",
      bucketArn("state", "/atlas/dev/*.tfstate"),
    ),
    "an apply reads messages": allows(policyOf("apply"), "sqs:ReceiveMessage", arnOf("sqs", `${BASE}*`)),
    "an apply reads secrets": allows(policyOf("apply"), "secretsmanager:GetSecretValue", "*"),
    "an apply reads tables": allows(policyOf("apply"), "dynamodb:Scan", arnOf("dynamodb", `table/${BASE}*`)),
    "an apply deletes neighbours' buckets": allows(
      policyOf("apply"),
      "s3:DeleteBucket",
      "arn:aws:s3:::atlas-*",
    ),
    "an apply connects": allows(policyOf("apply"), "rds-db:connect", arnOf("rds-db", "dbuser:*/*")),
  }),
];
