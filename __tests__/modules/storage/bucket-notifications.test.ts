import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { messageOf } from "../../support/message-of";
import { aBucketReference, aQueue } from "../../support/storage";
import { ACCOUNT, REGION, type Synthesised, synth } from "../../support/synth";

const notify = (...filters: { prefix: string; suffix?: string }[]): Synthesised =>
  synth((stack) => {
    const reference = aBucketReference(stack);
    for (const [index, filter] of filters.entries()) {
      reference.addNotification(aQueue(stack, { queueName: `q${index}` }), filter);
    }
  });

test("tells a queue of every new object below a prefix, once the queue lets it", () => {
  const tf = notify({ prefix: "events/" });
  const notification = tf.one("aws_s3_bucket_notification", { bucket: "raw" });
  expect(notification.queue).toEqual([
    {
      queue_arn: "arn:aws:sqs:eu-central-1:123456789012:q0",
      events: ["s3:ObjectCreated:*"],
      filter_prefix: "events/",
    },
  ]);
  expect(notification.depends_on).toEqual([expect.stringMatching(/^aws_sqs_queue\.Work-q0_\w+$/)]);
  expect(tf.one("aws_sqs_queue", { name: "q0" }).policy).toContain('"aws:SourceArn":"arn:aws:s3:::raw"');
});

test("is shared by all queues of a bucket, and waits for each", () => {
  const notification = notify({ prefix: "a/" }, { prefix: "b/", suffix: ".json" }, { prefix: "c/" }).one(
    "aws_s3_bucket_notification",
  );
  expect(notification.queue).toMatchObject([
    { queue_arn: expect.stringMatching(/:q0$/), filter_prefix: "a/" },
    { queue_arn: expect.stringMatching(/:q1$/), filter_prefix: "b/", filter_suffix: ".json" },
    { queue_arn: expect.stringMatching(/:q2$/), filter_prefix: "c/" },
  ]);
  expect(notification.depends_on).toEqual(
    ["q0", "q1", "q2"].map((name) => expect.stringMatching(`^aws_sqs_queue\\.Work-${name}_\\w+$`)),
  );
});

test("admits the same prefix with endings that exclude each other", () => {
  const tf = notify({ prefix: "a/", suffix: ".json" }, { prefix: "a/", suffix: ".parquet" });
  expect(tf.one("aws_s3_bucket_notification").queue).toHaveLength(2);
});

test.each([
  ["the same prefix", { prefix: "a/" }, { prefix: "a/" }, "a/*", "a/*"],
  ["a prefix inside", { prefix: "a/" }, { prefix: "a/b/" }, "a/*", "a/b/*"],
  ["a prefix around", { prefix: "a/b/" }, { prefix: "a/" }, "a/b/*", "a/*"],
  ["an ending inside", { prefix: "a/", suffix: ".json" }, { prefix: "a/" }, "a/*.json", "a/*"],
  [
    "an ending of an ending",
    { prefix: "a/", suffix: ".json" },
    { prefix: "a/", suffix: "n" },
    "a/*.json",
    "a/*n",
  ],
])("rejects %s beside another", (_, first, second, known, got) => {
  expect(messageOf(() => notify(first, second))).toBe(
    `Test/Raw: prefix must not overlap ${known}, got ${got}`,
  );
});

test("tells of objects that go where it is told to", () => {
  const tf = synth((stack) =>
    aBucketReference(stack).addNotification(aQueue(stack), { prefix: "a/", removals: true }),
  );
  expect(tf.one("aws_s3_bucket_notification").queue).toMatchObject([
    { events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], filter_prefix: "a/" },
  ]);
});

test("is shared by all references to a bucket, because a second one would replace the first", () => {
  const tf = synth((stack) => {
    for (const id of ["One", "Two"]) {
      const filter = { prefix: `${id}/` };
      aBucketReference(stack, id).addNotification(aQueue(stack, { queueName: id }), filter);
    }
  });
  expect(tf.one("aws_s3_bucket_notification").queue).toMatchObject([
    { filter_prefix: "One/" },
    { filter_prefix: "Two/" },
  ]);
});

test("rejects an overlap of two references to a bucket", () => {
  const overlap = () =>
    synth((stack) => {
      for (const id of ["One", "Two"]) {
        aBucketReference(stack, id).addNotification(aQueue(stack, { queueName: id }), { prefix: "a/" });
      }
    });
  expect(messageOf(overlap)).toBe("Test/Two: prefix must not overlap a/*, got a/*");
});

test("rejects a second stack, which would replace what the first has", () => {
  const app = Testing.app();
  const add = (name: string) => {
    const stack = new TerraformStack(app, name);
    new AwsProvider(stack, "Aws", { region: REGION, allowedAccountIds: [ACCOUNT] });
    aBucketReference(stack).addNotification(aQueue(stack), { prefix: `${name}/` });
  };
  add("pipeline");
  expect(messageOf(() => add("database"))).toBe(
    "database/Raw: bucket raw must have its notifications in one stack, pipeline has them: make an ObjectTopic there",
  );
  expect(app.node.findAll().filter((node) => node.node.id === "Notification")).toHaveLength(1);
});
