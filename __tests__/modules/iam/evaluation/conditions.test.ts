import { Catalogue, type ContextValue } from "../../../../modules/iam/evaluation";
import { ACCOUNT, allow, decided, ROLE, refusal, USER } from "./support";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await Catalogue.load(["s3"]);
});

const holds = (operator: string, expected: unknown, value: ContextValue, key = "aws:x") => {
  const identity = [allow({ Condition: { [operator]: { [key]: expected } } })];
  return decided(catalogue, { identity }, { context: { [key]: value } }).decision === "allowed";
};

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
test.each<[string, unknown, ContextValue, boolean]>([
  ["StringEquals", "a", "a", true],
  ["StringEquals", "a", "A", false],
  ["StringEquals", ["b", "a"], "a", true],
  ["StringEquals", "a*", "ab", false],
  ["StringEquals", `a\${*}`, "a*", true],
  ["StringNotEquals", ["a", "b"], "c", true],
  ["StringNotEquals", ["a", "b"], "b", false],
  ["StringEqualsIgnoreCase", "a", "A", true],
  ["StringNotEqualsIgnoreCase", "a", "A", false],
  ["StringLike", "a*c", "abc", true],
  ["StringLike", "a*", "a:b/c", true],
  ["StringLike", "a?", "a", false],
  ["StringLike", `a\${*}`, "ab", false],
  ["StringNotLike", "a*", "abc", false],
  ["NumericEquals", "10", "10.0", true],
  ["NumericNotEquals", "10", "11", true],
  ["NumericLessThan", "10", "9", true],
  ["NumericLessThanEquals", 10, "10", true],
  ["NumericGreaterThan", "10", "10", false],
  ["NumericGreaterThanEquals", "10", "10", true],
  ["DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", true],
  ["DateEquals", "2026-01-01T00:00:00Z", "1767225600", true],
  ["DateGreaterThan", "2026-01-01", "2026-01-01T00:00:00Z", false],
  ["Bool", "true", "True", true],
  ["Bool", true, "false", false],
  ["IpAddress", "10.0.0.0/8", "10.1.2.3", true],
  ["IpAddress", "10.0.0.1", "10.0.0.2", false],
  ["IpAddress", "2001:db8::/32", "2001:db8::1", true],
  ["NotIpAddress", ["10.0.0.0/8", "2001:db8::/32"], "11.0.0.1", true],
  ["ArnEquals", "arn:aws:sqs:*:1:q?", "arn:aws:sqs:eu-central-1:1:q1", true],
  ["ArnLike", "arn:aws:s3:::a*", "arn:aws:s3:::abc", true],
  ["ArnLike", "arn:*:s3:::a", "arn:aws:x:s3:::a", false],
  ["ArnNotLike", "arn:aws:s3:::a*", "arn:aws:s3:::b", true],
  ["ArnNotEquals", "arn:aws:s3:::a", "arn:aws:s3:::a", false],
  ["Null", "true", null, true],
  ["Null", "true", "a", false],
  ["Null", "false", "a", true],
])("%s %j compares with %j: %s", (operator, expected, value, result) => {
  expect(holds(operator, expected, value)).toBe(result);
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html */
test.each<[string, unknown, boolean]>([
  ["StringEquals", "a", false],
  ["StringNotEquals", "a", true],
  ["StringEqualsIfExists", "a", true],
  ["ArnNotLikeIfExists", "arn:aws:s3:::a", true],
  ["NumericLessThan", "1", false],
  ["Bool", "false", false],
  ["IpAddress", "10.0.0.0/8", false],
  ["NotIpAddress", "10.0.0.0/8", true],
  ["ForAllValues:StringEquals", "a", true],
  ["ForAnyValue:StringEquals", "a", false],
  ["ForAnyValue:StringNotEquals", "a", false],
  ["ForAnyValue:StringEqualsIfExists", "a", true],
])("%s %j of a key that the request does not have: %s", (operator, expected, result) => {
  expect(holds(operator, expected, null)).toBe(result);
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
test.each<[string, unknown, readonly string[], boolean]>([
  ["ForAnyValue:StringEquals", "a", ["a", "b"], true],
  ["ForAnyValue:StringEquals", "c", ["a", "b"], false],
  ["ForAllValues:StringEquals", ["a", "b", "c"], ["a", "b"], true],
  ["ForAllValues:StringEquals", "a", ["a", "b"], false],
  ["ForAllValues:StringNotEquals", "c", ["a", "b"], true],
  ["ForAnyValue:StringNotEquals", "a", ["a", "b"], true],
  ["ForAnyValue:StringNotLike", "*", ["a", "b"], false],
])("%s %j of the list %j: %s", (operator, expected, value, result) => {
  expect(holds(operator, expected, value)).toBe(result);
});

test("asks for all operators and all keys, whatever their capitals", () => {
  const Condition = { StringEquals: { "aws:A": "1", "aws:B": "2" }, Bool: { "AWS:SecureTransport": "true" } };
  const decision = (b: string, tls: string) =>
    decided(
      catalogue,
      { identity: [allow({ Condition })] },
      { context: { "aws:a": "1", "aws:b": b, "aws:securetransport": tls } },
    ).decision;
  expect([decision("2", "true"), decision("1", "true"), decision("2", "false")]).toEqual([
    "allowed",
    "denied",
    "denied",
  ]);
});

test("knows of the principal what follows from it", () => {
  const Condition = {
    StringEquals: {
      "aws:PrincipalAccount": ACCOUNT,
      "aws:ResourceAccount": ACCOUNT,
      "aws:PrincipalTag/TEAM": "blue",
    },
    ArnEquals: { "aws:PrincipalArn": ROLE.arn },
    Null: { "aws:username": "true", "aws:PrincipalTag/other": "true" },
  };
  expect(decided(catalogue, { identity: [allow({ Condition })] }).decision).toBe("allowed");
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
test.each<[string, string]>([
  [`arn:aws:s3:::orders/\${aws:username}/a`, "arn:aws:s3:::orders/ann/a"],
  [`arn:aws:s3:::orders/\${aws:PrincipalTag/team, 'none'}/a`, "arn:aws:s3:::orders/none/a"],
  [`arn:aws:s3:::orders/\${s3:x}`, "arn:aws:s3:::orders/*"],
  [`arn:aws:s3:::orders/\${*}\${?}\${$}`, "arn:aws:s3:::orders/*?$"],
])("puts values into %s", (Resource, arn) => {
  const decision = (asked: string) =>
    decided(
      catalogue,
      { identity: [allow({ Resource })] },
      { principal: USER, resource: { arn: asked, account: ACCOUNT }, context: { "s3:x": "*" } },
    ).decision;
  expect([decision(arn), decision("arn:aws:s3:::orders/bob/a")]).toEqual(["allowed", "denied"]);
});

const value = (text: string) => [allow({ Condition: { StringEquals: { "aws:x": text } } })];

test.each<[string, readonly object[], Readonly<Record<string, ContextValue>>, string]>([
  [
    "a key that nobody spoke of",
    [allow({ Condition: { StringEquals: { "s3:prefix": "a" } } })],
    {},
    "context: must say s3:prefix, or that it is absent with null, got nothing",
  ],
  [
    "a variable without a value",
    value(`\${aws:username}`),
    { "aws:x": "a" },
    `\${aws:username}: the request must have one value of aws:username, got none`,
  ],
  [
    "a variable with several values",
    value(`\${aws:TagKeys}`),
    { "aws:x": "a", "aws:TagKeys": ["a", "b"] },
    `\${aws:TagKeys}: the request must have one value of aws:TagKeys, got 2 values`,
  ],
  [
    "a list without a set operator",
    value("a"),
    { "aws:x": ["a", "b"] },
    "StringEquals: a list must be asked with a set operator, got aws:x a,b",
  ],
  [
    "an empty list",
    value("a"),
    { "aws:x": [] },
    "context: aws:x must hold a value, or be null, got an empty list",
  ],
  [
    "what contradicts the principal",
    value("a"),
    { "aws:PrincipalAccount": "1" },
    `context: aws:PrincipalAccount must be "${ACCOUNT}", got "1"`,
  ],
  [
    "a request's value of another kind",
    [allow({ Condition: { NumericLessThan: { "aws:x": "1" } } })],
    { "aws:x": "one" },
    "Condition: a value must be a number, got one",
  ],
])("rejects %s", (_, identity, context, message) => {
  const policies = { identity: identity as Parameters<typeof decided>[1]["identity"] & object };
  expect(refusal(() => decided(catalogue, policies, { context }))).toBe(message);
});

test("asks for a forgotten key even where another statement has decided", () => {
  const identity = [allow(), allow({ Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })];
  expect(refusal(() => decided(catalogue, { identity }))).toContain("must say aws:MultiFactorAuthPresent");
});

test("asks for a forgotten key even behind a condition that fails", () => {
  const Condition = { Bool: { "aws:SecureTransport": "true", "aws:MultiFactorAuthPresent": "true" } };
  const context = { "aws:SecureTransport": "false" };
  expect(refusal(() => decided(catalogue, { identity: [allow({ Condition })] }, { context }))).toContain(
    "must say aws:MultiFactorAuthPresent",
  );
});

test("does not ask for keys of statements that speak of something else", () => {
  const Condition = { StringEquals: { "s3:prefix": "a" } };
  const identity = [allow(), allow({ Action: "s3:ListBucket", Resource: "arn:aws:s3:::orders", Condition })];
  expect(decided(catalogue, { identity }).decision).toBe("allowed");
});

test("takes a family of keys for absent, but those that are given", () => {
  const tag = (name: string) => ({ StringEquals: { [`aws:ResourceTag/${name}`]: "1" } });
  const decision = (name: string) =>
    decided(
      catalogue,
      { identity: [allow({ Condition: tag(name) })] },
      { context: { "aws:ResourceTag/*": null, "aws:ResourceTag/a": "1" } },
    ).decision;
  expect([decision("a"), decision("b")]).toEqual(["allowed", "denied"]);
});
