import type { PolicyStatement } from "../support/granted";
import { addStatement, firstOf, holdsEverywhere, listOf, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

/** CloudWatch Logs names the log group in the encryption context, and passes no source. */
const LOGS = "kms:EncryptionContext:aws:logs:arn";

/** Services that pass no source when they take a role. */
const SOURCELESS = ["ec2.amazonaws.com", "lambda.amazonaws.com"];

/** What is known too late, or is of all stacks, is named by its kind, in one account and region: by service. */
const KINDS: Readonly<Record<string, RegExp>> = {
  "vpc-flow-logs.amazonaws.com": /^arn:aws:ec2:[a-z0-9-]+:\d{12}:vpc-flow-log\/\*$/,
  "cloudwatch.amazonaws.com": /^arn:aws:cloudwatch:[a-z0-9-]+:\d{12}:alarm:\*$/,
  // Tasks have no name of their own: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
  "ecs-tasks.amazonaws.com": /^arn:aws:ecs:[a-z0-9-]+:\d{12}:\*$/,
  // AWS makes the ids of clusters.
  "elasticmapreduce.amazonaws.com": /^arn:aws:elasticmapreduce:[a-z0-9-]+:\d{12}:\*$/,
  // AWS makes the end of the load balancer's ARN.
  "logdelivery.elasticloadbalancing.amazonaws.com":
    /^arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/app\/[\w-]+\/\*$/,
  "delivery.logs.amazonaws.com": /^arn:aws:logs:[a-z0-9-]+:\d{12}:\*$/,
};

/** Services that say no account; the ARN of the source, named whole but for its end, holds it. */
const WITHOUT_ACCOUNT = ["sns.amazonaws.com", "logdelivery.elasticloadbalancing.amazonaws.com"];
const HOLDS_ACCOUNT = /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d{12}:[^*?]+(\/\*)?$/;

/**
 * A service that a resource's policy lets in, or that takes a role, must come on behalf of a resource of ours, named
 * whole.
 */
function violations(json: StackJson): string[] {
  return statementsIn(json)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ address, type, Principal, Condition = {} }) => {
      const isTrust = type === "aws_iam_role";
      const services = (typeof Principal === "object" ? listOf(Principal.Service) : []).filter(
        (name) => !(isTrust && SOURCELESS.includes(name)),
      );
      if (services.length === 0) return [];
      const has = (operators: readonly string[], key: string) =>
        operators.some((operator) => {
          const values = listOf(Condition[operator]?.[key]);
          return (
            values.length > 0 &&
            values.every(
              (value) => !/[*?]/.test(value) || services.every((name) => KINDS[name]?.test(value) === true),
            )
          );
        });
      if (services.every((name) => name.startsWith("logs.")) && has(["ArnEquals"], LOGS)) return [];
      return [
        ...(has(["ArnEquals", "ArnLike", "StringEquals"], "aws:SourceArn")
          ? []
          : [`${address} lets in ${services} for any resource`]),
        ...(has(["StringEquals"], "aws:SourceAccount") || accountIsInSource(services, Condition)
          ? []
          : [`${address} lets in ${services} for any account`]),
      ];
    });
}

function accountIsInSource(
  services: readonly string[],
  conditions: NonNullable<PolicyStatement["Condition"]>,
): boolean {
  const sources = ["ArnEquals", "ArnLike"].flatMap((operator) =>
    listOf(conditions[operator]?.["aws:SourceArn"]),
  );
  return (
    services.every((name) => WITHOUT_ACCOUNT.includes(name)) &&
    sources.length > 0 &&
    sources.every((source) => HOLDS_ACCOUNT.test(source))
  );
}

holdsEverywhere(violations);

const allow = (stack: string, type: string, statement: object) =>
  spoilt(stack, (json) =>
    addStatement(firstOf(json, type), "policy", { Effect: "Allow", Resource: "*", ...statement }),
  );

test("catches a service that comes for anybody", () => {
  const json = allow("pipeline", "aws_sqs_queue", {
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
  });
  expect(violations(json)).toEqual([
    expect.stringMatching(/ lets in s3\.amazonaws\.com for any resource$/),
    expect.stringMatching(/ lets in s3\.amazonaws\.com for any account$/),
  ]);
});

