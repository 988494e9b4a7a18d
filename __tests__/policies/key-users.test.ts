import { statementsOf } from "../support/granted";
import { configOf, ENVIRONMENTS, type Environment, type PlatformJson, platform } from "../support/platform";
import { firstOf, listOf, refersTo, resources, spoilt } from "../support/policies";

/** What a service uses the key for in its own name, and the condition by which the key's policy knows it. */
interface Use {
  readonly service: string;
  readonly key: string;
  readonly source: string;
}

const SOURCE = "aws:SourceArn";

/**
 * The environment's key lets in every service that uses it in its own name: what it refuses is lost without a word, be
 * it a notification, an alarm or a message of a topic.
 */
function violations(stacks: PlatformJson, environment: Environment): string[] {
  const statements = statementsOf(firstOf(stacks.state ?? { terraform: {} }, "aws_kms_key").policy);
  return usesIn(stacks, environment)
    .filter(
      ({ service, key, source }) =>
        !statements.some(
          ({ Effect, Principal, Action, Condition }) =>
            Effect === "Allow" &&
            typeof Principal === "object" &&
            listOf(Principal.Service).includes(service) &&
            ["kms:GenerateDataKey", "kms:Decrypt"].every((action) => listOf(Action).includes(action)) &&
            Object.values(Condition ?? {}).some((test) => listOf(test[key]).includes(source)),
        ),
    )
    .map(({ service, source }) => `the key does not let in ${service} for ${source}`);
}

function usesIn(stacks: PlatformJson, environment: Environment): Use[] {
  const { region, accountId } = configOf(environment);
  const arn = (service: string, name: unknown) => `arn:aws:${service}:${region}:${accountId}:${name}`;
  const all = Object.values(stacks);
  const uses = all.flatMap((json) => [
    ...resources(json, "aws_cloudwatch_log_group").map(([, { name }]) => ({
      service: `logs.${region}.amazonaws.com`,
      key: "kms:EncryptionContext:aws:logs:arn",
      source: arn("logs", `log-group:${name}`),
    })),
    ...resources(json, "aws_s3_bucket_notification").map(([, { bucket }]) => ({
      service: "s3.amazonaws.com",
      key: SOURCE,
      source: `arn:aws:s3:::${bucket}`,
    })),
    ...resources(json, "aws_sns_topic_subscription")
      .filter(([, { protocol }]) => protocol === "sqs")
      .map(([, { topic_arn }]) => {
        const [, topic] = resources(json, "aws_sns_topic").find(([id]) => refersTo(topic_arn, id)) ?? [];
        const source = topic === undefined ? String(topic_arn) : arn("sns", topic.name);
        return { service: "sns.amazonaws.com", key: SOURCE, source };
      }),
    ...resources(json, "aws_cloudwatch_metric_alarm").map(() => ({
      service: "cloudwatch.amazonaws.com",
      key: SOURCE,
      source: arn("cloudwatch", "alarm:*"),
    })),
  ]);
  return [...new Map(uses.map((use) => [`${use.service} ${use.source}`, use])).values()];
}

test.each(ENVIRONMENTS)("holds over all stacks of %s", (environment) => {
  expect(violations(platform(environment), environment)).toEqual([]);
});

test("is about logs, notifications, messages and alarms", () => {
  const services = usesIn(platform("dev"), "dev").map(({ service }) => service);
  expect([...new Set(services)].sort()).toEqual([
    ...["cloudwatch.amazonaws.com", "logs.eu-central-1.amazonaws.com", "s3.amazonaws.com"],
    "sns.amazonaws.com",
  ]);
});

test.each([
  [
    "the load of rows",
    ":atlas-dev-manifests",
    "sns.amazonaws.com for arn:aws:sns:eu-central-1:111111111111:atlas-dev-manifests",
  ],
  [
    "the log of the database",
    "log-group:/aws/rds/cluster/atlas-dev-rows/postgresql",
    "logs.eu-central-1.amazonaws.com for arn:aws:logs:eu-central-1:111111111111:log-group:/aws/rds/cluster/atlas-dev-rows/postgresql",
  ],
  [
    "raw events",
    "atlas-dev-raw-",
    "s3.amazonaws.com for arn:aws:s3:::atlas-dev-raw-111111111111-eu-central-1",
  ],
  ["alarms", ":alarm:*", "cloudwatch.amazonaws.com for arn:aws:cloudwatch:eu-central-1:111111111111:alarm:*"],
])("catches a key that forgets %s", (_, part, message) => {
  const state = spoilt("state", (stack) => {
    const key = firstOf(stack, "aws_kms_key");
    key.policy = String(key.policy).replace(part, `${part}-not`);
  });
  expect(violations({ ...platform("dev"), state }, "dev")).toEqual([`the key does not let in ${message}`]);
});

test("catches a key that a sender may only decrypt with", () => {
  const state = spoilt("state", (stack) => {
    const key = firstOf(stack, "aws_kms_key");
    key.policy = String(key.policy).replaceAll('["kms:GenerateDataKey","kms:Decrypt"]', '"kms:Decrypt"');
  });
  expect(violations({ ...platform("dev"), state }, "dev")).toHaveLength(6);
});
