import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { TerraformVariable } from "cdktf";
import { Postgres, type PostgresProps, postgresLogGroup } from "../../../../modules";
import { aRole, granted, keyStatement } from "../../../support/granted";
import { messageOf } from "../../../support/message-of";
import { aPostgres, Client } from "../../../support/storage";
import { synth } from "../../../support/synth";

const CLUSTER = "arn:aws:rds:eu-central-1:123456789012:cluster:orders";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";
const postgres = (props: Partial<PostgresProps> = {}) => synth((stack) => aPostgres(stack, props));

test("is a cluster that grows from half a capacity unit to four", () => {
  postgres().one("aws_rds_cluster", {
    cluster_identifier: "orders",
    engine: "aurora-postgresql",
    engine_version: "16.9",
    database_name: "events",
    serverlessv2_scaling_configuration: { min_capacity: 0.5, max_capacity: 4 },
  });
  postgres().one("aws_rds_cluster_instance", { identifier: "orders-1", instance_class: "db.serverless" });
});

test("has as many instances as it is told, each watched", () => {
  const instances = postgres({ instances: 3 }).all("aws_rds_cluster_instance", {
    auto_minor_version_upgrade: true,
    performance_insights_enabled: true,
    performance_insights_kms_key_id: KEY,
    publicly_accessible: false,
  });
  expect(instances.map(({ identifier }) => identifier)).toEqual(["orders-1", "orders-2", "orders-3"]);
});

test("is encrypted whole, and known to nobody by a password that Terraform sees", () => {
  const cluster = postgres().one("aws_rds_cluster", {
    storage_encrypted: true,
    kms_key_id: KEY,
    manage_master_user_password: true,
    master_user_secret_kms_key_id: KEY,
    iam_database_authentication_enabled: true,
  });
  expect(Object.keys(cluster).filter((name) => /^master_password/.test(name))).toEqual([]);
});

test("is kept on destroy, and leaves a last snapshot, unless told otherwise", () => {
  postgres().one("aws_rds_cluster", {
    deletion_protection: true,
    skip_final_snapshot: false,
    final_snapshot_identifier: "orders-final",
    backup_retention_period: 7,
    copy_tags_to_snapshot: true,
    lifecycle: { prevent_destroy: true, ignore_changes: ["engine_version"] },
  });
});

test("goes without a trace when it need not be kept", () => {
  const cluster = postgres({ keepOnDestroy: false }).one("aws_rds_cluster", {
    deletion_protection: false,
    skip_final_snapshot: true,
    lifecycle: { prevent_destroy: false },
  });
  expect(cluster).not.toHaveProperty("final_snapshot_identifier");
});

test("refuses what does not come over TLS, and logs no values", () => {
  const { parameter } = postgres().one("aws_rds_cluster_parameter_group", {
    name: "orders-16",
    family: "aurora-postgresql16",
  });
  expect(parameter).toEqual(
    expect.arrayContaining([
      { name: "rds.force_ssl", value: "1" },
      { name: "log_parameter_max_length", value: "0" },
      { name: "log_error_verbosity", value: "terse" },
    ]),
  );
});

test("logs into a group that is encrypted and forgets, made before the cluster", () => {
  const tf = postgres({ logRetentionDays: 14 });
  tf.one("aws_cloudwatch_log_group", {
    name: "/aws/rds/cluster/orders/postgresql",
    kms_key_id: KEY,
    retention_in_days: 14,
  });
  const cluster = tf.one("aws_rds_cluster", { enabled_cloudwatch_logs_exports: ["postgresql"] });
  expect(cluster.depends_on).toEqual([
    expect.stringMatching(/^aws_cloudwatch_log_group\.Rows_LogGroup_\w+$/),
  ]);
  expect(postgresLogGroup("orders")).toBe("/aws/rds/cluster/orders/postgresql");
});

test("lets nobody in or out before a grant", () => {
  const tf = postgres();
  tf.one("aws_security_group", { name: "orders", vpc_id: "vpc-1", egress: [] });
  tf.one("aws_db_subnet_group", { subnet_ids: ["subnet-1", "subnet-2"] });
  expect(tf.all("aws_vpc_security_group_ingress_rule")).toEqual([]);
  expect(tf.all("aws_vpc_security_group_egress_rule")).toEqual([]);
});

test("lets a client connect as one user, by its role and through the network", () => {
  const tf = synth((stack) => {
    aPostgres(stack).grantConnect(new Client(stack, "LoadRows"), "shop_dev_writer");
  });
  expect(tf.one("aws_iam_role_policy").policy).toBe(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "rds-db:connect",
          Resource: "arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-*/shop_dev_writer",
        },
      ],
    }),
  );
  const port = { ip_protocol: "tcp", from_port: 5432, to_port: 5432 };
  const group = expect.stringMatching(/^\$\{aws_security_group\.Rows_SecurityGroup_\w+\.id}$/);
  tf.one("aws_vpc_security_group_ingress_rule", {
    ...port,
    security_group_id: group,
    referenced_security_group_id: "sg-LoadRows",
  });
  tf.one("aws_vpc_security_group_egress_rule", {
    ...port,
    security_group_id: "sg-LoadRows",
    referenced_security_group_id: group,
  });
});

test("opens the network once to a client with two grants", () => {
  const tf = synth((stack) => {
    const database = aPostgres(stack);
    const client = new Client(stack, "Migrate");
    database.grantMasterSecret(client);
    database.grantConnect(client, "shop_dev_owner");
  });
  expect(tf.all("aws_vpc_security_group_ingress_rule")).toHaveLength(1);
});

