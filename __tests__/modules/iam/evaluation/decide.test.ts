import { Catalogue, type Principal } from "../../../../modules/iam/evaluation";
import {
  ACCOUNT,
  allow,
  decided,
  deny,
  FOREIGN,
  type Json,
  type Policies,
  ROLE,
  refusal,
  STRANGER,
  USER,
} from "./support";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await Catalogue.load(["s3", "kms", "sts", "sns"]);
});

const by = (Principal: unknown, statement: Json = allow()): Json => ({ ...statement, Principal });
const account = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });
const named = ({ arn }: { readonly arn: string }) => ({ AWS: arn });
const session = { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/s` };
const elsewhere = [allow({ Resource: "arn:aws:s3:::orders/other/*" })];
const byArn = { Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/team/*" } } };

type Row = readonly [title: string, policies: Policies, because: string, principal?: Principal];

/** Who asks is a role unless a row says otherwise. */
const rows = (all: readonly Row[], asking: Principal = ROLE) =>
  all.map(([title, policies, because, principal = asking]) => [title, policies, because, principal] as const);

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html */
const SINGLE_ACCOUNT: readonly Row[] = [
  ["nothing", {}, "no policy of the identity allows it"],
  ["identity", { identity: [allow()] }, "the identity's policies allow it: identity, statement 1"],
  [
    "the resource, naming the role",
    { resource: [by(named(ROLE))] },
    "the resource allows it: resource, statement 1",
  ],
  [
    "the resource, naming the session",
    { resource: [by(session)] },
    "the resource allows it: resource, statement 1",
  ],
  [
    "the resource, naming everybody",
    { resource: [by("*")] },
    "the resource allows it: resource, statement 1",
  ],
  [
    "the resource, naming the account",
    { resource: [by(account(ACCOUNT))] },
    "no policy of the identity allows it",
  ],
  [
    "the resource, naming another account",
    { resource: [by(account(FOREIGN))] },
    "no policy of the identity allows it",
  ],
  [
    "identity, and a refusal of the resource",
    { identity: [allow()], resource: [by("*", deny())] },
    "a statement denies it: resource, statement 1",
  ],
  [
    "the resource, and a refusal of the identity",
    { identity: [deny()], resource: [by(session)] },
    "a statement denies it: identity, statement 1",
  ],
  [
    "identity within boundary and session policy",
    { identity: [allow()], boundary: [allow()], session: [allow()] },
    "the identity's policies allow it: identity, statement 1; boundary, statement 1; session, statement 1",
  ],
  [
    "identity beyond the boundary",
    { identity: [allow()], boundary: elsewhere },
    "boundary does not allow it",
  ],
  [
    "identity beyond the session policy",
    { identity: [allow()], session: elsewhere },
    "session does not allow it",
  ],
  ["the boundary alone", { boundary: [allow()] }, "no policy of the identity allows it"],
  [
    "a refusal of the boundary",
    { identity: [allow()], boundary: [allow(), deny()] },
    "a statement denies it: boundary, statement 2",
  ],
  [
    "the resource, naming the role, beyond the boundary",
    { resource: [by(named(ROLE))], boundary: elsewhere },
    "no policy of the identity allows it, boundary does not allow it",
  ],
  [
    "the resource, naming the session, beyond the boundary",
    { resource: [by(session)], boundary: elsewhere },
    "the resource allows it: resource, statement 1",
  ],
  [
    "the resource, naming the user, beyond the boundary",
    { resource: [by(named(USER))], boundary: elsewhere },
    "the resource allows it: resource, statement 1",
    USER,
  ],
  [
    "the resource, naming everybody by aws:PrincipalArn, beyond the boundary",
    { resource: [by("*", allow(byArn))], boundary: elsewhere },
    "the resource allows it: resource, statement 1",
  ],
];

test.each(rows(SINGLE_ACCOUNT))("decides in one account by %s", (_, policies, because, principal) => {
  expect(decided(catalogue, policies, { principal })).toMatchObject({
    ...{
      because,
      decision: because.includes("allows it:") || because.includes("allow it:") ? "allowed" : "denied",
    },
  });
});

test("rejects to say whether everybody goes beyond a boundary, which AWS does not say", () => {
  const policies = { resource: [by("*")], boundary: elsewhere };
  expect(refusal(() => decided(catalogue, policies))).toBe(
    "resource, statement 1: * must go with aws:PrincipalArn to decide where a limit does not allow it, got none",
  );
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
test.each(
  rows([
    ["identity alone", { identity: [allow()] }, "the resource does not allow it"],
    ["the resource alone", { resource: [by(named(STRANGER))] }, "no policy of the identity allows it"],
    [
      "both, naming the role",
      { identity: [allow()], resource: [by(named(STRANGER))] },
      "identity and resource allow it: identity, statement 1; resource, statement 1",
    ],
    [
      "both, naming the account",
      { identity: [allow()], resource: [by({ AWS: FOREIGN })] },
      "identity and resource allow it: identity, statement 1; resource, statement 1",
    ],
    [
      "both, naming another account",
      { identity: [allow()], resource: [by(account(ACCOUNT))] },
      "the resource does not allow it",
    ],
    [
      "both beyond the boundary",
      { identity: [allow()], boundary: elsewhere, resource: [by(named(STRANGER))] },
      "boundary does not allow it",
    ],
  ]),
)("decides across accounts by %s", (_, policies, because) => {
  expect(decided(catalogue, policies, { principal: STRANGER }).because).toBe(because);
});

const KEY = { arn: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/k`, account: ACCOUNT };
const decrypt = { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" };

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
test.each(
  rows([
    [
      "identity alone",
      { identity: [decrypt], resource: [by({ Service: "s3.amazonaws.com" }, decrypt)] },
      "the resource does not allow it",
    ],
    [
      "the key's policy, naming the account",
      { resource: [by(account(ACCOUNT), decrypt)] },
      "no policy of the identity allows it",
    ],
    [
      "the key's policy, naming the account, and identity",
      { identity: [decrypt], resource: [by(account(ACCOUNT), decrypt)] },
      "identity and resource allow it: identity, statement 1; resource, statement 1",
    ],
    [
      "the key's policy, naming the role",
      { resource: [by(named(ROLE), decrypt)] },
      "the resource allows it: resource, statement 1",
    ],
  ]),
)("decides on a key by %s", (_, policies, because) => {
  expect(decided(catalogue, policies, { action: "kms:Decrypt", resource: KEY }).because).toBe(because);
});

const TARGET = { arn: `arn:aws:iam::${ACCOUNT}:role/target`, account: ACCOUNT };
const take = { Effect: "Allow", Action: "sts:AssumeRole", Resource: TARGET.arn };
const trust = (Principal: unknown): Json => ({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
test.each(
  rows([
    [
      "identity alone",
      { identity: [take], resource: [trust(account(FOREIGN))] },
      "the resource does not allow it",
    ],
    [
      "trust in the account alone",
      { resource: [trust(account(ACCOUNT))] },
      "no policy of the identity allows it",
    ],
    [
      "trust in the account, and identity",
      { identity: [take], resource: [trust(account(ACCOUNT))] },
      "identity and resource allow it: identity, statement 1; resource, statement 1",
    ],
    [
      "trust in the user",
      { resource: [trust(named(USER))] },
      "the resource allows it: resource, statement 1",
      USER,
    ],
    [
      "trust in the user, beyond the boundary",
      { resource: [trust(named(USER))], boundary: [allow()] },
      "no policy of the identity allows it, boundary does not allow it",
      USER,
    ],
    [
      "trust in a service",
      { resource: [trust({ Service: "lambda.amazonaws.com" })] },
      "no policy of the identity allows it, the resource does not allow it",
    ],
  ]),
)("decides who takes a role by %s", (_, policies, because, principal) => {
  expect(
    decided(catalogue, policies, { principal, action: "sts:AssumeRole", resource: TARGET }).because,
  ).toBe(because);
});

const S3: Principal = { type: "service", name: "s3.amazonaws.com" };
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;

test.each<[string, Principal, unknown, string]>([
  ["a service that is named", S3, { Service: "s3.amazonaws.com" }, "allowed"],
  ["a service that is not", S3, { Service: "sns.amazonaws.com" }, "denied"],
  ["a service, of everybody", S3, "*", "allowed"],
  ["a service, of an account", S3, account(ACCOUNT), "denied"],
  ["nobody, of everybody", { type: "anonymous" }, { AWS: "*" }, "allowed"],
  ["nobody, of an account", { type: "anonymous" }, account(ACCOUNT), "denied"],
])("decides on %s by the resource alone", (_, principal, Principal, decision) => {
  expect(decided(catalogue, { resource: [by(Principal)] }, { principal }).decision).toBe(decision);
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html */
test("lets a token take a role by its provider, its audience and its subject", () => {
  const statement = {
    ...{ Effect: "Allow", Principal: { Federated: PROVIDER }, Action: "sts:AssumeRoleWithWebIdentity" },
    Condition: {
      StringEquals: { "token.actions.githubusercontent.com:sub": "repo:a/b:ref:refs/heads/main" },
    },
  };
  const decision = (sub: string) =>
    decided(
      catalogue,
      { resource: [statement] },
      {
        ...{ principal: { type: "federated", provider: PROVIDER }, resource: TARGET },
        ...{
          action: "sts:AssumeRoleWithWebIdentity",
          context: { "token.actions.githubusercontent.com:sub": sub },
        },
      },
    ).decision;
  expect(["repo:a/b:ref:refs/heads/main", "repo:a/b:ref:refs/heads/x"].map(decision)).toEqual([
    "allowed",
    "denied",
  ]);
});

test("rejects to say whether AWS among the principals is a service", () => {
  expect(refusal(() => decided(catalogue, { resource: [by({ AWS: "*" })] }, { principal: S3 }))).toBe(
    'Principal: {"AWS": "*"} must not decide on s3.amazonaws.com, got that',
  );
});

/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
test.each<[string, readonly string[], Policies, string]>([
  ["session, role and account are excepted", [session.AWS, String(named(ROLE).AWS), ACCOUNT], {}, "allowed"],
  ["others are excepted", [String(named(USER).AWS)], {}, "denied"],
  [
    "all are excepted, but it has a boundary",
    [session.AWS, String(named(ROLE).AWS), ACCOUNT],
    { boundary: [allow()] },
    "denied",
  ],
])("refuses all but those whom NotPrincipal names: %s", (_, AWS, limits, decision) => {
  const { Principal: _none, ...statement } = by("*", deny());
  const resource = [{ ...statement, NotPrincipal: { AWS } }];
  expect(decided(catalogue, { identity: [allow()], resource, ...limits }).decision).toBe(decision);
});

test("rejects a NotPrincipal that names a role and not its account", () => {
  const { Principal: _none, ...statement } = by("*", deny());
  const policies = { resource: [{ ...statement, NotPrincipal: named(ROLE) }] };
  expect(refusal(() => decided(catalogue, policies))).toMatch(
    /^NotPrincipal: must name .*, the account or none of them, got some$/,
  );
});

test.each<[string, Parameters<typeof decided>[2], Policies, string]>([
  [
    "an action that AWS does not have",
    { action: "s3:ReadObject" },
    {},
    "Action: must be known, got s3:ReadObject",
  ],
  [
    "a resource of a type that the action does not take",
    { resource: { arn: "arn:aws:s3:::orders", account: ACCOUNT } },
    {},
    "resource.arn must be what the action takes, got arn:aws:s3:::orders",
  ],
  [
    "a resource of another account than its ARN says",
    { action: "kms:Decrypt", resource: { ...KEY, account: FOREIGN } },
    { resource: [by("*", decrypt)] },
    `resource.account must be that of ${KEY.arn}, got ${FOREIGN}`,
  ],
  [
    "a key without a policy",
    { action: "kms:Decrypt", resource: KEY },
    {},
    "a key must have a policy, got none",
  ],
  [
    "a role without a trust policy",
    { action: "sts:AssumeRole", resource: TARGET },
    {},
    "a role must have a policy, got none",
  ],
  [
    "a service with policies of its own",
    { principal: S3 },
    { identity: [allow()] },
    "a service has no policies, got identity",
  ],
  [
    "a session in place of a role",
    { principal: { ...ROLE, arn: session.AWS } as Principal },
    {},
    `principal must be the ARN of a role, got ${session.AWS}`,
  ],
])("rejects %s", (_, request, policies, message) => {
  expect(refusal(() => decided(catalogue, policies, request))).toContain(message);
});

test("says all that is missing", () => {
  const policies = { boundary: elsewhere, session: elsewhere };
  expect(decided(catalogue, policies, { principal: STRANGER })).toEqual({
    decision: "denied",
    because:
      "no policy of the identity allows it, boundary does not allow it, session does not allow it, the resource does not allow it",
    statements: [],
  });
});
