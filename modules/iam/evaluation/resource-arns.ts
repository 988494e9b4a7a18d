import type { Place } from "./stack-resources";

/** Letters that AWS will choose. A text that stands for one of them. */
export const MADE_BY_AWS = "AbCdEf";
const MADE_KEY = "00000000-0000-0000-0000-000000000000";

interface Shape {
  /** The argument that names it. */
  readonly name: string;
  readonly arn: (place: Place, name: string) => string;
}

const shape = (service: string, form: (name: string) => string, name = "name"): Shape => ({
  name,
  arn: ({ partition, region, accountId }, named) =>
    `arn:${partition}:${service}:${region}:${accountId}:${form(named)}`,
});

/**
 * How the ARN of a resource is made of its name. Where AWS makes a part of it, another stands for that.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const RESOURCE_ARNS: Readonly<Record<string, Shape>> = {
  aws_s3_bucket: { name: "bucket", arn: ({ partition }, name) => `arn:${partition}:s3:::${name}` },
  aws_sqs_queue: shape("sqs", (name) => name),
  aws_sns_topic: shape("sns", (name) => name),
  aws_kms_key: shape("kms", () => `key/${MADE_KEY}`, "description"),
  aws_secretsmanager_secret: shape("secretsmanager", (name) => `secret:${name}-${MADE_BY_AWS}`),
  aws_dynamodb_table: shape("dynamodb", (name) => `table/${name}`),
  aws_ecr_repository: shape("ecr", (name) => `repository/${name}`),
  aws_lambda_function: shape("lambda", (name) => `function:${name}`, "function_name"),
  aws_ssm_parameter: shape("ssm", (name) => `parameter/${name.replace(/^\//, "")}`),
  aws_cloudwatch_log_group: shape("logs", (name) => `log-group:${name}`),
  aws_glue_catalog_database: shape("glue", (name) => `database/${name}`),
  aws_athena_workgroup: shape("athena", (name) => `workgroup/${name}`),
  aws_sfn_state_machine: shape("states", (name) => `stateMachine:${name}`),
  aws_kinesis_firehose_delivery_stream: shape("firehose", (name) => `deliverystream/${name}`),
  aws_rds_cluster: shape("rds", (name) => `cluster:${name}`, "cluster_identifier"),
};

/** A policy that stands in the resource itself, by the resource's type. */
export const INLINE_POLICIES: Readonly<Record<string, string>> = {
  aws_sqs_queue: "policy",
  aws_sns_topic: "policy",
  aws_kms_key: "policy",
  aws_secretsmanager_secret: "policy",
};

interface Attachment {
  /** The attribute that says whose policy it is. */
  readonly of: string;
  readonly type: string;
}

/** A resource that is the policy of another. */
export const ATTACHED_POLICIES: Readonly<Record<string, Attachment>> = {
  aws_s3_bucket_policy: { of: "bucket", type: "aws_s3_bucket" },
  aws_sqs_queue_policy: { of: "queue_url", type: "aws_sqs_queue" },
  aws_sns_topic_policy: { of: "arn", type: "aws_sns_topic" },
  aws_kms_key_policy: { of: "key_id", type: "aws_kms_key" },
  aws_secretsmanager_secret_policy: { of: "secret_arn", type: "aws_secretsmanager_secret" },
  aws_ecr_repository_policy: { of: "repository", type: "aws_ecr_repository" },
};

/** Policies of no one resource: what an endpoint lets through, and who may write logs. */
export const WIDER_POLICIES: Readonly<Record<string, string>> = {
  aws_vpc_endpoint: "policy",
  aws_cloudwatch_log_resource_policy: "policy_document",
};
