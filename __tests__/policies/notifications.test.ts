import { ENVIRONMENTS, type PlatformJson, platform } from "../support/platform";
import { addResources, firstOf, listOf, refersTo, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** An entry of a bucket's notifications: for which keys, to whom. */
interface Entry {
  readonly address: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly target: string;
}

/**
 * Over all stacks: a bucket has one notification resource, because a second takes the place of the first; no object is
 * told of twice; every queue of work is fed from one place, by a topic as S3 wrote it.
 */
function violations(stacks: PlatformJson): string[] {
  const all = Object.entries(stacks);
  const entries = all.flatMap(([stack, json]) => entriesIn(stack, json));
  const holders = new Map(entries.map(({ address, bucket }) => [address, bucket]));
  const topics = new Set(namesOf(stacks, "aws_sns_topic"));
  const fed = all.flatMap(([stack, json]) => subscriptionsIn(stack, json, topics));
  return [
    ...[...new Set(holders.values())].flatMap((bucket) => {
      const [first, ...others] = [...holders]
        .filter(([, held]) => held === bucket)
        .map(([address]) => address);
      return others.map((other) => `${bucket} is told of by ${first} and ${other}`);
    }),
    ...entries.flatMap((entry, index) =>
      entries
        .slice(index + 1)
        .filter((other) => other.bucket === entry.bucket && nested(entry.prefix, other.prefix))
        .map(({ prefix }) => `${entry.bucket} tells of ${entry.prefix} and of ${prefix}`),
    ),
    ...fed.flatMap(({ mistakes }) => mistakes),
    ...namesOf(stacks, "aws_sqs_queue")
      .filter((name) => !name.endsWith("-dead"))
      .flatMap((name) => {
        const times =
          entries.filter(({ target }) => target === name).length +
          fed.filter(({ queue }) => queue === name).length;
        return times === 1 ? [] : [`${name} is fed from ${times} places`];
      }),
    ...entries
      .filter(({ target }) => !topics.has(target) && !namesOf(stacks, "aws_sqs_queue").includes(target))
      .map(({ address, target }) => `${address} tells ${target}, which is not there`),
  ];
}

const nested = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);

const namesOf = (stacks: PlatformJson, type: string) =>
  Object.values(stacks).flatMap((json) => resources(json, type).map(([, { name }]) => String(name)));

const lastOf = (arn: unknown) => String(arn).split(":").at(-1) ?? "";

function entriesIn(stack: string, json: StackJson): Entry[] {
  return resources(json, "aws_s3_bucket_notification").flatMap(([address, block]) => {
    const [, made] = resources(json, "aws_s3_bucket").find(([id]) => refersTo(block.bucket, id)) ?? [];
    return ["queue", "topic", "lambda_function"].flatMap((kind) =>
      listOf(block[kind] as Block | readonly Block[] | undefined).map((entry) => ({
        address: `${stack}/${address}`,
        bucket: String(made?.bucket ?? block.bucket),
        prefix: String(entry.filter_prefix ?? ""),
        target: lastOf(entry.queue_arn ?? entry.topic_arn ?? entry.lambda_function_arn),
      })),
    );
  });
}

function subscriptionsIn(stack: string, json: StackJson, topics: ReadonlySet<string>) {
  return resources(json, "aws_sns_topic_subscription")
    .filter(([, { protocol }]) => protocol !== "email")
    .map(([id, block]) => {
      const address = `${stack}/${id}`;
      const { protocol, endpoint, raw_message_delivery, filter_policy, topic_arn } = block;
      const [, queue] = resources(json, "aws_sqs_queue").find(([known]) => refersTo(endpoint, known)) ?? [];
      const mistakes = [
        ...(protocol === "sqs" && queue !== undefined ? [] : [`${address} feeds no queue of its stack`]),
        ...(raw_message_delivery === true ? [] : [`${address} wraps what S3 wrote`]),
        ...(filter_policy === undefined ? [] : [`${address} leaves out messages`]),
        ...(topics.has(lastOf(topic_arn)) ? [] : [`${address} hears ${topic_arn}, which is not there`]),
      ];
      return { queue: queue?.name, mistakes };
    });
}

