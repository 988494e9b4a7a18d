import { Catalogue, type PolicyKind, readPolicy } from "../../../../modules/iam/evaluation";
import { ACCOUNT, allow, decided, deny, OBJECT, policyOf, refusal } from "./support";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await Catalogue.load(["s3", "sqs", "iam", "sts"]);
});

const read = (text: string, kind: PolicyKind = "identity") =>
  readPolicy({ name: "P", kind, text }, catalogue);

test.each([
  ["no JSON", "{", "P: must be JSON, got {"],
  ["a list", "[]", "P: must be an object, got []"],
  [
    "another version",
    '{"Version":"2008-10-17","Statement":[]}',
    "P: Version must be 2012-10-17, got 2008-10-17\nP: Statement must hold at least one, got none",
  ],
  [
    "an unknown element",
    '{"Version":"2012-10-17","Statements":[]}',
    "P: an element must be known, got Statements\nP: Statement must hold at least one, got none",
  ],
])("rejects %s", (_, text, message) => {
  expect(refusal(() => read(text))).toBe(message);
});

const principal = { Principal: "*" };

test.each<[string, object, string, PolicyKind?]>([
  ["a statement that is a text", "s3:*" as unknown as object, 'must be an object, got "s3:*"'],
  ["an unknown element", allow({ Actions: "s3:*" }), "an element must be known here, got Actions"],
  ["a principal of an identity", allow(principal), "an element must be known here, got Principal"],
  ["another effect", allow({ Effect: "allow" }), "Effect must be Allow or Deny, got allow"],
  [
    "two kinds of action",
    allow({ NotAction: "s3:*" }),
    "one of Action and NotAction must be set, got Action and NotAction",
  ],
  ["no action", allow({ Action: [] }), "Action must hold at least one, got none"],
  ["no resource", allow({ Resource: undefined }), "one of Resource and NotResource must be set, got none"],
  ["a number for an action", allow({ Action: [1] }), "Action must hold texts, got 1"],
  ["an unknown action", allow({ Action: "s3:ReadObject" }), "an action must be known, got s3:ReadObject"],
  ["an action of an unknown service", allow({ Action: "s4:*" }), "an action must be known, got s4:*"],
  ["an action without a service", allow({ Action: "*Object" }), "an action must be known, got *Object"],
  [
    "a resource that is a name",
    allow({ Resource: "orders" }),
    "a resource must be an ARN of six segments or *, got orders",
  ],
  [
    "a wildcard for the service",
    allow({ Resource: "arn:aws:s*:::orders" }),
    "the service of a resource must be exact, got arn:aws:s*:::orders",
  ],
  [
    "a reference of Terraform",
    allow({ Resource: `arn:aws:s3:::\${aws_s3_bucket.a.id}` }),
    `must be literal but for variables of IAM, got arn:aws:s3:::\${aws_s3_bucket.a.id}`,
  ],
  [
    "a token of cdktf",
    allow({ Resource: `arn:aws:s3:::\${TfToken[TOKEN.1]}` }),
    `must be literal but for variables of IAM, got arn:aws:s3:::\${TfToken[TOKEN.1]}`,
  ],
  [
    "an unknown operator",
    allow({ Condition: { BinaryEquals: { "aws:x": "YQ==" } } }),
    "an operator of a condition must be known, got BinaryEquals",
  ],
  [
    "an operator in other capitals",
    allow({ Condition: { stringEquals: { "aws:x": "a" } } }),
    "an operator of a condition must be known, got stringEquals",
  ],
  [
    "Null with IfExists",
    allow({ Condition: { NullIfExists: { "aws:x": "true" } } }),
    "an operator of a condition must be known, got NullIfExists",
  ],
  [
    "a key without a service",
    allow({ Condition: { Bool: { SecureTransport: "true" } } }),
    "a condition's key must name a service, got SecureTransport",
  ],
  ["no value", allow({ Condition: { Bool: { "aws:x": [] } } }), "Bool aws:x must hold a value, got none"],
  [
    "an object for a value",
    allow({ Condition: { Bool: { "aws:x": {} } } }),
    "Bool aws:x must hold texts, got an object",
  ],
  [
    "a text for a number",
    allow({ Condition: { NumericEquals: { "aws:x": "one" } } }),
    "NumericEquals aws:x must be a number, got one",
  ],
  [
    "a date of another form",
    allow({ Condition: { DateEquals: { "aws:x": "1.1.2026" } } }),
    "DateEquals aws:x must be a date of ISO 8601 in UTC, or seconds, got 1.1.2026",
  ],
  [
    "a name for an address",
    allow({ Condition: { IpAddress: { "aws:x": "10.0.0.0/33" } } }),
    "IpAddress aws:x must be an address or a range of addresses, got 10.0.0.0/33",
  ],
  [
    "a variable for a number",
    allow({ Condition: { NumericEquals: { "aws:x": `\${aws:y}` } } }),
    `NumericEquals aws:x must be literal, got \${aws:y}`,
  ],
  [
    "an ARN of fewer segments",
    allow({ Condition: { ArnLike: { "aws:x": "arn:aws:s3:*" } } }),
    "ArnLike aws:x must be an ARN of six segments, got arn:aws:s3:*",
  ],
  [
    "two values for Null",
    allow({ Condition: { Null: { "aws:x": ["true", "false"] } } }),
    "Null aws:x must hold one value, got 2",
  ],
  ["no principal", allow(), "Principal must name somebody, got nobody", "resource"],
  [
    "a principal with a wildcard",
    allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } }),
    `a principal must be known, got AWS arn:aws:iam::${ACCOUNT}:role/*`,
    "resource",
  ],
  [
    "an id for a principal",
    allow({ Principal: { AWS: "AIDAEXAMPLE" } }),
    "a principal must be known, got AWS AIDAEXAMPLE",
    "resource",
  ],
  [
    "a canonical user",
    allow({ Principal: { CanonicalUser: "a" } }),
    "a principal must be known, got CanonicalUser a",
    "resource",
  ],
  [
    "a principal without its kind",
    allow({ Principal: ACCOUNT }),
    `Principal must be * or say of what kind, got ${ACCOUNT}`,
    "resource",
  ],
  [
    "NotPrincipal that allows",
    { ...allow(), NotPrincipal: { AWS: ACCOUNT } },
    "NotPrincipal must go with Deny, got Allow",
    "resource",
  ],
  [
    "two kinds of principal",
    deny({ ...principal, NotPrincipal: "*" }),
    "one of Principal and NotPrincipal must be set, got both",
    "resource",
  ],
  [
    "a resource of trust",
    allow({ ...principal, Action: "sts:AssumeRole" }),
    `a trust policy must have no Resource, got ${OBJECT}`,
    "trust",
  ],
])("rejects %s", (_, statement, message, kind = "identity") => {
  expect(refusal(() => policyOf(catalogue, "P", [statement], kind))).toBe(`P: statement 1: ${message}`);
});

