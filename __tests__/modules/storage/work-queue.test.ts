import { WorkQueue, type WorkQueueProps } from "../../../modules";
import { granted, keyStatement, statementsOf, tlsStatement } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aQueue } from "../../support/storage";
import { synth } from "../../support/synth";

const ORDERS = "arn:aws:sqs:eu-central-1:123456789012:orders";

test("sets a message aside after five deliveries unless told otherwise", () => {
  const queue = synth((stack) => aQueue(stack)).one("aws_sqs_queue", { name: "orders" });
  expect(JSON.parse(String(queue.redrive_policy))).toEqual({
    deadLetterTargetArn: `${ORDERS}-dead`,
    maxReceiveCount: 5,
  });
  const patient = synth((stack) => aQueue(stack, { maxReceiveCount: 9 }));
  expect(patient.one("aws_sqs_queue", { name: "orders" }).redrive_policy).toContain('"maxReceiveCount":9');
});

test("hides a message for 30 seconds, keeps it 4 days and a dead one 14", () => {
  const tf = synth((stack) => aQueue(stack));
  tf.one("aws_sqs_queue", {
    name: "orders",
    visibility_timeout_seconds: 30,
    message_retention_seconds: 345_600,
  });
  tf.one("aws_sqs_queue", { name: "orders-dead", message_retention_seconds: 1_209_600 });
});

test("takes other times in seconds and days", () => {
  const times = { visibilityTimeoutSeconds: 60, retentionDays: 1, deadLetterRetentionDays: 2 };
  const tf = synth((stack) => aQueue(stack, times));
  tf.one("aws_sqs_queue", {
    name: "orders",
    visibility_timeout_seconds: 60,
    message_retention_seconds: 86_400,
  });
  tf.one("aws_sqs_queue", { name: "orders-dead", message_retention_seconds: 172_800 });
});

test("keeps its defaults when a caller passes undefined", () => {
  const tf = synth((stack) => aQueue(stack, { visibilityTimeoutSeconds: undefined } as object));
  tf.one("aws_sqs_queue", { name: "orders", visibility_timeout_seconds: 30 });
});

test("encrypts both queues with the key", () => {
  const tf = synth((stack) => aQueue(stack));
  expect(tf.all("aws_sqs_queue", { kms_master_key_id: "alias/orders" })).toHaveLength(2);
});

test("has dead letters from its own queue alone, which is made after it", () => {
  const tf = synth((stack) => aQueue(stack));
  const dead = tf.one("aws_sqs_queue", { name: "orders-dead" });
  expect(JSON.parse(String(dead.redrive_allow_policy))).toEqual({
    redrivePermission: "byQueue",
    sourceQueueArns: [ORDERS],
  });
  const { depends_on } = tf.one("aws_sqs_queue", { name: "orders" });
  expect(depends_on).toEqual([expect.stringMatching(/^aws_sqs_queue\.Work_DeadLetterQueue_\w+$/)]);
});

test("takes nothing but TLS, in both queues", () => {
  const tf = synth((stack) => aQueue(stack));
  for (const name of ["orders", "orders-dead"]) {
    const { policy } = tf.one("aws_sqs_queue", { name });
    expect(statementsOf(policy)).toEqual([
      tlsStatement("sqs:*", `arn:aws:sqs:eu-central-1:123456789012:${name}`),
    ]);
  }
});

test("lets a bucket of its account send, and no other", () => {
  const tf = synth((stack) => aQueue(stack).grantSendFromBucket("arn:aws:s3:::raw"));
  const { policy } = tf.one("aws_sqs_queue", { name: "orders" });
  expect(statementsOf(policy)).toEqual([
    tlsStatement("sqs:*", ORDERS),
    {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: ORDERS,
      Condition: {
        ArnEquals: { "aws:SourceArn": "arn:aws:s3:::raw" },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      },
    },
  ]);
});