test("lets a client connect to a database that another stack makes", () => {
  const tf = synth((stack) => {
    const database = Postgres.fromAttributes(stack, "Rows", {
      ...{ clusterName: "shop-dev-rows", databaseName: "events" },
      ...{ host: "rows.example.com", securityGroupId: "sg-Rows" },
    });
    database.grantConnect(new Client(stack, "Dashboard"), "shop_dev_reader");
  });
  expect(tf.one("aws_iam_role_policy").policy).toContain("dbuser:cluster-*/shop_dev_reader");
  const groups = ["sg-Rows", "sg-Dashboard"] as const;
  const [security_group_id, referenced_security_group_id] = groups;
  tf.one("aws_vpc_security_group_ingress_rule", { security_group_id, referenced_security_group_id });
  tf.one("aws_vpc_security_group_egress_rule", {
    security_group_id: referenced_security_group_id,
    referenced_security_group_id: security_group_id,
  });
});

test("lets a role be a user without opening the network", () => {
  const tf = synth((stack) => aPostgres(stack).grantUser(aRole(stack), "shop_dev_reader"));
  expect(tf.one("aws_iam_role_policy").policy).toContain("rds-db:connect");
  expect(tf.all("aws_vpc_security_group_ingress_rule")).toEqual([]);
});

test("lets a client read the master user's password of this cluster, which the key decrypts", () => {
  const statements = granted((stack, role) => {
    const client = Object.assign(new Client(stack, "Migrate"), { role });
    aPostgres(stack).grantMasterSecret(client);
  });
  expect(statements).toEqual([
    {
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-*",
      Condition: { StringEquals: { "aws:ResourceTag/aws:rds:primaryDBClusterArn": CLUSTER } },
    },
    keyStatement("secretsmanager", "kms:Decrypt"),
  ]);
});

test("says where it is: what it names literally, what AWS makes by reference", () => {
  const tf = synth((stack) => {
    const database = aPostgres(stack);
    expect(database).toMatchObject({ databaseName: "events", clusterArn: CLUSTER });
    expect(database.ready).toHaveLength(1);
    const value = `${database.host} ${database.port} ${database.masterSecretArn}`;
    new SsmParameter(stack, "Made", { name: "made", type: "String", value });
  });
  const made = (attribute: string) =>
    expect.stringMatching(`^\\$\\{aws_rds_cluster\\.Rows_\\w+\\.${attribute}}$`);
  expect(String(tf.one("aws_ssm_parameter").value).split(" ")).toEqual([
    made("endpoint"),
    made("port"),
    made("master_user_secret\\[0]\\.secret_arn"),
  ]);
});

test("admits subnets that are known after the apply", () => {
  synth((stack) => {
    aPostgres(stack, { subnetIds: new TerraformVariable(stack, "Subnets", {}).listValue });
  });
});

test.each(["writer", "shop_writer", "shop_dev_", "Shop_dev_writer", ""])(
  "rejects the user %j, who would be one of every environment",
  (name) => {
    const grant = () => synth((stack) => aPostgres(stack).grantConnect(new Client(stack, "Load"), name));
    expect(messageOf(grant)).toBe(
      `Test/Rows: userName must be <project>_<environment>_<user>, or it is a user of every cluster of the account, got ${name || "nothing"}`,
    );
  },
);

test("rejects a client that is in no VPC", () => {
  const grant = () =>
    synth((stack) => {
      const client = Object.assign(new Client(stack, "Load"), { securityGroupId: undefined });
      aPostgres(stack).grantMasterSecret(client);
    });
  expect(messageOf(grant)).toBe("Test/Rows: client must be in the VPC, got Test/Load without one");
});

test.each<[Partial<PostgresProps>, string]>([
  [
    { clusterName: "Orders" },
    "clusterName must be 2 to 63 of a-z, 0-9 and single hyphens and begin with a letter, got Orders",
  ],
  [
    { databaseName: "" },
    "databaseName must be 1 to 63 of a-z, 0-9 and _ and begin with a letter, got nothing",
  ],
  [{ subnetIds: ["subnet-1"] }, "subnetIds must be 2 or more, got 1"],
  [{ engineVersion: "16" }, "engineVersion must be <major>.<minor> of 13 or later, got 16"],
  [{ engineVersion: "12.9" }, "engineVersion must be <major>.<minor> of 13 or later, got 12.9"],
  [{ minCapacityUnits: 0 }, "minCapacityUnits must be 0.5 to 4 in steps of 0.5, got 0"],
  [{ minCapacityUnits: 4.5 }, "minCapacityUnits must be 0.5 to 4 in steps of 0.5, got 4.5"],
  [{ maxCapacityUnits: 256.5 }, "maxCapacityUnits must be 1 to 256 in steps of 0.5, got 256.5"],
  [{ maxCapacityUnits: 1.2 }, "maxCapacityUnits must be 1 to 256 in steps of 0.5, got 1.2"],
  [{ instances: 0 }, "instances must be 1 to 16, got 0"],
  [{ backupDays: 36 }, "backupDays must be 1 to 35, got 36"],
])("rejects %j", (props, message) => {
  expect(messageOf(() => postgres(props))).toBe(`Test/Rows: ${message}`);
});

test("rejects two mistakes at once", () => {
  expect(messageOf(() => postgres({ instances: 17, backupDays: 0 }))).toBe(
    "Test/Rows: instances must be 1 to 16, got 17\nTest/Rows: backupDays must be 1 to 35, got 0",
  );
});
