import { TerraformStack, Testing } from "cdktf";
import { type LambdaStageProps, ObjectTopic, Role } from "../../../modules";
import { keyStatement, statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aBundle, aStage } from "../../support/stage";
import { aBucketReference } from "../../support/storage";
import { synth } from "../../support/synth";

type Sizes = Partial<LambdaStageProps<{ QUEUE_URL: string; TARGET: string }>>;

const stage = (props: Sizes = {}) => synth((stack) => aStage(stack, props));

test("runs Node 22 on arm64, in 512 MiB for a minute, unless told otherwise", () => {
  stage().one("aws_lambda_function", {
    function_name: "orders",
    description: "Takes orders",
    runtime: "nodejs22.x",
    architectures: ["arm64"],
    handler: "index.handler",
    memory_size: 512,
    timeout: 60,
  });
  stage({ memoryMiB: 1024, timeoutSeconds: 30 }).one("aws_lambda_function", {
    memory_size: 1024,
    timeout: 30,
  });
});

test("takes ten messages at once without waiting, ten calls at a time, unless told otherwise", () => {
  stage().one("aws_lambda_event_source_mapping", {
    batch_size: 10,
    maximum_batching_window_in_seconds: 0,
    scaling_config: { maximum_concurrency: 10 },
  });
  stage({ batchSize: 100, batchWindowSeconds: 5, maximumConcurrency: 2 }).one(
    "aws_lambda_event_source_mapping",
    { batch_size: 100, maximum_batching_window_in_seconds: 5, scaling_config: { maximum_concurrency: 2 } },
  );
});

test("gives back each failed message alone", () => {
  stage().one("aws_lambda_event_source_mapping", { function_response_types: ["ReportBatchItemFailures"] });
});

test("sets a message aside after five deliveries unless told otherwise", () => {
  const redrive = (props?: Sizes) => stage(props).one("aws_sqs_queue", { name: "orders" }).redrive_policy;
  expect(redrive()).toContain('"maxReceiveCount":5');
  expect(redrive({ maxReceiveCount: 8 })).toContain('"maxReceiveCount":8');
});

test.each<[string, Sizes, number]>([
  ["six times the time-out", {}, 360],
  ["and the batch window", { timeoutSeconds: 100, batchWindowSeconds: 5 }, 605],
  ["or as long as it is told", { visibilityTimeoutSeconds: 1_000 }, 1_000],
  ["or the least that AWS advises", { visibilityTimeoutSeconds: 360 }, 360],
])("hides a delivered message for %s", (_, props, seconds) => {
  stage(props).one("aws_sqs_queue", { name: "orders", visibility_timeout_seconds: seconds });
});

test("keeps its log for 30 days unless told otherwise", () => {
  stage().one("aws_cloudwatch_log_group", { name: "/aws/lambda/orders", retention_in_days: 30 });
  stage({ logRetentionDays: 7 }).one("aws_cloudwatch_log_group", { retention_in_days: 7 });
});

test("hands the function its own variables and the queue's URL", () => {
  const { environment } = stage().one("aws_lambda_function");
  expect(environment).toEqual({
    variables: {
      TARGET: "curated",
      QUEUE_URL: expect.stringMatching(/^\$\{aws_sqs_queue\.\w+\.url}$/),
    },
  });
});

test("ships the bundle as it is, and changes the function when it changes", () => {
  const { filename, source_code_hash } = stage().one("aws_lambda_function");
  expect(filename).toMatch(/^assets\/Stage_Code_\w+\/[0-9A-F]{32}\/orders\.zip$/);
  expect(source_code_hash).toBe("c2hhMjU2");
});

