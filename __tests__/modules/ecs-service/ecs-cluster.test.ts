import { EcsCluster } from "../../../modules/ecs-service/task/ecs-cluster";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";
import { aCluster } from "../../support/task";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";

test("offers Fargate alone unless told otherwise", () => {
  const tf = synth((stack) => aCluster(stack));
  tf.one("aws_ecs_cluster_capacity_providers", { capacity_providers: ["FARGATE"] });
});

test("offers Fargate Spot as well where told, and Fargate to who says nothing", () => {
  const tf = synth((stack) => aCluster(stack, { spot: true }));
  tf.one("aws_ecs_cluster_capacity_providers", {
    capacity_providers: ["FARGATE", "FARGATE_SPOT"],
    default_capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }],
  });
});

test.each([
  [undefined, "enhanced"],
  ["enabled", "enabled"],
  ["disabled", "disabled"],
] as const)("has container insights, told %s, %s", (containerInsights, value) => {
  const tf = synth((stack) => aCluster(stack, containerInsights ? { containerInsights } : {}));
  tf.one("aws_ecs_cluster", { setting: [{ name: "containerInsights", value }] });
});

test("logs what people do in containers, encrypted on the way and in the log", () => {
  const tf = synth((stack) => aCluster(stack));
  tf.one("aws_ecs_cluster", {
    configuration: {
      execute_command_configuration: {
        kms_key_id: KEY,
        logging: "OVERRIDE",
        log_configuration: {
          cloud_watch_encryption_enabled: true,
          cloud_watch_log_group_name: "/shop/execute-command",
        },
      },
    },
  });
  tf.one("aws_cloudwatch_log_group", {
    name: "/shop/execute-command",
    kms_key_id: KEY,
    retention_in_days: 30,
  });
});

test("makes its log groups first, or AWS would make one that is not encrypted", () => {
  const tf = synth((stack) => aCluster(stack));
  tf.one("aws_cloudwatch_log_group", {
    name: "/aws/ecs/containerinsights/shop/performance",
    kms_key_id: KEY,
    retention_in_days: 7,
  });
  expect(tf.one("aws_ecs_cluster").depends_on).toEqual([
    expect.stringMatching(/^aws_cloudwatch_log_group\.Cluster_CommandLog_/),
    expect.stringMatching(/^aws_cloudwatch_log_group\.Cluster_InsightsLog_/),
  ]);
});

test("keeps its logs as long as told", () => {
  const tf = synth((stack) => aCluster(stack, { commandLogRetentionDays: 365, insightsRetentionDays: 1 }));
  tf.one("aws_cloudwatch_log_group", { name: "/shop/execute-command", retention_in_days: 365 });
  tf.one("aws_cloudwatch_log_group", { retention_in_days: 1 });
});

test("has no log of figures where there are none", () => {
  const tf = synth((stack) => aCluster(stack, { containerInsights: "disabled" }));
  expect(tf.all("aws_cloudwatch_log_group")).toHaveLength(1);
});

test("is the same by its name in another stack, and makes nothing there", () => {
  const tf = synth((stack) => {
    const cluster = EcsCluster.fromName(stack, "Cluster", { clusterName: "shop", keyAlias: "alias/orders" });
    expect(cluster.clusterArn).toBe("arn:aws:ecs:eu-central-1:123456789012:cluster/shop");
    expect(cluster.commandLogGroupName).toBe("/shop/execute-command");
    expect(cluster.insightsLogGroupName).toBe("/aws/ecs/containerinsights/shop/performance");
  });
  expect(tf.json.resource).toBeUndefined();
});

test.each([
  ["", "nothing"],
  ["shop.eu", "shop.eu"],
])("rejects the name '%s'", (clusterName, got) => {
  expect(messageOf(() => synth((stack) => aCluster(stack, { clusterName })))).toBe(
    `Test/Cluster: clusterName must be 1 to 255 letters, digits, - or _, got ${got}`,
  );
});
