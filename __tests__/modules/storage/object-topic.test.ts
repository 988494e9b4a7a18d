import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { ObjectTopic } from "../../../modules";
import { statementsOf, tlsStatement } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aBucketReference, aQueue, aTopic } from "../../support/storage";
import { ACCOUNT, REGION, synth } from "../../support/synth";

const MANIFESTS = "arn:aws:sns:eu-central-1:123456789012:manifests";

test("is encrypted, TLS only, and open to its bucket alone", () => {
  const topic = synth((stack) => aTopic(stack)).one("aws_sns_topic", {
    name: "manifests",
    kms_master_key_id: "alias/orders",
  });
  expect(statementsOf(topic.policy)).toEqual([
    tlsStatement("sns:Publish", MANIFESTS),
    {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sns:Publish",
      Resource: MANIFESTS,
      Condition: {
        ArnEquals: { "aws:SourceArn": "arn:aws:s3:::raw" },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      },
    },
  ]);
});

test("is told of new objects once it lets S3 send", () => {
  const notification = synth((stack) => aTopic(stack)).one("aws_s3_bucket_notification", { bucket: "raw" });
  expect(notification.topic).toEqual([
    { topic_arn: MANIFESTS, events: ["s3:ObjectCreated:*"], filter_prefix: "manifests/" },
  ]);
  expect(notification.depends_on).toEqual([expect.stringMatching(/^aws_sns_topic\.Topic_\w+$/)]);
});

test("is told of an ending and of objects that go, where it asks for them", () => {
  const tf = synth((stack) => aTopic(stack, { suffix: ".json", removals: true }));
  expect(tf.one("aws_s3_bucket_notification").topic).toEqual([
    {
      topic_arn: MANIFESTS,
      events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
      filter_prefix: "manifests/",
      filter_suffix: ".json",
    },
  ]);
});

test("shares the bucket's notification with queues", () => {
  const tf = synth((stack) => {
    const source = aBucketReference(stack);
    source.addNotification(aQueue(stack), { prefix: "events/" });
    aTopic(stack, { source });
  });
  const { queue, topic } = tf.one("aws_s3_bucket_notification");
  expect(queue).toMatchObject([{ filter_prefix: "events/" }]);
  expect(topic).toMatchObject([{ filter_prefix: "manifests/" }]);
});

test("rejects what a queue is told already", () => {
  const overlap = () =>
    synth((stack) => {
      const source = aBucketReference(stack);
      source.addNotification(aQueue(stack), { prefix: "manifests/" });
      aTopic(stack, { source });
    });
  expect(messageOf(overlap)).toBe("Test/Raw: prefix must not overlap manifests/*, got manifests/*");
});

test("sends queues the message of S3 as it is, after they let it", () => {
  const tf = synth((stack) => aTopic(stack).subscribe(stack, "Subscription", aQueue(stack)));
  const subscription = tf.one("aws_sns_topic_subscription", { protocol: "sqs", raw_message_delivery: true });
  expect(subscription.topic_arn).toMatch(/^\$\{aws_sns_topic\.Topic_\w+\.arn}$/);
  expect(subscription.endpoint).toMatch(/^\$\{aws_sqs_queue\.Work_\w+\.arn}$/);
  expect(tf.one("aws_sqs_queue", { name: "orders" }).policy).toContain(`"aws:SourceArn":"${MANIFESTS}"`);
});

test("is subscribed to from another stack by its literal ARN", () => {
  const app = Testing.app();
  const [data, pipeline] = ["data", "pipeline"].map((name) => {
    const stack = new TerraformStack(app, name);
    new AwsProvider(stack, "Aws", { region: REGION, allowedAccountIds: [ACCOUNT] });
    return stack;
  });
  if (!data || !pipeline) throw new Error("there are two stacks");
  const topic = aTopic(data);
  const subscription = topic.subscribe(pipeline, "Subscription", aQueue(pipeline));
  expect(subscription.topicArnInput).toBe(MANIFESTS);
});

test("is referred to without making anything", () => {
  const tf = synth((stack) => {
    const props = { topicName: "manifests", keyAlias: "alias/orders" };
    expect(ObjectTopic.fromName(stack, "Manifests", props).topicArn).toBe(MANIFESTS);
  });
  expect(tf.json.resource).toBeUndefined();
});
