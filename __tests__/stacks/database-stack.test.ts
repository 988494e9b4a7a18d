import { namesFor } from "../../config/naming";
import { permissionsIn, statementsFor } from "../support/permissions";
import { configOf, ENVIRONMENTS, platform } from "../support/platform";
import { firstOf, inner, refersTo, resources } from "../support/policies";
import type { StackJson } from "../support/synth";

const stackOf = (environment: "dev" | "prod" | "dev, no isolated tier" = "dev"): StackJson =>
  platform(environment).database ?? { terraform: {} };
const config = configOf("dev");
const names = namesFor(config);
const { arn, may, key, objects, ofFunction, ofQueue, inVpc, user } = statementsFor(config);

/** The sentence of a review: every permission of every role, on one page. */
const PAGE = {
  [names.loadRows]: [
    ...ofFunction(names.loadRows),
    ...inVpc,
    ...ofQueue(names.loadRows),
    may("s3:GetObject", objects(names.curatedBucket, "manifests/")),
    key("s3", "kms:Decrypt"),
    may("s3:GetObject", objects(names.curatedBucket, "versions/")),
    user("atlas_dev_writer"),
  ],
  [names.loadRecommendations]: [
    ...ofFunction(names.loadRecommendations),
    ...inVpc,
    ...ofQueue(names.loadRecommendations),
    may("s3:GetObject", objects(names.curatedBucket, "recommendations/")),
    key("s3", "kms:Decrypt"),
    user("atlas_dev_writer"),
  ],
  [names.migrate]: [
    ...ofFunction(names.migrate),
    ...inVpc,
    may("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:rds!cluster-*"), {
      Condition: {
        StringEquals: { "aws:ResourceTag/aws:rds:primaryDBClusterArn": arn("rds", "cluster:atlas-dev-rows") },
      },
    }),
    key("secretsmanager", "kms:Decrypt"),
  ],
  [names.totals]: [...ofFunction(names.totals), ...inVpc, user("atlas_dev_reader")],
  "atlas-dev-analyst-rows": [user("atlas_dev_reader")],
};

test.each(Object.entries(PAGE))("lets %s do what it does, and nothing else", (role, page) => {
  expect(permissionsIn(stackOf())[role]).toEqual(page);
});

test("has no other role", () => {
  expect(Object.keys(permissionsIn(stackOf())).sort()).toEqual(Object.keys(PAGE).sort());
});

test.each(ENVIRONMENTS)("has a role for each reader of %s that reads rows", (environment) => {
  const { readers } = configOf(environment);
  const { readerRole, loadRows, loadRecommendations, migrate, totals } = namesFor(configOf(environment));
  const wanted = Object.keys(readers).filter((reader) => readers[reader]?.stores.includes("rows"));
  const roles = Object.keys(permissionsIn(platform(environment).database ?? { terraform: {} }));
  expect(roles.filter((role) => ![loadRows, loadRecommendations, migrate, totals].includes(role))).toEqual(
    wanted.map((reader) => readerRole(reader, "rows")),
  );
});

test("hands each function the variables of its contract", () => {
  const of = (attribute: string) => expect.stringMatching(`^\\$\\{aws_rds_cluster\\.\\w+\\.${attribute}}$`);
  const connection = {
    DATABASE_HOST: of("endpoint"),
    DATABASE_PORT: of("port"),
    DATABASE_NAME: "events",
    NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
  };
  const variables = resources(stackOf(), "aws_lambda_function").map(([, block]) => [
    block.function_name,
    inner(block, "environment", "variables"),
  ]);
  expect(Object.fromEntries(variables)).toEqual({
    [names.loadRows]: {
      ...connection,
      DATABASE_USER: "atlas_dev_writer",
      ROWS_KEPT_DAYS: "",
      QUEUE_URL: expect.stringMatching(/^\$\{aws_sqs_queue\.LoadRows_Queue_\w+\.url}$/),
    },
    [names.loadRecommendations]: {
      ...connection,
      DATABASE_USER: "atlas_dev_writer",
      QUEUE_URL: expect.stringMatching(/^\$\{aws_sqs_queue\.LoadRecommendations_Queue_\w+\.url}$/),
    },
    [names.migrate]: {
      ...connection,
      DATABASE_SECRET_ARN: of(String.raw`master_user_secret\[0]\.secret_arn`),
      WRITER_USER: "atlas_dev_writer",
      READER_USER: "atlas_dev_reader",
    },
    [names.totals]: { ...connection, DATABASE_USER: "atlas_dev_reader" },
  });
});

