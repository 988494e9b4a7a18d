import { graphIn } from "../../../cli/graph/graph";
import { textOf } from "../../../cli/graph/label";
import type { EdgeKind, PlatformGraph } from "../../../cli/graph/model";
import { platformGraph } from "../../../cli/graph/platform-graph";
import { configOf, ENVIRONMENTS, folderOf } from "../../support/platform";
import { ACCOUNT, allow, REGION, ref, roleWith, stackOf } from "./stacks";

/** `from -> to: label | label` of each edge of a kind. */
function arrows({ edges }: PlatformGraph, ...kinds: readonly EdgeKind[]): string[] {
  return edges
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ from, to, labels }) => `${from} -> ${to}${labels.map((label) => `: ${textOf(label)}`).join("")}`);
}

describe("the platform", () => {
  const dev = graphIn(folderOf("dev"), true);

  test("is named by its provider and tags", () => {
    expect(dev).toMatchObject({ project: "atlas", environment: "dev", region: "eu-central-1" });
    expect(dev.account).toMatch(/^\d{12}$/);
  });

  test("has a node for each module that makes something, none for a reference to another stack's", () => {
    const data = dev.stacks.find(({ name }) => name === "data");
    const pipeline = dev.stacks.find(({ name }) => name === "pipeline");
    const told = (stack: typeof data) => stack?.nodes.map(({ id, kind }) => `${id}: ${kind}`);
    expect(told(data)).toEqual([
      "data/Collector-web: role",
      "data/Contributions: table",
      "data/Curated: bucket",
      "data/Erasures: topic",
      "data/Figures: table",
      "data/Lake: lake + catalogue + queries",
      "data/Manifests: topic",
      "data/NewRecommendations: topic",
      "data/Queries: bucket",
      "data/Raw: bucket",
      "data/Reader-analyst-figures: role",
      "data/Reader-analyst-lake: role",
      "data/Reader-analyst-rejected: role",
      "data/Recommendations: table",
      "data/Rejected: bucket",
    ]);
    expect(told(pipeline)).toEqual([
      "pipeline/FollowErasure: function + queue",
      "pipeline/LoadFigures: function + queue",
      "pipeline/LoadLake: function + queue",
      "pipeline/ServeRecommendations: function + queue",
      "pipeline/Structure: function + queue",
    ]);
  });

  test("lets data flow from file to figures, rows and lake", () => {
    expect(arrows(dev, "flow")).toEqual([
      "dashboard/Dashboard -> dashboard/Task",
      "data/Collector-web -> data/Raw",
      "data/Curated -> data/Erasures: erasures/*report.json",
      "data/Curated -> data/Manifests: manifests/",
      "data/Curated -> data/NewRecommendations: recommendations/*manifest.json",
      "data/Erasures -> pipeline/FollowErasure",
      "data/Manifests -> database/LoadRows",
      "data/Manifests -> pipeline/LoadFigures",
      "data/Manifests -> pipeline/LoadLake",
      "data/NewRecommendations -> database/LoadRecommendations",
      "data/NewRecommendations -> pipeline/ServeRecommendations",
      "data/Raw -> pipeline/Structure: events/",
      "data/Reader-analyst-lake -> data/Queries",
      "database/LoadRecommendations -> database/Postgres",
      "database/LoadRows -> database/Postgres",
      "pipeline/FollowErasure -> data/Curated",
      "pipeline/LoadFigures -> data/Contributions",
      "pipeline/LoadFigures -> data/Figures",
      "pipeline/LoadLake -> data/Curated",
      "pipeline/ServeRecommendations -> data/Recommendations",
      "pipeline/Structure -> data/Curated",
      "pipeline/Structure -> data/Rejected",
      "spark/Jobs -> data/Curated",
      "spark/Jobs -> spark/Bucket",
    ]);
  });

  test("shows what each role may do, with the prefix where it may", () => {
    expect(arrows(dev, "grant")).toEqual([
      "dashboard/Task -> data/Contributions: read",
      "dashboard/Task -> data/Curated: read events/, heads/, manifests/",
      "dashboard/Task -> data/Figures: read",
      "dashboard/Task -> data/Rejected: read rejected/",
      "dashboard/Task -> database/LoadRows: read",
      "dashboard/Task -> database/Postgres: read",
      "dashboard/Task -> pipeline/LoadFigures: read",
      "dashboard/Task -> pipeline/LoadLake: read",
      "dashboard/Task -> pipeline/Structure: read",
      "dashboard/Task -> services/Images: read",
      "data/Collector-web -> data/Raw: write events/web/",
      "data/Reader-analyst-figures -> data/Figures: read",
      "data/Reader-analyst-lake -> data/Curated: read events/",
      "data/Reader-analyst-lake -> data/Lake: read, start",
      "data/Reader-analyst-lake -> data/Queries: read: read, write results/",
      "data/Reader-analyst-rejected -> data/Rejected: read rejected/",
      "database/LoadRecommendations -> data/Curated: read recommendations/",
      "database/LoadRecommendations -> database/Postgres: write",
      "database/LoadRows -> data/Curated: read manifests/, versions/",
      "database/LoadRows -> database/Postgres: write",
      "database/Reader-analyst -> database/Postgres: read",
      "database/Totals -> database/Postgres: read",
      "pipeline/FollowErasure -> data/Curated: read erasures/, versions/: read, write manifests/",
      "pipeline/LoadFigures -> data/Contributions: read, write, delete",
      "pipeline/LoadFigures -> data/Curated: read manifests/, versions/",
      "pipeline/LoadFigures -> data/Figures: write",
      "pipeline/LoadLake -> data/Curated: read manifests/, versions/: read, write events/, heads/",
      "pipeline/ServeRecommendations -> data/Curated: read recommendations/",
      "pipeline/ServeRecommendations -> data/Recommendations: read, write, delete",
      "pipeline/Structure -> data/Curated: read, write manifests/: read, write, delete attempts/: write, delete versions/",
      "pipeline/Structure -> data/Raw: read events/",
      "pipeline/Structure -> data/Rejected: write, delete rejected/",
      "spark/Jobs -> data/Curated: read: read, write events/, versions/: read, write, delete aggregates/, compacted/, erasures/, recommendations/",
      "spark/Jobs -> spark/Bucket: read atlas-dev-spark/bootstrap/, atlas-dev-spark/jobs/, requests/: write atlas-dev-spark/logs/",
    ]);
  });

  test("shows which stack reads what of which", () => {
    const read = arrows(dev, "contract");
    expect(read).toContain("state -> data: keyArn");
    expect(read).toContain("state -> pipeline: keyArn");
  });

  test("shows who uses the key, only when asked", () => {
    const users = arrows(dev, "key");
    expect(users).toContain("data/Raw -> state/Key");
    expect(users).toContain("pipeline/LoadFigures -> state/Key");
    expect(arrows(graphIn(folderOf("dev")), "key")).toEqual([]);
  });

  test.each(ENVIRONMENTS)("looks the same in %s but for names, sizes and the network", (environment) => {
    // The balancer is in public subnets or in private ones.
    const edges = JSON.parse(
      JSON.stringify(graphIn(folderOf(environment), true).edges)
        .replaceAll("publicSubnetIds", "privateSubnetIds")
        .replaceAll(`atlas-${configOf(environment).environment}-`, "atlas-dev-"),
    );
    expect(edges).toEqual(dev.edges);
  });
});