test.each(ENVIRONMENTS)("holds over all stacks of %s", (environment) => {
  expect(violations(platform(environment))).toEqual([]);
});

test("is about two buckets, and seven queues", () => {
  const stacks = platform("dev");
  expect(Object.entries(stacks).flatMap(([stack, json]) => entriesIn(stack, json))).toHaveLength(4);
  expect(namesOf(stacks, "aws_sqs_queue").filter((name) => !name.endsWith("-dead"))).toHaveLength(7);
});

/** The stacks of dev, one of them changed. */
const changed = (stack: string, spoil: Parameters<typeof spoilt>[1]): PlatformJson => ({
  ...platform("dev"),
  [stack]: spoilt(stack, spoil),
});

const RAW = "atlas-dev-raw-111111111111-eu-central-1";
const ROWS = "arn:aws:sqs:eu-central-1:111111111111:atlas-dev-load-rows";

test("catches a second notification resource of a bucket, in another stack", () => {
  const entry = { filter_prefix: "manual/", queue_arn: ROWS };
  const stacks = changed("database", (json) =>
    addResources(json, { aws_s3_bucket_notification: { Again: { bucket: RAW, queue: [entry] } } }),
  );
  expect(violations(stacks)).toEqual([
    expect.stringMatching(
      `^${RAW} is told of by database/aws_s3_bucket_notification\\.Again and pipeline/aws_s3_bucket_notification\\.\\w+$`,
    ),
    "atlas-dev-load-rows is fed from 2 places",
  ]);
});

test("finds the bucket of a notification that refers to it", () => {
  const stacks = changed("data", (json) => {
    const [[id = ""] = []] = resources(json, "aws_s3_bucket").filter(([, { bucket }]) => bucket === RAW);
    const topic = {
      filter_prefix: "other/",
      topic_arn: "arn:aws:sns:eu-central-1:111111111111:atlas-dev-manifests",
    };
    addResources(json, { aws_s3_bucket_notification: { Again: { bucket: `\${${id}.id}`, topic: [topic] } } });
  });
  expect(violations(stacks)).toEqual([expect.stringContaining(`${RAW} is told of by `)]);
});

test.each(["", "events/web/", "events/"])("catches a prefix of %j beside events/", (prefix) => {
  const stacks = changed("pipeline", (json) => {
    const block = firstOf(json, "aws_s3_bucket_notification");
    const [entry] = listOf(block.queue as Block | readonly Block[]);
    block.queue = [entry, { ...entry, filter_prefix: prefix, queue_arn: ROWS }];
  });
  expect(violations(stacks)).toContain(`${RAW} tells of events/ and of ${prefix}`);
});

test.each<[string, object, string]>([
  ["wraps messages", { raw_message_delivery: undefined }, "wraps what S3 wrote"],
  ["leaves out messages", { filter_policy: "{}" }, "leaves out messages"],
  [
    "hears another topic",
    { topic_arn: "arn:aws:sns:eu-central-1:111111111111:x" },
    "hears \\S+, which is not there",
  ],
])("catches a subscription that %s", (_, change, message) => {
  const stacks = changed("database", (json) =>
    Object.assign(firstOf(json, "aws_sns_topic_subscription"), change),
  );
  expect(violations(stacks)).toEqual([
    expect.stringMatching(`^database/aws_sns_topic_subscription\\.LoadRecommendations_\\w+ ${message}$`),
  ]);
});

test("catches a queue that nothing feeds, and a notification that goes nowhere", () => {
  const alone = changed("database", (json) => delete json.resource?.aws_sns_topic_subscription);
  expect(violations(alone)).toEqual([
    "atlas-dev-load-recommendations is fed from 0 places",
    "atlas-dev-load-rows is fed from 0 places",
  ]);
  const nowhere = changed("data", (json) => delete json.resource?.aws_sns_topic);
  expect(violations(nowhere)).toContainEqual(
    expect.stringMatching(
      /^data\/aws_s3_bucket_notification\.\w+ tells atlas-dev-manifests, which is not there$/,
    ),
  );
});