test("puts each function into the private tier, in a group of its own that alone reaches the database", () => {
  const json = stackOf();
  const [group = ""] = [firstOf(json, "aws_rds_cluster").vpc_security_group_ids].flat();
  const admitted = resources(json, "aws_vpc_security_group_ingress_rule")
    .filter(([, { security_group_id }]) => security_group_id === group)
    .map(([, { referenced_security_group_id: from }]) => from);
  const groups = resources(json, "aws_lambda_function").map(([, { vpc_config }]) => {
    expect(vpc_config).toMatchObject({ subnet_ids: expect.stringMatching(/\.privateSubnetIds}$/) });
    return [inner({ vpc_config }, "vpc_config")?.security_group_ids].flat().join();
  });
  expect(new Set(groups).size).toBe(4);
  expect(admitted.sort()).toEqual(groups.sort());
});

test.each([
  ["dev", /\.isolatedSubnetIds}$/],
  ["dev, no isolated tier", /\.privateSubnetIds}$/],
] as const)("puts the database of %s into the innermost tier that there is", (environment, subnets) => {
  expect(firstOf(stackOf(environment), "aws_db_subnet_group").subnet_ids).toMatch(subnets);
});

test.each(["dev", "prod"] as const)(
  "takes the sizes of %s's database from the environment",
  (environment) => {
    const { database } = configOf(environment);
    const json = stackOf(environment);
    expect(firstOf(json, "aws_rds_cluster")).toMatchObject({
      serverlessv2_scaling_configuration: {
        min_capacity: database.minCapacityUnits,
        max_capacity: database.maxCapacityUnits,
      },
      backup_retention_period: database.backupRetentionDays,
    });
    expect(resources(json, "aws_rds_cluster_instance")).toHaveLength(database.instances);
  },
);

test("migrates when the code or the cluster is another, once all instances and the role are there", () => {
  const json = stackOf("prod");
  const [[migrate = "", lambda] = []] = resources(json, "aws_lambda_function").filter(([id]) =>
    id.includes(".Migrate_"),
  );
  const { function_name, triggers, depends_on } = firstOf(json, "aws_lambda_invocation");
  expect(refersTo(function_name, migrate)).toBe(true);
  expect(triggers).toEqual({
    code: lambda?.source_code_hash,
    cluster: expect.stringMatching(/^\$\{aws_rds_cluster\.\w+\.cluster_resource_id}$/),
  });
  expect(depends_on).toEqual([
    ...resources(json, "aws_rds_cluster_instance").map(([address]) => address),
    expect.stringMatching(/^aws_iam_role\.Migrate_/),
    expect.stringMatching(/^aws_iam_role_policy\.Migrate_/),
  ]);
});

test("starts the load of rows with manifests, and that of recommendations with theirs", () => {
  expect(resources(stackOf(), "aws_s3_bucket_notification")).toEqual([]);
  const told = resources(stackOf(), "aws_sns_topic_subscription").map(([, { topic_arn, endpoint }]) => [
    topic_arn,
    endpoint,
  ]);
  expect(told).toEqual([
    [
      arn("sns", names.recommendationTopic),
      expect.stringMatching(/^\$\{aws_sqs_queue\.LoadRecommendations_Queue_\w+\.arn}$/),
    ],
    [arn("sns", names.manifestTopic), expect.stringMatching(/^\$\{aws_sqs_queue\.LoadRows_Queue_\w+\.arn}$/)],
  ]);
});
