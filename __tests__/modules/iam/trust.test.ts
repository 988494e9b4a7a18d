import { Role, type RoleProps } from "../../../modules";
import { statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const ANALYST = "arn:aws:iam::123456789012:role/analyst";
const PARTNER = "arn:aws:iam::999999999999:role/partner";
const OIDC = {
  issuer: "gitlab.com",
  audience: "https://gitlab.com",
  subjects: ["project_path:acme/atlas:x"],
};
const role = (props: Partial<RoleProps>) =>
  synth((stack) => new Role(stack, "Role", { roleName: "reader", description: "Reads", ...props }));

test.each([
  [[ANALYST], ANALYST],
  [
    [ANALYST, "arn:aws:iam::123456789012:user/*/ann"],
    [ANALYST, "arn:aws:iam::123456789012:user/*/ann"],
  ],
])("can be taken by %j, whether they exist yet or not", (principals, condition) => {
  expect(statementsOf(role({ principals }).one("aws_iam_role").assume_role_policy)).toEqual([
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: "sts:AssumeRole",
      Condition: { ArnLike: { "aws:PrincipalArn": condition } },
    },
  ]);
});

test("admits the roles that AWS makes for people, whose names end in what AWS likes", () => {
  const path = "aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Analyst_*";
  role({ principals: [`arn:aws:iam::123456789012:role/${path}`] });
});

test("is taken for an hour unless told otherwise", () => {
  expect(role({ principals: [ANALYST] }).one("aws_iam_role")).not.toHaveProperty("max_session_duration");
  role({ principals: [ANALYST], maxSessionSeconds: 43_200 }).one("aws_iam_role", {
    max_session_duration: 43_200,
  });
});

test("can be taken by roles of other accounts by name, each for whom it was made", () => {
  const other = "arn:aws:iam::888888888888:user/ann";
  const foreignPrincipals = [PARTNER, other, `${PARTNER}-two`];
  const { assume_role_policy } = role({ foreignPrincipals, externalId: "shop-42" }).one("aws_iam_role");
  expect(statementsOf(assume_role_policy)).toEqual([
    {
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::888888888888:root", "arn:aws:iam::999999999999:root"] },
      Action: "sts:AssumeRole",
      Condition: {
        ArnLike: { "aws:PrincipalArn": foreignPrincipals },
        StringEquals: { "sts:ExternalId": "shop-42" },
      },
    },
  ]);
});

test("can be taken with tokens of one audience about one subject", () => {
  expect(statementsOf(role({ oidc: OIDC }).one("aws_iam_role").assume_role_policy)).toEqual([
    {
      Effect: "Allow",
      Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/gitlab.com" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { "gitlab.com:aud": OIDC.audience, "gitlab.com:sub": "project_path:acme/atlas:x" },
      },
    },
  ]);
});

test("looks at the audience letter by letter even where subjects are patterns", () => {
  const oidc = { ...OIDC, subjectPatterns: ["project_path:acme/atlas:ref_type:branch:ref:*"] };
  expect(statementsOf(role({ oidc }).one("aws_iam_role").assume_role_policy)[0]?.Condition).toEqual({
    StringEquals: { "gitlab.com:aud": OIDC.audience },
    StringLike: { "gitlab.com:sub": [...OIDC.subjects, ...oidc.subjectPatterns] },
  });
});

const names = (got: string) =>
  `Test/Role: principals must be roles or users of account 123456789012 by name, got ${got}`;

test.each<[string, Partial<RoleProps>, string]>([
  ["nobody", {}, "Test/Role: one of service, principals, foreignPrincipals and oidc must be set, got none"],
  [
    "a service beside principals",
    { service: "lambda.amazonaws.com", principals: [ANALYST] },
    "Test/Role: one of service, principals, foreignPrincipals and oidc must be set, got service and principals",
  ],
  ["an empty list", { principals: [] }, "Test/Role: principals must hold at least one, got none"],
  ["everybody", { principals: ["*"] }, names("*")],
  [
    "every role of the account",
    { principals: ["arn:aws:iam::123456789012:role/*"] },
    names("arn:aws:iam::123456789012:role/*"),
  ],
  [
    "a role of another account",
    { principals: ["arn:aws:iam::999999999999:role/analyst"] },
    names("arn:aws:iam::999999999999:role/analyst"),
  ],
  [
    "any kind of principal",
    { principals: ["arn:aws:iam::123456789012:*/analyst"] },
    names("arn:aws:iam::123456789012:*/analyst"),
  ],
  [
    "a source without a service",
    { principals: [ANALYST], sourceArn: "arn:aws:s3:::raw" },
    "Test/Role: sourceArn must go with a service, got arn:aws:s3:::raw",
  ],
  [
    "a principal of this account among foreign ones",
    { foreignPrincipals: [ANALYST] },
    `Test/Role: foreignPrincipals must be roles or users of other accounts by name, got ${ANALYST}`,
  ],
  [
    "every role of another account",
    { foreignPrincipals: ["arn:aws:iam::999999999999:role/*"] },
    "Test/Role: foreignPrincipals must be roles or users of other accounts by name, got arn:aws:iam::999999999999:role/*",
  ],
  [
    "an external id without who sends it",
    { principals: [ANALYST], externalId: "shop-42" },
    "Test/Role: externalId must go with foreignPrincipals, got shop-42",
  ],
  [
    "an external id of one letter",
    { foreignPrincipals: [PARTNER], externalId: "a" },
    "Test/Role: externalId must be 2 to 1224 letters, digits and +=,.@:/-, got a",
  ],
  [
    "a pattern among exact subjects",
    { oidc: { ...OIDC, subjects: ["repo:acme/atlas:*"] } },
    "Test/Role: oidc.subjects must be exact, got repo:acme/atlas:*",
  ],
  [
    "a pattern that is about every repository of an owner",
    { oidc: { ...OIDC, subjects: [], subjectPatterns: ["repo:acme/*"] } },
    "Test/Role: oidc.subjectPatterns must name a repository before their *, got repo:acme/*",
  ],
  [
    "tokens for nobody, about nobody",
    { oidc: { issuer: "https://gitlab.com", audience: "*", subjects: [] } },
    [
      "Test/Role: oidc.issuer must be a host without https://, got https://gitlab.com",
      "Test/Role: oidc.audience must be exact, got *",
      "Test/Role: oidc.subjects must hold at least one, got none",
    ].join("\n"),
  ],
  [
    "more principals than a trust policy holds",
    { principals: Array.from({ length: 50 }, (_, index) => `${ANALYST}-${index}`) },
    "Test/Role: the trust policy must fit into 2048 characters, got 2373",
  ],
  [
    "a session that is too short",
    { principals: [ANALYST], maxSessionSeconds: 60 },
    "Test/Role: maxSessionSeconds must be a whole number of 3600 to 43200, got 60",
  ],
])("rejects %s", (_, props, message) => {
  expect(messageOf(() => role(props))).toBe(message);
});
