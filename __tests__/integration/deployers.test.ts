import { namesFor } from "../../config/naming";
import { Enforcer, rootOf, textOf } from "../support/enforcer";
import { TestFolder } from "../support/folder";
import { configOf, platform } from "../support/platform";
import { inner, refersTo, resources } from "../support/policies";
import type { Answer, Credentials } from "../support/signed-call";

jest.setTimeout(170_000);

const config = configOf("dev");
const { accountId, region } = config;
const { boundary } = namesFor(config);
const BOUNDARY = `arn:aws:iam::${accountId}:policy/boundary/${boundary}`;
const stack = platform("dev").deployers ?? { terraform: {} };

const folder = new TestFolder();
let enforcer: Enforcer;
let apply: Credentials;
let plan: Credentials;

const iam = (by: Credentials, Action: string, parameters: Readonly<Record<string, string>>) =>
  enforcer.query("iam", by, { Action, Version: "2010-05-08", ...parameters });

beforeAll(async () => {
  enforcer = await Enforcer.start(folder.path, accountId, region);
  await deploy();
  apply = await take("apply", tokenOf("repo:acme/atlas:environment:dev"));
  plan = await take("plan", tokenOf("repo:acme/atlas:pull_request"));
});

afterAll(() => enforcer?.stop());

/** What the stack `deployers` of dev makes. */
async function deploy(): Promise<void> {
  const done = async (Action: string, parameters: Readonly<Record<string, string>>) => {
    const answer = await iam(rootOf(accountId), Action, parameters);
    if (answer.status !== 200) throw new Error(`${Action}: ${answer.text}`);
  };
  for (const [, { name, path, policy }] of resources(stack, "aws_iam_policy"))
    await done("CreatePolicy", { PolicyName: `${name}`, Path: `${path}`, PolicyDocument: `${policy}` });
  for (const [address, { name, path, assume_role_policy: trust }] of resources(stack, "aws_iam_role")) {
    const RoleName = String(name);
    await done("CreateRole", { RoleName, Path: `${path}`, AssumeRolePolicyDocument: `${trust}` });
    for (const [, { role, name: PolicyName, policy }] of resources(stack, "aws_iam_role_policy"))
      if (refersTo(role, address))
        await done("PutRolePolicy", { RoleName, PolicyName: `${PolicyName}`, PolicyDocument: `${policy}` });
    for (const [, { role, policy_arn: arn }] of resources(stack, "aws_iam_role_policy_attachment")) {
      const [, policy] = resources(stack, "aws_iam_policy").find(([id]) => refersTo(arn, id)) ?? [];
      const PolicyArn = `arn:aws:iam::${accountId}:policy${policy?.path}${policy?.name}`;
      if (refersTo(role, address)) await done("AttachRolePolicy", { RoleName, PolicyArn });
    }
  }
}

/** The token that the embedded deployment of dev has, about another job. */
function tokenOf(sub: string): string {
  const provider = platform("dev --embedded").data?.provider?.aws?.[0];
  const token = String(inner(provider, "assume_role_with_web_identity")?.web_identity_token);
  const [head, claims = ""] = token.split(".");
  const changed = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), sub };
  return `${head}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}.`;
}

const asked = (role: string, WebIdentityToken: string) =>
  enforcer.query("sts", rootOf(accountId), {
    ...{ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleSessionName: "test" },
    ...{ RoleArn: `arn:aws:iam::${accountId}:role/deploy/atlas-dev-${role}`, WebIdentityToken },
  });

async function take(role: string, token: string): Promise<Credentials> {
  const answer = await asked(role, token);
  return {
    accessKeyId: textOf(answer, "AccessKeyId"),
    secretAccessKey: textOf(answer, "SecretAccessKey"),
    sessionToken: textOf(answer, "SessionToken"),
  };
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const create = (by: Credentials, RoleName: string, more: Readonly<Record<string, string>> = {}) =>
  iam(by, "CreateRole", { RoleName, AssumeRolePolicyDocument: trust, ...more });

const bounded = { PermissionsBoundary: BOUNDARY };

function expectRefused({ status, text }: Answer): void {
  expect(text).toMatch(/AccessDenied/);
  expect(status).toBe(403);
}

test("who applies makes a role with the boundary and a name of the environment", async () => {
  const { status, text } = await create(apply, "atlas-dev-probe", bounded);
  expect([status, text]).toEqual([200, expect.stringContaining(BOUNDARY)]);
  const policy = { RoleName: "atlas-dev-probe", PolicyName: "access", PolicyDocument: trust };
  expect((await iam(apply, "PutRolePolicy", policy)).status).not.toBe(403);
});

test.each<[string, string, Readonly<Record<string, string>>]>([
  ["without the boundary", "atlas-dev-free", {}],
  [
    "with another boundary",
    "atlas-dev-other",
    { PermissionsBoundary: BOUNDARY.replace("/boundary/atlas-dev-", "/atlas-dev-") },
  ],
  ["with the name of another environment", "atlas-prod-probe", bounded],
  ["with a name of nobody's", "probe", bounded],
  ["beside those who deploy", "atlas-dev-second", { ...bounded, Path: "/deploy/" }],
])("who applies makes no role %s", async (_, name, more) => {
  expectRefused(await create(apply, name, more));
});

test.each<[string, string, Readonly<Record<string, string>>]>([
  ["takes the boundary from no role", "DeleteRolePermissionsBoundary", { RoleName: "atlas-dev-probe" }],
  [
    "gives no role another boundary",
    "PutRolePermissionsBoundary",
    { RoleName: "atlas-dev-probe", PermissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" },
  ],
  [
    "gives no role a policy of AWS",
    "AttachRolePolicy",
    { RoleName: "atlas-dev-probe", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  ],
  ["does not change the boundary", "CreatePolicyVersion", { PolicyArn: BOUNDARY, PolicyDocument: trust }],
  [
    "does not widen itself",
    "PutRolePolicy",
    { RoleName: "atlas-dev-apply", PolicyName: "more", PolicyDocument: trust },
  ],
  [
    "does not let others become itself",
    "UpdateAssumeRolePolicy",
    { RoleName: "atlas-dev-apply", PolicyDocument: trust },
  ],
])("who applies %s", async (_, action, parameters) => {
  expectRefused(await iam(apply, action, parameters));
});

test("who plans makes no role at all, and looks at those that there are", async () => {
  expectRefused(await create(plan, "atlas-dev-planned", bounded));
  expect((await iam(plan, "GetRole", { RoleName: "atlas-dev-probe" })).status).toBe(200);
});

test.each([
  ["apply", "repo:acme/atlas:pull_request"],
  ["apply", "repo:acme/atlas:environment:prod"],
  ["apply", "repo:acme/other:environment:dev"],
  ["plan", "repo:acme/atlas:ref:refs/heads/other"],
])("the role to %s is not taken by %s", async (role, subject) => {
  expectRefused(await asked(role, tokenOf(subject)));
});