test.each([
  ["a pattern for a source", { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } }],
  ["a source that may be missing", { ArnEqualsIfExists: { "aws:SourceArn": "arn:aws:s3:::raw" } }],
])("catches %s", (_, source) => {
  const json = allow("state", "aws_kms_key", {
    Principal: { Service: "s3.amazonaws.com" },
    Action: "kms:Decrypt",
    Condition: { ...source, StringEquals: { "aws:SourceAccount": "111111111111" } },
  });
  expect(violations(json)).toEqual([expect.stringMatching(/ for any resource$/)]);
});

test("catches CloudWatch Logs for all log groups", () => {
  const json = allow("state", "aws_kms_key", {
    Principal: { Service: "logs.eu-central-1.amazonaws.com" },
    Action: "kms:Decrypt",
    Condition: { ArnLike: { [LOGS]: "arn:aws:logs:*:*:*" } },
  });
  expect(violations(json)).toHaveLength(2);
});

test.each([
  ["no condition", undefined, 2],
  ["any source of the account", { StringEquals: { "aws:SourceAccount": "111111111111" } }, 1],
  [
    "flow logs of all accounts",
    {
      StringEquals: { "aws:SourceAccount": "111111111111" },
      ArnLike: { "aws:SourceArn": "arn:aws:ec2:*:*:vpc-flow-log/*" },
    },
    1,
  ],
])("catches a role that a service takes under %s", (_, Condition, count) => {
  const json = spoilt("network", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role"), "assume_role_policy", {
      ...{ Effect: "Allow", Principal: { Service: "vpc-flow-logs.amazonaws.com" }, Action: "sts:AssumeRole" },
      ...(Condition ? { Condition } : {}),
    }),
  );
  expect(violations(json)).toHaveLength(count);
});

const TOPIC = "arn:aws:sns:eu-central-1:111111111111:atlas-dev-manifests";
const ALARMS = "arn:aws:cloudwatch:eu-central-1:111111111111:alarm:*";
const ACCOUNT = { StringEquals: { "aws:SourceAccount": "111111111111" } };

test.each<[string, string, string, string, object, number]>([
  ["a queue", "sns", "pipeline", "aws_sqs_queue", {}, 2],
  ["a queue", "sns", "pipeline", "aws_sqs_queue", { ArnLike: { "aws:SourceArn": `${TOPIC}*` } }, 2],
  ["a queue", "sns", "pipeline", "aws_sqs_queue", { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::raw" } }, 1],
  ["a queue", "s3", "pipeline", "aws_sqs_queue", { ArnEquals: { "aws:SourceArn": TOPIC } }, 1],
  ["a topic", "s3", "data", "aws_sns_topic", { ...ACCOUNT, ArnLike: { "aws:SourceArn": ALARMS } }, 1],
  ["a topic", "cloudwatch", "state", "aws_sns_topic", { ArnLike: { "aws:SourceArn": ALARMS } }, 1],
  [
    "a topic",
    "cloudwatch",
    "state",
    "aws_sns_topic",
    { ...ACCOUNT, ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:*" } },
    1,
  ],
])("catches %s that %s sends to from elsewhere, in %s", (_, service, stack, type, Condition, count) => {
  const Principal = { Service: `${service}.amazonaws.com` };
  expect(violations(allow(stack, type, { Principal, Action: "x:Send", Condition }))).toHaveLength(count);
});

test("admits a topic by its whole name, and the alarms of the account", () => {
  const sns = { Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage" };
  const topic = { ArnEquals: { "aws:SourceArn": TOPIC } };
  expect(violations(allow("pipeline", "aws_sqs_queue", { ...sns, Condition: topic }))).toEqual([]);
  const alarms = { Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "sns:Publish" };
  const all = { ...ACCOUNT, ArnLike: { "aws:SourceArn": ALARMS } };
  expect(violations(allow("state", "aws_sns_topic", { ...alarms, Condition: all }))).toEqual([]);
});
