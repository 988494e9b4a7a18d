import { SPARK_JOBS } from "../../config/naming";
import type { RequestContext } from "../../modules/iam/evaluation";
import { arnIn, type Names } from "./proof-names";

/**
 * Keys of which a call says nothing, unless it does: a policy that asks for a key which is not among them cannot be
 * decided, and that is an error, so that no condition is new without anybody having thought of who can meet it.
 */
const COMMON: RequestContext = {
  ...{ "aws:SecureTransport": "true", "aws:SourceAccount": null, "aws:SourceArn": null },
  ...{ "aws:ResourceTag/*": null, "aws:RequestTag/*": null },
};

const OF_SERVICE: Readonly<Record<string, RequestContext>> = {
  s3: { "s3:prefix": null },
  kms: {
    ...{ "kms:ViaService": null, "kms:GrantIsForAWSResource": null },
    ...{ "kms:EncryptionContext:aws:logs:arn": null, "kms:ResourceAliases": null },
  },
  iam: {
    ...{ "iam:PassedToService": null, "iam:AWSServiceName": null },
    ...{ "iam:PermissionsBoundary": null, "iam:PolicyARN": null },
  },
  ec2: { "ec2:CreateAction": null, "lambda:SourceFunctionArn": null },
  elasticmapreduce: {
    ...{ "elasticmapreduce:ResourceTag/*": null, "elasticmapreduce:RequestTag/*": null },
    "elasticmapreduce:ExecutionRoleArn": null,
  },
};

/** What a call of a service says when it says nothing. */
export const nothingOf = (service: string): RequestContext => ({ ...COMMON, ...OF_SERVICE[service] });

/** Services that use a key with the right of a role: of every store, and one that none of ours is. */
const VIA = ["s3", "sqs", "sns", "dynamodb", "lambda", "secretsmanager", "scheduler", "rds"];

export const PASSED_TO = ["ec2", "elasticmapreduce", "lambda", "ecs-tasks", "states"].map(
  (service) => `${service}.amazonaws.com`,
);

const PREFIXES = ["events/", "events/a", "results/", "rejected/", "other/", ""];
const NEW_TAG = "elasticmapreduce:RequestTag/spark-cluster";
const RUN_TAG = "elasticmapreduce:RequestTag/for-use-with-amazon-emr-managed-policies";

type Contexts = (names: Names) => readonly RequestContext[];

/** What calls can say beside their action, by the action: each a call of its own. */
const VARIANTS: Readonly<Record<string, Contexts>> = {
  "s3:ListBucket": () => [{}, ...PREFIXES.map((prefix) => ({ "s3:prefix": prefix }))],
  "kms:CreateGrant": () => ["true", "false", null].map((value) => ({ "kms:GrantIsForAWSResource": value })),
  "elasticmapreduce:RunJobFlow": (names) => [
    {},
    { [NEW_TAG]: `${names.base}-spark` },
    { [NEW_TAG]: "other", [RUN_TAG]: "true" },
    { [NEW_TAG]: `${names.base}-spark`, [RUN_TAG]: "true" },
  ],
  "elasticmapreduce:AddTags": (names) => [{}, { [NEW_TAG]: `${names.base}-spark` }, { [NEW_TAG]: "other" }],
  "elasticmapreduce:AddJobFlowSteps": (names) => [
    {},
    ...[...SPARK_JOBS, "instance", "service"].map((role) => ({
      "elasticmapreduce:ExecutionRoleArn": arnIn(`iam::#:role/~-spark-${role}`, names),
    })),
  ],
  "iam:PassRole": () => [{}, ...PASSED_TO.map((service) => ({ "iam:PassedToService": service }))],
  "iam:CreateServiceLinkedRole": () => [
    {},
    ...["elasticmapreduce", "rds"].map((service) => ({ "iam:AWSServiceName": `${service}.amazonaws.com` })),
  ],
};

/** Lambda's calls for a function in a VPC come without the key that the function's own calls have. */
const FROM_FUNCTION = { "lambda:SourceFunctionArn": "arn:aws:lambda:eu-central-1:111111111111:function:a" };

const OF_INTERFACES = /^ec2:(\w*NetworkInterface\w*|\w*PrivateIp\w*|DescribeSubnets)$/;

export function contextsOf(action: string, names: Names): readonly RequestContext[] {
  const variants = VARIANTS[action]?.(names) ?? [{}];
  if (action.startsWith("kms:")) {
    const via = [null, ...VIA.map((service) => `${service}.${names.region}.amazonaws.com`)];
    return variants.flatMap((variant) => via.map((service) => ({ ...variant, "kms:ViaService": service })));
  }
  return OF_INTERFACES.test(action) ? [...variants, { ...variants[0], ...FROM_FUNCTION }] : variants;
}
