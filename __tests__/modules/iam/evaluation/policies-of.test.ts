import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamUserPolicy } from "@cdktf/provider-aws/lib/iam-user-policy";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { TerraformStack } from "cdktf";
import {
  Catalogue,
  type EnvironmentPolicies,
  type PoliciesOptions,
  policiesOf,
} from "../../../../modules/iam/evaluation";
import { platform } from "../../../support/platform";
import { ACCOUNT, synth } from "../../../support/synth";
import { refusal } from "./support";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await Catalogue.load();
});

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::orders/*" };
const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
const tls = {
  ...read,
  Effect: "Deny",
  Principal: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

const aRole = (stack: TerraformStack, more: object = {}) =>
  new IamRole(stack, "Role", { name: "reader", path: "/team/", assumeRolePolicy: policy(trust), ...more });

function policiesIn(build: (stack: TerraformStack) => void, options?: PoliciesOptions): EnvironmentPolicies {
  return policiesOf([{ name: "orders", json: synth(build).json }], catalogue, options);
}

const texts = (policies: readonly { readonly name: string }[]) => policies.map(({ name }) => name);

test("reads a role: who takes it, its own policies, those attached, and its boundary", () => {
  const { roles } = policiesIn((stack) => {
    const limit = new IamPolicy(stack, "Limit", { name: "limit", policy: policy(read) });
    const role = aRole(stack, { permissionsBoundary: limit.arn, tags: { team: "blue" } });
    new IamRolePolicy(stack, "Own", { name: "own", role: role.name, policy: policy(read) });
    const more = new IamPolicy(stack, "More", { name: "more", policy: policy(read) });
    new IamRolePolicyAttachment(stack, "Attached", { role: role.name, policyArn: more.arn });
  });
  const [role] = roles;
  expect(role).toMatchObject({
    ...{ name: "reader", arn: `arn:aws:iam::${ACCOUNT}:role/team/reader`, tags: { team: "blue" } },
    ...{ trust: { kind: "trust", name: "trust of reader" }, boundary: { name: "limit" } },
  });
  expect(texts(role?.identity ?? [])).toEqual(["own of reader", "more"]);
});

test("finds a boundary that another stack makes by its ARN", () => {
  const made = synth((stack) => void new IamPolicy(stack, "Limit", { name: "limit", policy: policy(read) }));
  const used = synth(
    (stack) => void aRole(stack, { permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/limit` }),
  );
  const stacks = [
    { name: "state", json: made.json },
    { name: "orders", json: used.json },
  ];
  expect(policiesOf(stacks, catalogue).roles[0]?.boundary?.name).toBe("limit");
});

const AWS_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2";
const attachAws = (stack: TerraformStack) => {
  const role = aRole(stack);
  new IamRolePolicyAttachment(stack, "Attached", { role: role.name, policyArn: AWS_POLICY });
};

test("reads a policy of AWS from the text that is given", () => {
  const { roles } = policiesIn(attachAws, { managed: { [AWS_POLICY]: policy(read) } });
  expect(texts(roles[0]?.identity ?? [])).toEqual([AWS_POLICY]);
});

test("rejects a policy of AWS whose text is not given", () => {
  expect(refusal(() => policiesIn(attachAws))).toBe(
    `orders/aws_iam_role_policy_attachment.Attached: the text of a policy of AWS must be given, got ${AWS_POLICY}`,
  );
});

test("reads resources with their policies, in themselves or attached", () => {
  const { resources } = policiesIn((stack) => {
    const bucket = new S3Bucket(stack, "Bucket", { bucket: "orders" });
    new S3BucketPolicy(stack, "BucketPolicy", { bucket: bucket.id, policy: policy(tls) });
    const send = { ...tls, Action: "sqs:*", Resource: "*" };
    new SqsQueue(stack, "Queue", { name: "orders", policy: policy(send) });
    new SqsQueue(stack, "Open", { name: "open" });
    const key = new KmsKey(stack, "Key", { policy: policy({ ...tls, Action: "kms:*", Resource: "*" }) });
    new KmsAlias(stack, "Alias", { name: "alias/orders", targetKeyId: key.keyId });
  });
  expect(resources.map(({ arn, policy: own, aliases }) => [arn, own?.name ?? "none", ...aliases])).toEqual([
    ["arn:aws:s3:::orders", "policy of orders/aws_s3_bucket_policy.BucketPolicy"],
    [`arn:aws:sqs:eu-central-1:${ACCOUNT}:open`, "none"],
    [`arn:aws:sqs:eu-central-1:${ACCOUNT}:orders`, "policy of orders/aws_sqs_queue.Queue"],
    [
      `arn:aws:kms:eu-central-1:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`,
      ...["policy of orders/aws_kms_key.Key", "alias/orders"],
    ],
  ]);
});

test("reads what Terraform escapes as AWS gets it", () => {
  const own = { ...read, Resource: "arn:aws:s3:::orders/$${aws:PrincipalTag/team}/*" };
  const { roles } = policiesIn((stack) => {
    const role = aRole(stack);
    new IamRolePolicy(stack, "Own", { role: role.name, policy: policy(own) });
  });
  expect(roles[0]?.identity[0]?.statements[0]?.resources?.patterns).toEqual([
    `arn:aws:s3:::orders/\${aws:PrincipalTag/team}/*`,
  ]);
});

test.each<[string, (stack: TerraformStack) => void, string]>([
  [
    "a policy that holds a reference",
    (stack) => {
      const bucket = new S3Bucket(stack, "Bucket", { bucket: "orders" });
      new IamRolePolicy(stack, "Own", {
        role: aRole(stack).name,
        policy: policy({ ...read, Resource: `${bucket.arn}/*` }),
      });
    },
    `orders/aws_iam_role_policy.Own: policy must be literal, got \${aws_s3_bucket.Bucket.arn}`,
  ],
  [
    "a policy of a role that no stack makes",
    (stack) => void new IamRolePolicy(stack, "Own", { role: "other", policy: policy(read) }),
    "orders/aws_iam_role_policy.Own: role must be of one aws_iam_role of the stacks, got other",
  ],
  [
    "a policy of a user",
    (stack) => void new IamUserPolicy(stack, "Own", { user: "ann", policy: policy(read) }),
    "stacks: permissions must be of a known kind, got orders/aws_iam_user_policy.Own",
  ],
  [
    "a permission of a function",
    (stack) =>
      void new LambdaPermission(stack, "May", {
        action: "lambda:InvokeFunction",
        functionName: "f",
        principal: "s3.amazonaws.com",
      }),
    "stacks: permissions must be of a known kind, got orders/aws_lambda_permission.May",
  ],
  [
    "policies inside a role",
    (stack) => void aRole(stack, { managedPolicyArns: [AWS_POLICY] }),
    "orders/aws_iam_role.Role: policies must be resources, got managed_policy_arns",
  ],
  [
    "resources that are made several times",
    (stack) => void new SqsQueue(stack, "Queue", { name: "orders", count: 2 }),
    "stacks: aws_sqs_queue must be written out, got for_each or count in orders/aws_sqs_queue.Queue",
  ],
])("rejects %s", (_, build, message) => {
  expect(refusal(() => policiesIn(build))).toBe(message);
});

test("rejects stacks of two accounts", () => {
  const { json } = synth(() => {});
  const other = { ...json, provider: { aws: [{ region: "eu-central-1", allowed_account_ids: ["1"] }] } };
  const stacks = [
    { name: "one", json },
    { name: "two", json: other },
  ];
  expect(refusal(() => policiesOf(stacks, catalogue))).toBe(
    `stacks: must be of one account and region, got ${ACCOUNT} eu-central-1, 1 eu-central-1`,
  );
});

test.each(["local", "dev", "prod"] as const)("reads every policy of %s", (environment) => {
  const stacks = Object.entries(platform(environment)).map(([name, json]) => ({ name, json }));
  const managed = { [AWS_POLICY]: policy(read) };
  const { roles, resources } = policiesOf(stacks, catalogue, { managed });
  expect(roles.length).toBeGreaterThanOrEqual(14);
  expect(roles.filter(({ identity }) => identity.length === 0)).toEqual([]);
  expect(resources.filter(({ type, policy: own }) => type === "aws_s3_bucket" && own === null)).toEqual([]);
});
