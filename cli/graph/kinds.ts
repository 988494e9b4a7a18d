import type { Family } from "./model";

/** How a type of resource is shown and addressed. */
export interface Kind {
  /** What AWS calls it. */
  readonly word: string;
  readonly family: Family;
  /** The argument that holds its physical name. @default name */
  readonly nameArgument?: string;
  /** Its ARN without `arn:<partition>:`, from `<region>:<account>` and its name; none where AWS makes the id. */
  readonly arn?: (place: string, name: string) => string;
  /** Named only where its module holds nothing of more weight. */
  readonly minor?: true;
}

/** The types that make a module worth a node, by weight: the first one of a module decides its colour and name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  aws_lambda_function: {
    word: "function",
    family: "compute",
    nameArgument: "function_name",
    arn: (place, name) => `lambda:${place}:function:${name}`,
  },
  aws_ecs_service: { word: "service", family: "compute" },
  aws_ecs_cluster: {
    word: "service cluster",
    family: "compute",
    arn: (place, name) => `ecs:${place}:cluster/${name}`,
  },
  aws_ecs_task_definition: { word: "task", family: "compute", nameArgument: "family" },
  aws_ecr_repository: {
    word: "images",
    family: "store",
    arn: (place, name) => `ecr:${place}:repository/${name}`,
  },
  aws_sfn_state_machine: {
    word: "state machine",
    family: "compute",
    arn: (place, name) => `states:${place}:stateMachine:${name}`,
  },
  aws_emr_cluster: { word: "Spark cluster", family: "compute" },
  aws_emrserverless_application: { word: "Spark application", family: "compute" },
  aws_lb: { word: "load balancer", family: "network" },
  aws_s3_bucket: {
    word: "bucket",
    family: "store",
    nameArgument: "bucket",
    arn: (_, name) => `s3:::${name}`,
  },
  aws_dynamodb_table: {
    word: "table",
    family: "store",
    arn: (place, name) => `dynamodb:${place}:table/${name}`,
  },
  aws_db_instance: { word: "database", family: "store", nameArgument: "identifier" },
  aws_rds_cluster: { word: "database", family: "store", nameArgument: "cluster_identifier" },
  aws_glue_catalog_table: { word: "lake", family: "store" },
  aws_glue_catalog_database: {
    word: "catalogue",
    family: "store",
    arn: (place, name) => `glue:${place}:database/${name}`,
  },
  aws_athena_workgroup: {
    word: "queries",
    family: "compute",
    arn: (place, name) => `athena:${place}:workgroup/${name}`,
  },
  aws_sqs_queue: { word: "queue", family: "queue", arn: (place, name) => `sqs:${place}:${name}` },
  aws_sns_topic: { word: "topic", family: "queue", arn: (place, name) => `sns:${place}:${name}` },
  aws_vpc: { word: "VPC", family: "network" },
  aws_secretsmanager_secret: {
    word: "secret",
    family: "security",
    arn: (place, name) => `secretsmanager:${place}:secret:${name}`,
  },
  aws_kms_key: { word: "key", family: "security" },
  aws_iam_role: {
    word: "role",
    family: "security",
    arn: (place, name) => `iam::${place.split(":")[1]}:role/${name}`,
    minor: true,
  },
  aws_security_group: { word: "security group", family: "network", minor: true },
  aws_cloudwatch_log_group: {
    word: "log group",
    family: "other",
    arn: (place, name) => `logs:${place}:log-group:${name}`,
    minor: true,
  },
};

/** Types that only complete another resource, wherever that one is: a module of nothing else is no node. */
const PARTS =
  /^aws_(s3_bucket_\w+|s3_object|emr_security_configuration|scheduler_\w+|iam_\w+|kms_alias|ssm_parameter|sqs_queue_\w+|lambda_(event_source_mapping|permission|invocation)|sns_topic_\w+|security_group_rule|vpc_security_group_\w+|db_subnet_group|rds_cluster_\w+|cloudwatch_metric_alarm|ecs_cluster_\w+|ecr_\w+_policy|lb_\w+|acm_\w+|route53_record|wafv2_\w+|appautoscaling_\w+)$/;

/** Whether a resource of this type makes a node, known kind or not. */
export function standsAlone(type: string): boolean {
  return type in KINDS || !PARTS.test(type);
}

/** The word for a type: of a known kind, else its Terraform name as words. */
export function wordFor(type: string): string {
  return KINDS[type]?.word ?? type.replace(/^aws_/, "").replaceAll("_", " ");
}
