import {
  deadLetterQueue,
  logGroup,
  namesFor,
  type PlatformNames,
  SPARK_JOBS,
  taskLogGroup,
} from "../../config/naming";
import { clusterLogGroups, firewallLogGroup, runLogGroup } from "../../modules";
import { configOf, type Environment } from "../support/platform";
import { firstOf, holdsEverywhere, inner, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** Type → the attribute with the name in AWS. Another type has none, or a reference, and is listed as such. */
const NAMED: Readonly<Record<string, string>> = {
  aws_acm_certificate: "domain_name",
  aws_athena_workgroup: "name",
  aws_cloudwatch_log_group: "name",
  aws_cloudwatch_log_resource_policy: "policy_name",
  aws_cloudwatch_metric_alarm: "alarm_name",
  aws_db_subnet_group: "name",
  aws_dynamodb_table: "name",
  aws_ecr_repository: "name",
  aws_ecs_cluster: "name",
  aws_ecs_service: "name",
  aws_emr_security_configuration: "name",
  aws_ecs_task_definition: "family",
  aws_glue_catalog_database: "name",
  aws_glue_catalog_table: "name",
  aws_iam_instance_profile: "name",
  aws_iam_policy: "name",
  aws_iam_role: "name",
  aws_kms_alias: "name",
  aws_lambda_function: "function_name",
  aws_lb: "name",
  aws_lb_target_group: "name",
  aws_rds_cluster: "cluster_identifier",
  aws_rds_cluster_instance: "identifier",
  aws_rds_cluster_parameter_group: "name",
  aws_s3_bucket: "bucket",
  aws_s3_bucket_notification: "bucket",
  aws_scheduler_schedule: "name",
  aws_scheduler_schedule_group: "name",
  aws_security_group: "name",
  aws_sfn_state_machine: "name",
  aws_sns_topic: "name",
  aws_sqs_queue: "name",
  aws_ssm_parameter: "name",
  aws_wafv2_web_acl: "name",
};

/** AWS gives these an id; people know them by their tag `Name`, which is the network's name and a part. */
const TAGGED = [
  ...["aws_default_security_group", "aws_eip", "aws_flow_log", "aws_internet_gateway", "aws_nat_gateway"],
  ...[
    "aws_network_acl",
    "aws_route_table",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
  ],
];

/** A rule of a group is known by what it says of itself. */
const DESCRIBED = ["aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"];

/** Named by what they belong to, or by AWS; the one policy of a role is always called the same. */
const NAMELESS = [
  ...["aws_iam_role_policy", "aws_kms_key", "aws_lambda_event_source_mapping", "aws_lambda_invocation"],
  ...["aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy"],
  ...["aws_s3_bucket_public_access_block", "aws_s3_bucket_server_side_encryption_configuration"],
  ...["aws_s3_bucket_versioning", "aws_network_acl_association", "aws_route", "aws_route_table_association"],
  ...["aws_vpc_endpoint_route_table_association", "aws_vpc_endpoint_subnet_association"],
  ...["aws_acm_certificate_validation", "aws_ecr_lifecycle_policy", "aws_ecs_cluster_capacity_providers"],
  ...[
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_wafv2_web_acl_association",
    "aws_wafv2_web_acl_logging_configuration",
  ],
  ...[
    "aws_iam_openid_connect_provider",
    "aws_iam_role_policy_attachment",
    "aws_s3_object",
    "aws_sns_topic_subscription",
  ],
];

/** Every name that `config/naming.ts` makes for an environment, and what the modules put behind one. */
function knownNames(environment: Environment): ReadonlySet<string> {
  const config = configOf(environment);
  const { parameter, collectorRole, readerRole, balancer, stateKey: _, ...names } = namesFor(config);
  const { structure, loadFigures, loadRows, loadLake, migrate, totals, databaseCluster: cluster } = names;
  const { serveRecommendations, loadRecommendations, followErasure, spark } = names;
  const followers = [serveRecommendations, loadRecommendations, followErasure];
  const stages = [structure, loadFigures, loadRows, loadLake, ...followers];
  const functions = [...stages, migrate, totals];
  const after = (name: string, parts: readonly string[]) => parts.map((part) => `${name}-${part}`);
  return new Set([
    ...Object.values(names),
    ...stages.map(deadLetterQueue),
    ...functions.map(logGroup),
    ...functions.flatMap((name) => after(name, ["errors", "throttles", "duration"])),
    ...stages.flatMap((name) => [`${name}-oldest-message`, `${deadLetterQueue(name)}-letters`]),
    ...after(names.network, ["flow-logs", "endpoints"]),
    // Who deploys; AWS takes no more than a part of a policy in a role.
    ...after(names.network, ["plan", "apply", "apply-access-2", "apply-access-3", "apply-access-4"]),
    ...after(spark, [...SPARK_JOBS, "lock"]),
    ...after(spark, ["instance", "machine", "schedule", "service"]),
    ...after(spark, ["primary", "workers", "service-access", "failed", "timedout", "aborted", "not-started"]),
    ...[deadLetterQueue(spark), `${deadLetterQueue(spark)}-letters`, runLogGroup(spark)],
    `/aws/vpc/${names.network}`,
    // Sixteen instances at most, and a group of parameters for each major version.
    ...after(
      cluster,
      [...Array(16).keys()].map((index) => `${index + 1}`),
    ),
    `/aws/rds/cluster/${cluster}/postgresql`,
    ...Object.keys(config.collectors).map(collectorRole),
    ...Object.entries(config.readers).flatMap(([reader, { stores }]) =>
      stores.map((store) => readerRole(reader, store)),
    ),
    ...["state", "network", "database", "services"].map(parameter),
    ...(config.dashboard === undefined ? [] : dashboardNames(config.dashboard.domain, names, balancer)),
  ]);
}

/** Of a service, and of the balancer before it; a target group ends with what it cannot change. */
function dashboardNames(
  domain: string,
  { dashboard, cluster }: Pick<PlatformNames, "dashboard" | "cluster">,
  balancer: PlatformNames["balancer"],
): string[] {
  const front = balancer("dashboard");
  const { commands, insights } = clusterLogGroups(cluster);
  return [
    ...[domain, taskLogGroup(dashboard), commands, insights, `${dashboard}-execution`],
    ...["errors", "unhealthy", "unanswered", "slow", "cpu", "memory", "missing"].map(
      (alarm) => `${dashboard}-${alarm}`,
    ),
    ...[front, `${front}-balancer`, firewallLogGroup(front)],
  ];
}

/** Every physical name is one of `config/naming.ts`: a literal of this environment, checked by AWS's rules. */
function violations(json: StackJson, environment: Environment): string[] {
  const known = knownNames(environment);
  const { network } = namesFor(configOf(environment));
  return Object.keys(json.resource ?? {}).flatMap((type) => {
    const attribute = NAMED[type];
    const tagged = TAGGED.includes(type);
    const all = resources(json, type);
    if (DESCRIBED.includes(type)) {
      return all.filter(([, { description }]) => !description).map(([address]) => `${address} says nothing`);
    }
    if (attribute === undefined && !tagged) return NAMELESS.includes(type) ? [] : [`${type}: what names it?`];
    return [
      ...all
        .filter(([, block]) => attribute !== undefined && !known.has(nameIn(block, attribute)))
        .map(([address, block]) => `${address} is called ${block[attribute ?? ""]}`),
      ...all
        .map(([address, block]) => [address, inner(block, "tags")?.Name] as const)
        .filter(([, name]) => tagged && name !== network && !String(name).startsWith(`${network}-`))
        .map(([address, name]) => `${address} is tagged ${name}`),
    ];
  });
}

/** Without the hash of what makes a target group anew. */
function nameIn(block: Block, attribute: string): string {
  return String(block[attribute]).replace(/-[0-9a-f]{6}$/, "");
}

holdsEverywhere(violations);

test("catches a name made elsewhere, and one of another environment", () => {
  const named = (name: string) =>
    spoilt("pipeline", (stack) => {
      firstOf(stack, "aws_sqs_queue").name = name;
    });
  expect(violations(named("orders"), "dev")).toEqual([
    expect.stringMatching(/^aws_sqs_queue\.\w+ is called orders$/),
  ]);
  expect(violations(named("atlas-prod-load-rows"), "dev")).toHaveLength(1);
});

test("catches a name that AWS would make", () => {
  const json = spoilt("data", (stack) => delete firstOf(stack, "aws_dynamodb_table").name);
  expect(violations(json, "dev")).toEqual([expect.stringMatching(/is called undefined$/)]);
});

test("catches an untagged subnet, and one with the name of another environment", () => {
  const tagged = (tags: object) =>
    spoilt("network", (stack) => {
      firstOf(stack, "aws_subnet").tags = tags;
    });
  expect(violations(tagged({}), "dev")).toEqual([
    expect.stringMatching(/^aws_subnet\.\w+ is tagged undefined$/),
  ]);
  expect(violations(tagged({ Name: "atlas-prod-public-a" }), "dev")).toEqual([
    expect.stringMatching(/ is tagged atlas-prod-public-a$/),
  ]);
});

test("catches a type of resource that nobody has looked at", () => {
  const json = spoilt("data", (stack) => {
    Object.assign(stack.resource ?? {}, { aws_kinesis_stream: { Events: { name: "events" } } });
  });
  expect(violations(json, "dev")).toEqual(["aws_kinesis_stream: what names it?"]);
});

test("catches a rule of a security group that does not say what it is for", () => {
  const json = spoilt(
    "database",
    (stack) => delete firstOf(stack, "aws_vpc_security_group_ingress_rule").description,
  );
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(/^aws_vpc_security_group_ingress_rule\.\w+ says nothing$/),
  ]);
});
