import { firstOf, holdsEverywhere, inner, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** What holds no data. A type that is neither here nor in STORES fails: say which it is. */
const NO_STORES = [
  ...["aws_iam_openid_connect_provider", "aws_iam_policy", "aws_iam_role", "aws_iam_role_policy"],
  ...["aws_kms_alias", "aws_kms_key"],
  "aws_lambda_event_source_mapping",
  "aws_lambda_invocation", // what it answers is in the state, which is encrypted
  ...["aws_glue_catalog_database", "aws_glue_catalog_table"], // names of columns; the files are in a bucket
  ...["aws_cloudwatch_metric_alarm", "aws_sns_topic_subscription"],
  ...["aws_db_subnet_group", "aws_rds_cluster_parameter_group"],
  ...[
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_ownership_controls",
  ],
  ...["aws_s3_bucket_policy", "aws_s3_bucket_public_access_block", "aws_s3_bucket_versioning"],
  "aws_s3_bucket_server_side_encryption_configuration",
  ...["aws_default_security_group", "aws_eip", "aws_internet_gateway", "aws_nat_gateway", "aws_network_acl"],
  ...["aws_network_acl_association", "aws_route", "aws_route_table", "aws_route_table_association"],
  ...["aws_security_group", "aws_subnet", "aws_vpc", "aws_vpc_endpoint"],
  ...["aws_vpc_endpoint_route_table_association", "aws_vpc_endpoint_subnet_association"],
  ...["aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"],
  ...[
    "aws_acm_certificate",
    "aws_acm_certificate_validation",
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_lb_target_group",
  ],
  ...["aws_ecs_cluster_capacity_providers", "aws_ecs_service", "aws_ecs_task_definition"],
  ...["aws_appautoscaling_policy", "aws_appautoscaling_target", "aws_ecr_lifecycle_policy"],
  ...["aws_cloudwatch_log_resource_policy", "aws_wafv2_web_acl", "aws_wafv2_web_acl_association"],
  "aws_wafv2_web_acl_logging_configuration", // the log is in its log group
  ...["aws_emr_security_configuration", "aws_iam_instance_profile", "aws_iam_role_policy_attachment"],
  "aws_s3_object", // the bucket encrypts it
  ...["aws_scheduler_schedule_group", "aws_sfn_state_machine"], // names of jobs; what executions say is in their log group
  "aws_flow_log", // the records are in its log group
  "aws_ssm_parameter", // contracts: ids, which are no secrets
];

const ALIAS = /^alias\/(?!aws\/)/;
const ALIAS_ARN = /^arn:aws:kms:[a-z0-9-]+:\d{12}:alias\/(?!aws\/)/;
/** A literal alias, or the key's ARN out of the contract where the service takes no alias. */
const KEY_ARN =
  /^\$\{(jsondecode\(data\.aws_ssm_parameter\.\w+\.insecure_value\)\.keyArn|aws_kms_key\.\w+\.arn)}$/;

/** Type → whether a resource of it is encrypted with a key of ours. */
const STORES: Readonly<Record<string, (block: Block, address: string, json: StackJson) => boolean>> = {
  aws_s3_bucket: (_, address, json) => {
    const rule = configurationOf(address, json);
    const by = inner(rule, "apply_server_side_encryption_by_default");
    if (takesAccessLogs(address, json)) return by?.sse_algorithm === "AES256";
    return by?.sse_algorithm === "aws:kms" && ALIAS_ARN.test(String(by.kms_master_key_id));
  },
  aws_dynamodb_table: (block) => {
    const encryption = inner(block, "server_side_encryption");
    return encryption?.enabled === true && KEY_ARN.test(String(encryption.kms_key_arn));
  },
  aws_ecr_repository: (block) => {
    const encryption = inner(block, "encryption_configuration");
    return encryption?.encryption_type === "KMS" && KEY_ARN.test(String(encryption.kms_key));
  },
  // What people do in containers, on its way and in its log.
  aws_ecs_cluster: (block) => {
    const commands = inner(block, "configuration", "execute_command_configuration");
    const log = inner(commands, "log_configuration");
    return KEY_ARN.test(String(commands?.kms_key_id)) && log?.cloud_watch_encryption_enabled === true;
  },
  aws_sqs_queue: (block) => ALIAS.test(String(block.kms_master_key_id)),
  aws_sns_topic: (block) => ALIAS.test(String(block.kms_master_key_id)),
  aws_cloudwatch_log_group: (block) => KEY_ARN.test(String(block.kms_key_id)),
  aws_scheduler_schedule: (block) => KEY_ARN.test(String(block.kms_key_arn)),
  // Its variables.
  aws_lambda_function: (block) => KEY_ARN.test(String(block.kms_key_arn)),
  // The results of queries.
  aws_athena_workgroup: (block) => {
    const results = inner(block, "configuration", "result_configuration", "encryption_configuration");
    return results?.encryption_option === "SSE_KMS" && KEY_ARN.test(String(results.kms_key_arn));
  },
  // Data, backups, and the secret that RDS makes for the master user.
  aws_rds_cluster: ({ storage_encrypted, kms_key_id, master_user_secret_kms_key_id }) =>
    storage_encrypted === true &&
    [kms_key_id, master_user_secret_kms_key_id].every((key) => KEY_ARN.test(String(key))),
  // Statements that were slow.
  aws_rds_cluster_instance: ({ performance_insights_enabled, performance_insights_kms_key_id }) =>
    performance_insights_enabled !== true || KEY_ARN.test(String(performance_insights_kms_key_id)),
};

/**
 * Load balancers write their access logs to no bucket with another key than S3's own:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
function takesAccessLogs(bucket: string, json: StackJson): boolean {
  const names = resources(json, "aws_lb").map(([, block]) => inner(block, "access_logs")?.bucket);
  return resources(json, "aws_s3_bucket").some(
    ([address, block]) => address === bucket && names.includes(block.bucket),
  );
}

function configurationOf(bucket: string, json: StackJson): Block | undefined {
  const all = resources(json, "aws_s3_bucket_server_side_encryption_configuration");
  return inner(all.find(([, { bucket: ref }]) => String(ref).startsWith(`\${${bucket}.`))?.[1], "rule");
}

/** Every store is encrypted with the environment's key. */
function violations(json: StackJson): string[] {
  return Object.keys(json.resource ?? {}).flatMap((type) => {
    const encrypted = STORES[type];
    if (encrypted === undefined) return NO_STORES.includes(type) ? [] : [`${type}: is it a store?`];
    return resources(json, type)
      .filter(([address, block]) => !encrypted(block, address, json))
      .map(([address]) => `${address} is not encrypted with a key of ours`);
  });
}

holdsEverywhere(violations);

test("catches a bucket without a configuration", () => {
  const json = spoilt("data", (stack) => {
    const [id = ""] = Object.keys(stack.resource?.aws_s3_bucket_server_side_encryption_configuration ?? {});
    delete stack.resource?.aws_s3_bucket_server_side_encryption_configuration?.[id];
  });
  expect(violations(json)).toEqual([
    expect.stringMatching(/^aws_s3_bucket\.\w+ is not encrypted with a key of ours$/),
  ]);
});

test("catches a bucket with S3's own key, or AWS's", () => {
  const withKey = (by: object) =>
    spoilt("data", (stack) => {
      const block = firstOf(stack, "aws_s3_bucket_server_side_encryption_configuration");
      block.rule = [{ apply_server_side_encryption_by_default: by }];
    });
  expect(violations(withKey({ sse_algorithm: "AES256" }))).toHaveLength(1);
  const aws = "arn:aws:kms:eu-central-1:111111111111:alias/aws/s3";
  expect(violations(withKey({ sse_algorithm: "aws:kms", kms_master_key_id: aws }))).toHaveLength(1);
});

test("catches a bucket with S3's own key beside that of the access logs", () => {
  const json = spoilt("services", (stack) =>
    Object.assign(inner(firstOf(stack, "aws_lb"), "access_logs") ?? {}, { bucket: "x" }),
  );
  expect(violations(json)).toEqual([
    expect.stringMatching(/^aws_s3_bucket\.AccessLogs_\w+ is not encrypted with a key of ours$/),
  ]);
});

test.each([
  ["services", "aws_ecr_repository", "encryption_configuration"],
  ["services", "aws_ecs_cluster", "configuration"],
  ["data", "aws_dynamodb_table", "server_side_encryption"],
  ["pipeline", "aws_sqs_queue", "kms_master_key_id"],
  ["pipeline", "aws_cloudwatch_log_group", "kms_key_id"],
  ["pipeline", "aws_lambda_function", "kms_key_arn"],
  ["data", "aws_sns_topic", "kms_master_key_id"],
  ["state", "aws_sns_topic", "kms_master_key_id"],
  ["data", "aws_athena_workgroup", "configuration"],
  ["database", "aws_rds_cluster", "storage_encrypted"],
  ["database", "aws_rds_cluster", "kms_key_id"],
  ["database", "aws_rds_cluster", "master_user_secret_kms_key_id"],
  ["database", "aws_rds_cluster_instance", "performance_insights_kms_key_id"],
])("catches in %s one of %s without %s", (stack, type, attribute) => {
  const json = spoilt(stack, (tf) => delete firstOf(tf, type)[attribute]);
  expect(violations(json)).toEqual([
    expect.stringMatching(`^${type}\\.\\w+ is not encrypted with a key of ours$`),
  ]);
});

test("catches a type of resource that nobody has looked at", () => {
  const json = spoilt("data", (stack) => {
    Object.assign(stack.resource ?? {}, { aws_db_instance: { Rows: {} } });
  });
  expect(violations(json)).toEqual(["aws_db_instance: is it a store?"]);
});
