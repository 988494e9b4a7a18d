import { addStatement, firstOf, holdsEverywhere, listOf, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

/** CloudWatch Logs names the log group in the encryption context, and passes no source. */
const LOGS = "kms:EncryptionContext:aws:logs:arn";

/**
 * A service that a resource's policy lets in must come on behalf of a resource of ours, named whole. A trust
 * policy is another matter: Lambda passes no source to it.
 */
function violations(json: StackJson): string[] {
  return statementsIn(json)
    .filter(({ Effect, type }) => Effect === "Allow" && type !== "aws_iam_role")
    .flatMap(({ address, Principal, Condition = {} }) => {
      const services = typeof Principal === "object" ? listOf(Principal.Service) : [];
      if (services.length === 0) return [];
      const has = (operators: readonly string[], key: string) =>
        operators.some((operator) => {
          const values = listOf(Condition[operator]?.[key]);
          return values.length > 0 && values.every((value) => !/[*?]/.test(value));
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
