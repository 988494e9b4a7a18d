import { addStatement, firstOf, holdsEverywhere, listOf, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

/** CloudWatch Logs names the log group in the encryption context, and passes no source. */
const LOGS = "kms:EncryptionContext:aws:logs:arn";

/** Services that pass no source when they take a role. */
const SOURCELESS = ["lambda.amazonaws.com"];

/** What AWS makes has an id that is known too late: it is named by its kind, in one account and region. */
const MADE_BY_AWS = /^arn:aws:ec2:[a-z0-9-]+:\d{12}:vpc-flow-log\/\*$/;

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
            values.every((value) => !/[*?]/.test(value) || (isTrust && MADE_BY_AWS.test(value)))
          );
        });
      if (services.every((name) => name.startsWith("logs.")) && has(["ArnEquals"], LOGS)) return [];
      return [
        ...(has(["ArnEquals", "ArnLike", "StringEquals"], "aws:SourceArn")
          ? []
          : [`${address} lets in ${services} for any resource`]),
        ...(has(["StringEquals"], "aws:SourceAccount")
          ? []
          : [`${address} lets in ${services} for any account`]),
      ];
    });
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