describe("a node", () => {
  const nodesOf = (...stacks: Parameters<typeof platformGraph>[0]) =>
    platformGraph(stacks).stacks.flatMap(({ nodes }) => nodes);

  test("is called by its module, and by the name of its heaviest resource", () => {
    const module = {
      aws_cloudwatch_log_group: { Logs: ["work/OrderIntake/Logs", { name: "/aws/lambda/intake" }] },
      aws_sqs_queue: { Queue: ["work/OrderIntake/Queue", { name: "intake-queue" }] },
      aws_lambda_function: { Function: ["work/OrderIntake/Resource", { function_name: "intake" }] },
    } as const;
    expect(nodesOf(stackOf("work", module))).toEqual([
      {
        id: "work/OrderIntake",
        title: "Order intake",
        family: "compute",
        kind: "function + queue",
        name: "intake",
        facts: [],
        resources: 3,
      },
    ]);
  });

  test("names a role or a log group where there is nothing else", () => {
    const stack = stackOf("work", {
      aws_iam_role: { Role: ["work/Deployer/Resource", { name: "deployer" }] },
    });
    expect(nodesOf(stack)).toMatchObject([{ kind: "role", family: "security", name: "deployer" }]);
  });

  test("of a type that the graph does not know has its Terraform name as words", () => {
    const stack = stackOf("work", {
      aws_kinesis_firehose_delivery_stream: { Stream: ["work/Stream/Resource"] },
    });
    expect(nodesOf(stack)).toMatchObject([{ kind: "kinesis firehose delivery stream", family: "other" }]);
  });

  test("is none for a call at deploy, an alarm or a rule of a security group", () => {
    const stack = stackOf("work", {
      aws_lambda_invocation: { I: ["work/Migration", { function_name: "migrate" }] },
      aws_cloudwatch_metric_alarm: { A: ["work/Late", { alarm_name: "late" }] },
      aws_vpc_security_group_ingress_rule: { R: ["work/FromOutside"] },
    });
    expect(nodesOf(stack)).toEqual([]);
  });

  test("of a network says zones, tiers, gateways and endpoints, on a few lines", () => {
    const subnet = (tier: string, zone: string) =>
      [`net/Network/${tier}/${zone}/Subnet`, { availability_zone: `${REGION}${zone}` }] as const;
    const stack = stackOf("net", {
      aws_vpc: { Vpc: ["net/Network/Resource", { cidr_block: "10.1.0.0/16", tags: { Name: "shop" } }] },
      aws_subnet: { P: subnet("Public", "a"), Q: subnet("Isolated", "a"), R: subnet("Isolated", "b") },
      aws_nat_gateway: { N: ["net/Network/Nat"] },
      aws_vpc_endpoint: { S3: ["net/Network/S3"], Logs: ["net/Network/Logs"] },
      aws_flow_log: { Log: ["net/Network/FlowLog"] },
    });
    expect(nodesOf(stack)).toMatchObject([
      {
        kind: "VPC",
        name: "shop",
        facts: ["10.1.0.0/16 · 2 zones", "public · isolated", "1 NAT gateway · 2 endpoints", "flow logs"],
      },
    ]);
  });

  test("of a bare network says that nothing leaves it", () => {
    const stack = stackOf("net", {
      aws_vpc: { Vpc: ["net/Network/Resource", { cidr_block: "10.1.0.0/16" }] },
    });
    expect(nodesOf(stack)).toMatchObject([{ facts: ["10.1.0.0/16", "no NAT"] }]);
  });
});