test("lets a topic send, named whole", () => {
  const topic = "arn:aws:sns:eu-central-1:123456789012:manifests";
  const tf = synth((stack) => {
    const queue = aQueue(stack);
    queue.grantSendFromTopic(topic);
    queue.grantSendFromTopic(topic);
  });
  const { policy } = tf.one("aws_sqs_queue", { name: "orders" });
  expect(statementsOf(policy).slice(1)).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: ORDERS,
      Condition: { ArnEquals: { "aws:SourceArn": topic } },
    },
  ]);
});

test("says twice to the same bucket what it says once", () => {
  const tf = synth((stack) => {
    const queue = aQueue(stack);
    queue.grantSendFromBucket("arn:aws:s3:::raw");
    queue.grantSendFromBucket("arn:aws:s3:::raw");
  });
  expect(statementsOf(tf.one("aws_sqs_queue", { name: "orders" }).policy)).toHaveLength(2);
});

test("lets a consumer take messages and put them back", () => {
  expect(granted((stack, role) => aQueue(stack).grantConsume(role))).toEqual([
    {
      Effect: "Allow",
      Action: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
      ],
      Resource: ORDERS,
    },
    keyStatement("sqs", "kms:Decrypt"),
  ]);
});

const ranges: [keyof WorkQueueProps, number, number, Partial<WorkQueueProps>][] = [
  ["visibilityTimeoutSeconds", 0, 43_200, {}],
  ["maxReceiveCount", 1, 1_000, {}],
  ["retentionDays", 1, 13, {}],
  ["deadLetterRetentionDays", 2, 14, { retentionDays: 1 }],
];

describe.each(ranges)("%s", (prop, least, most, others) => {
  test.each([least, most])("admits %d", (value) => {
    expect(() => synth((stack) => aQueue(stack, { ...others, [prop]: value }))).not.toThrow();
  });
});

test.each([
  ["visibilityTimeoutSeconds", -1, "0 to 43200"],
  ["visibilityTimeoutSeconds", 43_201, "0 to 43200"],
  ["visibilityTimeoutSeconds", 1.5, "0 to 43200"],
  ["visibilityTimeoutSeconds", Number.NaN, "0 to 43200"],
  ["maxReceiveCount", 0, "1 to 1000"],
  ["maxReceiveCount", 1_001, "1 to 1000"],
  ["retentionDays", 0, "1 to 14"],
  ["deadLetterRetentionDays", 15, "1 to 14"],
])("rejects %s of %d", (prop, value, range) => {
  const make = () => synth((stack) => aQueue(stack, { [prop]: value }));
  expect(messageOf(make)).toBe(`Test/Work: ${prop} must be a whole number of ${range}, got ${value}`);
});

test.each([
  [14, 14],
  [5, 4],
])(
  "rejects %d days for a message and %d for a dead one, whose age counts from when it was sent",
  (retentionDays, deadLetterRetentionDays) => {
    const make = () => synth((stack) => aQueue(stack, { retentionDays, deadLetterRetentionDays }));
    expect(messageOf(make)).toBe(
      `Test/Work: deadLetterRetentionDays must be more than retentionDays (${retentionDays}), got ${deadLetterRetentionDays}`,
    );
  },
);

test("rejects all mistakes at once", () => {
  const make = () => synth((stack) => aQueue(stack, { maxReceiveCount: 0, visibilityTimeoutSeconds: -1 }));
  expect(messageOf(make).split("\n")).toEqual([
    "Test/Work: visibilityTimeoutSeconds must be a whole number of 0 to 43200, got -1",
    "Test/Work: maxReceiveCount must be a whole number of 1 to 1000, got 0",
  ]);
});

test("lets a grantee count what waits, of a queue that another stack makes too", () => {
  const statements = granted((stack, role) =>
    WorkQueue.fromName(stack, "Elsewhere", { queueName: "orders" }).grantMeasure(role),
  );
  expect(statements).toEqual([
    {
      Effect: "Allow",
      Action: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
      Resource: [ORDERS, `${ORDERS}-dead`],
    },
  ]);
});