test("says all mistakes at once, with the names of their statements", () => {
  const statements = [allow({ Sid: "Read", Action: "s3:X", Resource: "a" }), allow({ Effect: "No" })];
  expect(refusal(() => policyOf(catalogue, "P", statements)).split("\n")).toEqual([
    "P: statement 1 (Read): an action must be known, got s3:X",
    "P: statement 1 (Read): a resource must be an ARN of six segments or *, got a",
    "P: statement 2: Effect must be Allow or Deny, got No",
  ]);
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
test.each([
  [allow({ Action: "S3:getobject" }), "allowed"],
  [allow({ Action: "s3:Get*" }), "allowed"],
  [allow({ Action: "s3:?etObject" }), "allowed"],
  [allow({ Action: "*" }), "allowed"],
  [allow({ Action: ["sqs:*", "s3:GetObject"] }), "allowed"],
  [allow({ Action: "s3:GetObjectTagging" }), "denied"],
  [{ Effect: "Allow", NotAction: "s3:Put*", Resource: OBJECT }, "allowed"],
  [{ Effect: "Allow", NotAction: ["s3:Put*", "s3:Get*"], Resource: OBJECT }, "denied"],
])("reads the actions of %j: %s", (statement, decision) => {
  expect(decided(catalogue, { identity: [statement] }).decision).toBe(decision);
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
test.each([
  [allow({ Resource: "*" }), "allowed"],
  [allow({ Resource: "arn:aws:s3:::orders/*" }), "allowed"],
  [allow({ Resource: "arn:aws:s3:::orders/*/a.json" }), "allowed"],
  [allow({ Resource: "arn:aws:s3:::orders/events/?.json" }), "allowed"],
  [allow({ Resource: "arn:aws:s3:*" + "::orders/events/a.json" }), "allowed"],
  [allow({ Resource: "arn:aws:s3:::Orders/*" }), "denied"],
  [allow({ Resource: "arn:aws:s3:::orders" }), "denied"],
  [{ Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::orders/other/*" }, "allowed"],
  [{ Effect: "Allow", Action: "s3:GetObject", NotResource: ["arn:aws:s3:::orders/*"] }, "denied"],
])("reads the resources of %j: %s", (statement, decision) => {
  expect(decided(catalogue, { identity: [statement] }).decision).toBe(decision);
});

test("rejects to say whether a wildcard inside a segment stands for a colon", () => {
  const resource = { arn: "arn:aws:s3:::orders/a:b.json", account: ACCOUNT };
  const identity = [allow({ Resource: "arn:aws:s3:::orders/*.json" })];
  expect(refusal(() => decided(catalogue, { identity }, { resource }))).toBe(
    "Resource: a wildcard inside a segment must not stand for a colon, got arn:aws:s3:::orders/*.json for arn:aws:s3:::orders/a:b.json",
  );
});