describe("an arrow", () => {
  const table = stackOf("data", {
    aws_dynamodb_table: {
      Orders: ["data/Orders/Resource", { name: "orders" }],
      Older: ["data/Older/Resource", { name: "orders-old" }],
    },
  });
  const arn = (name: string, account = ACCOUNT) => `arn:aws:dynamodb:${REGION}:${account}:table/${name}`;
  const worker = (...statements: object[]) => stackOf("work", workerBlocks(...statements));
  const workerBlocks = (...statements: object[]) => ({
    ...roleWith("work/Worker", ...statements),
    aws_lambda_function: { F: ["work/Worker/Resource", { function_name: "worker" }] as const },
  });

  test("goes to the resource of exactly that name, and to what is below it", () => {
    const graph = platformGraph([table, worker(allow("dynamodb:Query", `${arn("orders-old")}/index/*`))]);
    expect(arrows(graph, "grant")).toEqual(["work/Worker -> data/Older: read"]);
  });

  test("is none for what is denied, for keys, and for a module's own resources", () => {
    const own = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:worker`;
    const graph = platformGraph([
      table,
      worker(
        { Effect: "Deny", Action: "dynamodb:PutItem", Resource: arn("orders") },
        allow("kms:Decrypt", arn("orders")),
        allow("lambda:InvokeFunction", own),
      ),
    ]);
    expect(graph.edges).toEqual([]);
    expect(graph.elsewhere).toEqual([]);
  });

  test("is no flow where the role only reads", () => {
    const graph = platformGraph([
      table,
      worker(allow(["dynamodb:Query", "dynamodb:GetItem"], arn("orders"))),
    ]);
    expect(arrows(graph, "flow")).toEqual([]);
  });

  test("that leads out of the stacks is kept as a grant elsewhere", () => {
    const foreign = arn("orders", "999999999999");
    const graph = platformGraph([table, worker(allow("dynamodb:PutItem", foreign))]);
    expect(graph.edges).toEqual([]);
    expect(graph.elsewhere).toEqual([{ from: "work/Worker", resource: foreign, verbs: ["write"] }]);
  });

  test("joins a queue and a function of two modules, by reference and by literal ARN", () => {
    const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:intake`;
    const stack = stackOf("work", {
      aws_sqs_queue: { Q: ["work/Intake/Resource", { name: "intake" }] },
      aws_lambda_function: { F: ["work/Worker/Resource", { function_name: "worker" }] },
      aws_s3_bucket: { B: ["work/Drop/Resource", { bucket: "drop" }] },
      aws_s3_bucket_notification: {
        N: [
          "work/Drop/Notification",
          { bucket: ref("aws_s3_bucket.B.id"), queue: [{ queue_arn: queueArn, filter_suffix: ".gz" }] },
        ],
      },
      aws_lambda_event_source_mapping: {
        M: ["work/Worker/Mapping", { event_source_arn: ref("aws_sqs_queue.Q.arn"), function_name: "worker" }],
      },
    });
    expect(arrows(platformGraph([stack]), "flow")).toEqual([
      "work/Drop -> work/Intake: *.gz",
      "work/Intake -> work/Worker",
    ]);
  });

  test("goes through a topic to each queue that it feeds, not to a person", () => {
    const topic = ref("aws_sns_topic.T.arn");
    const stack = stackOf("work", {
      aws_sns_topic: { T: ["work/News/Resource", { name: "news" }] },
      aws_sqs_queue: { Q: ["work/Intake/Resource", { name: "intake" }] },
      aws_sns_topic_subscription: {
        S: ["work/Intake/Subscription", { topic_arn: topic, endpoint: ref("aws_sqs_queue.Q.arn") }],
        M: ["work/News/Mail", { topic_arn: topic, protocol: "email", endpoint: "me@example.com" }],
      },
    });
    expect(arrows(platformGraph([stack]), "flow")).toEqual(["work/News -> work/Intake"]);
  });

  test.each([
    ["shop_test_writer", ["work/Worker -> work/Rows"], "write"],
    ["shop_test_reader", [], "read"],
  ])("goes to the database as its user %s", (user, flows, verb) => {
    const grant = allow("rds-db:connect", `arn:aws:rds-db:${REGION}:${ACCOUNT}:dbuser:*/${user}`);
    const stack = stackOf("work", {
      ...workerBlocks(grant),
      aws_rds_cluster: { C: ["work/Rows/Resource", { cluster_identifier: "rows" }] },
    });
    const graph = platformGraph([stack]);
    expect(arrows(graph, "flow")).toEqual(flows);
    expect(arrows(graph, "grant")).toEqual([`work/Worker -> work/Rows: ${verb}`]);
  });

  test("uses the key of exactly that alias", () => {
    const key = (name: string) => [`data/${name}/Alias`, { name: `alias/${name.toLowerCase()}` }] as const;
    const keys = stackOf("data", {
      aws_kms_key: { A: ["data/Shop/Resource"], B: ["data/Shop-logs/Resource"] },
      aws_kms_alias: { A: key("Shop"), B: key("Shop-logs") },
      aws_sqs_queue: { Q: ["data/Queue/Resource", { name: "q", kms_master_key_id: "alias/shop-logs" }] },
    });
    expect(arrows(platformGraph([keys]), "key")).toEqual(["data/Queue -> data/Shop-logs"]);
  });

  test("of a contract names the fields that are read, in either spelling", () => {
    const publisher = stackOf("net", {
      aws_vpc: { V: ["net/Network/Resource", {}] },
      aws_ssm_parameter: { Contract: ["net/Contract", { name: "/shop/test/net" }] },
    });
    const value = "jsondecode(data.aws_ssm_parameter.Net.insecure_value)";
    const reader = stackOf(
      "work",
      {
        aws_lb: {
          L: [
            "work/Web/Resource",
            { name: "web", vpc: `\${${value}.vpcId}`, subnets: `\${${value}["subnetIds"]}` },
          ],
        },
      },
      { aws_ssm_parameter: { Net: ["work/Net", { name: "/shop/test/net" }] } },
    );
    expect(arrows(platformGraph([publisher, reader]), "contract")).toEqual(["net -> work: subnetIds, vpcId"]);
  });
});

test("is the same graph for the same stacks, in whatever order their blocks are written", () => {
  const blocks = {
    aws_s3_bucket: { B: ["data/B/Resource", { bucket: "b" }], A: ["data/A/Resource", { bucket: "a" }] },
  } as const;
  const turned = {
    aws_s3_bucket: { A: blocks.aws_s3_bucket.A, B: blocks.aws_s3_bucket.B },
  };
  expect(platformGraph([stackOf("data", turned)])).toEqual(platformGraph([stackOf("data", blocks)]));
});