test("has a role that can read its source and its variables, take its messages, write its log, and nothing else", () => {
  const tf = stage();
  expect(tf.one("aws_lambda_function").role).toMatch(/^\$\{aws_iam_role\.Stage_Role_\w+\.arn}$/);
  expect(statementsOf(tf.one("aws_iam_role_policy").policy)).toEqual([
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/orders:*",
    },
    keyStatement("lambda", "kms:Decrypt"),
    {
      Effect: "Allow",
      Action: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
      ],
      Resource: "arn:aws:sqs:eu-central-1:123456789012:orders",
    },
    keyStatement("sqs", "kms:Decrypt"),
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::raw/events/*" },
    keyStatement("s3", "kms:Decrypt"),
  ]);
});

test("has a literal ARN", () => {
  synth((stack) => {
    const { functionArn } = aStage(stack);
    expect(functionArn).toBe("arn:aws:lambda:eu-central-1:123456789012:function:orders");
  });
});

test("is told of new objects below its prefix", () => {
  stage({ suffix: ".json" }).one("aws_s3_bucket_notification", {
    bucket: "raw",
    queue: [
      {
        queue_arn: "arn:aws:sqs:eu-central-1:123456789012:orders",
        events: ["s3:ObjectCreated:*"],
        filter_prefix: "events/",
        filter_suffix: ".json",
      },
    ],
  });
});

test("says the order that literal ARNs hide", () => {
  const tf = stage();
  const waits = (type: string, match = {}) => tf.one(type, match).depends_on;
  expect(waits("aws_lambda_function")).toEqual([
    expect.stringMatching(/^aws_cloudwatch_log_group\.Stage_LogGroup_/),
    expect.stringMatching(/^aws_iam_role\.Stage_Role_/),
    expect.stringMatching(/^aws_iam_role_policy\.Stage_Role_Access_/),
  ]);
  expect(waits("aws_lambda_event_source_mapping")).toEqual([
    expect.stringMatching(/^aws_iam_role\.Stage_Role_/),
    expect.stringMatching(/^aws_iam_role_policy\.Stage_Role_Access_/),
  ]);
  expect(waits("aws_s3_bucket_notification")).toEqual([
    expect.stringMatching(/^aws_sqs_queue\.Stage_Queue_/),
  ]);
});

test("shares its bucket with another stage, each with a queue and a role of its own", () => {
  const tf = synth((stack) => {
    const source = aBucketReference(stack);
    aStage(stack, { source, prefix: "a/" });
    const scope = new Role(stack, "Other", { roleName: "x", service: "x.amazonaws.com", description: "x" });
    aStage(scope as never, { source, prefix: "b/", stageName: "returns" });
  });
  expect(tf.one("aws_s3_bucket_notification").queue).toMatchObject([
    { queue_arn: expect.stringMatching(/:orders$/), filter_prefix: "a/" },
    { queue_arn: expect.stringMatching(/:returns$/), filter_prefix: "b/" },
  ]);
});

test.each<[keyof Sizes, number, Sizes]>([
  ["memoryMiB", 128, {}],
  ["memoryMiB", 10_240, {}],
  ["timeoutSeconds", 1, {}],
  ["timeoutSeconds", 900, {}],
  ["batchSize", 1, {}],
  ["batchSize", 10_000, { batchWindowSeconds: 1 }],
  ["batchWindowSeconds", 0, {}],
  ["batchWindowSeconds", 300, {}],
  ["maximumConcurrency", 2, {}],
  ["maximumConcurrency", 1_000, {}],
  ["maxReceiveCount", 5, {}],
  ["maxReceiveCount", 1_000, {}],
  ["visibilityTimeoutSeconds", 360, {}],
  ["visibilityTimeoutSeconds", 43_200, {}],
  ["ephemeralStorageMiB", 512, {}],
  ["ephemeralStorageMiB", 10_240, {}],
  ["reservedConcurrency", 10, {}],
  ["reservedConcurrency", 2, { maximumConcurrency: 2 }],
  ["oldestMessageAlarmSeconds", 60, {}],
  ["oldestMessageAlarmSeconds", 345_600, {}],
])("admits %s of %d", (prop, value, others) => {
  stage({ ...others, [prop]: value });
});

test.each<[keyof Sizes, number, string]>([
  ["memoryMiB", 127, "must be 128 to 10240"],
  ["memoryMiB", 10_241, "must be 128 to 10240"],
  ["memoryMiB", 512.5, "must be 128 to 10240"],
  ["timeoutSeconds", 0, "must be 1 to 900"],
  ["timeoutSeconds", 901, "must be 1 to 900"],
  ["batchSize", 0, "must be 1 to 10000"],
  ["batchWindowSeconds", -1, "must be 0 to 300, and at least 1 when batchSize is above 10"],
  ["batchWindowSeconds", 301, "must be 0 to 300, and at least 1 when batchSize is above 10"],
  ["maximumConcurrency", 1, "must be 2 to 1000"],
  ["maximumConcurrency", 1_001, "must be 2 to 1000"],
  ["maxReceiveCount", 4, "must be 5 to 1000, because a throttled call counts too"],
  ["maxReceiveCount", 1_001, "must be 5 to 1000, because a throttled call counts too"],
  ["visibilityTimeoutSeconds", 359, "must be 6 × timeoutSeconds + batchWindowSeconds (360) to 43200"],
  ["visibilityTimeoutSeconds", 43_201, "must be 6 × timeoutSeconds + batchWindowSeconds (360) to 43200"],
  ["ephemeralStorageMiB", 511, "must be 512 to 10240"],
  ["ephemeralStorageMiB", 10_241, "must be 512 to 10240"],
  [
    "reservedConcurrency",
    9,
    "must be maximumConcurrency (10) or more, because calls above it are throttled and count as deliveries",
  ],
  ["oldestMessageAlarmSeconds", 59, "must be 60 to 345600, when the message is gone"],
  ["oldestMessageAlarmSeconds", 345_601, "must be 60 to 345600, when the message is gone"],
])("rejects %s of %d", (prop, value, rule) => {
  // Another visibility than the derived one, so that one number is wrong and not two.
  const others = prop === "visibilityTimeoutSeconds" ? {} : { visibilityTimeoutSeconds: 43_200 };
  expect(messageOf(() => stage({ ...others, [prop]: value }))).toBe(
    `Test/Stage: ${prop} ${rule}, got ${value}`,
  );
});

test("rejects more than ten messages at once without a window to collect them", () => {
  expect(messageOf(() => stage({ batchSize: 11 }))).toBe(
    "Test/Stage: batchWindowSeconds must be 0 to 300, and at least 1 when batchSize is above 10, got 0",
  );
});

test("rejects all mistakes at once", () => {
  expect(messageOf(() => stage({ memoryMiB: 1, maximumConcurrency: 1 })).split("\n")).toEqual([
    "Test/Stage: memoryMiB must be 128 to 10240, got 1",
    "Test/Stage: maximumConcurrency must be 2 to 1000, got 1",
  ]);
});

test("rejects a function that misses a variable, at compile time", () => {
  const stack = new TerraformStack(Testing.app(), "Test");
  // @ts-expect-error TARGET is missing
  expect(() => aStage(stack, { bundle: aBundle(), environment: {} })).toThrow();
});

test("rejects a reserve of nothing, which would stop the function", () => {
  expect(messageOf(() => stage({ reservedConcurrency: 0 })).split("\n")).toEqual([
    "Test/Stage: reservedConcurrency must be a whole number of 1 or more, as 0 stops the function, got 0",
    "Test/Stage: reservedConcurrency must be maximumConcurrency (10) or more, because calls above it are throttled and count as deliveries, got 0",
  ]);
});

test("rejects a network without subnets", () => {
  expect(messageOf(() => stage({ vpc: { vpcId: "vpc-1", subnetIds: [] } }))).toBe(
    "Test/Stage: vpc must hold at least one of subnetIds, got none",
  );
});

test("rejects what a topic has said already", () => {
  const message = messageOf(() =>
    synth((stack) => {
      const topic = ObjectTopic.fromName(stack, "Topic", { topicName: "new", keyAlias: "alias/orders" });
      aStage(stack, { topic, suffix: ".json", removals: false });
    }),
  );
  expect(message.split("\n")).toEqual([
    "Test/Stage: suffix must be left to the topic new, got .json",
    "Test/Stage: removals must be left to the topic new, got false",
  ]);
});
