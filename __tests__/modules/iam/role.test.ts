import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { ModuleError, Role, type Statement } from "../../../modules";
import { aRole, granted, statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const ORDERS = "arn:aws:sqs:eu-central-1:123456789012:orders";

test("can be taken by its one service and nobody else", () => {
  const role = synth(aRole).one("aws_iam_role", { name: "orders", description: "Orders" });
  expect(JSON.parse(String(role.assume_role_policy))).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  });
});

test("can be taken for its source only, where it is told one", () => {
  const sourceArn = "arn:aws:ec2:eu-central-1:123456789012:vpc-flow-log/*";
  const tf = synth((stack) => {
    const service = "vpc-flow-logs.amazonaws.com";
    return new Role(stack, "Role", { roleName: "logs", service, description: "Logs", sourceArn });
  });
  expect(statementsOf(tf.one("aws_iam_role").assume_role_policy)[0]?.Condition).toEqual({
    StringEquals: { "aws:SourceAccount": "123456789012" },
    ArnLike: { "aws:SourceArn": sourceArn },
  });
});

test("has a literal ARN", () => {
  synth((stack) => expect(aRole(stack).roleArn).toBe("arn:aws:iam::123456789012:role/orders"));
});

test("has no policy before the first grant, because AWS refuses an empty one", () => {
  expect(synth(aRole).all("aws_iam_role_policy")).toEqual([]);
});

test("keeps all grants in one inline policy of its own", () => {
  const tf = synth((stack) => {
    const role = aRole(stack);
    role.allow({ actions: ["sqs:SendMessage"], resources: [ORDERS] });
    role.allow({ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::raw/events/*"] });
  });
  const policy = tf.one("aws_iam_role_policy", { name: "access" });
  expect(policy.role).toMatch(/^\$\{aws_iam_role\.Role_\w+\.name}$/);
  expect(JSON.parse(String(policy.policy))).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: ORDERS },
      { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::raw/events/*" },
    ],
  });
});

test("merges statements on the same resources, each action once", () => {
  const statements = granted((_, role) => {
    role.allow({ actions: ["sqs:SendMessage"], resources: [ORDERS] });
    role.allow({ actions: ["sqs:ReceiveMessage", "sqs:SendMessage"], resources: [ORDERS] });
  });
  expect(statements).toEqual([
    { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:ReceiveMessage"], Resource: ORDERS },
  ]);
});

test("keeps statements apart whose conditions differ", () => {
  const conditions = { StringEquals: { "aws:SourceAccount": "123456789012" } };
  const statements = granted((_, role) => {
    role.allow({ actions: ["sqs:SendMessage"], resources: [ORDERS], conditions });
    role.allow({ actions: ["sqs:ReceiveMessage"], resources: [ORDERS] });
  });
  expect(statements).toEqual([
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: ORDERS, Condition: conditions },
    { Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: ORDERS },
  ]);
});

test("keeps a grant as it was when the caller changes the lists afterwards", () => {
  const statements = granted((_, role) => {
    const actions = ["sqs:SendMessage"];
    role.allow({ actions, resources: [ORDERS] });
    actions.push("sqs:PurgeQueue");
    role.allow({ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::raw/*"] });
  });
  expect(statements[0]).toHaveProperty("Action", "sqs:SendMessage");
});

test("is ready when role and policy are there", () => {
  synth((stack) => {
    const role = aRole(stack);
    expect(role.ready).toEqual([role.resource]);
    role.allow({ actions: ["sqs:SendMessage"], resources: [ORDERS] });
    const policies = stack.node.findAll().filter((node) => node instanceof IamRolePolicy);
    expect(policies).toHaveLength(1);
    expect(role.ready).toEqual([role.resource, ...policies]);
  });
});

test("gives roles that are granted the same the same policy text", () => {
  const tf = synth((stack) => {
    for (const id of ["A", "B"])
      aRole(stack, id).allow({ actions: ["sqs:SendMessage"], resources: [ORDERS] });
  });
  const [a, b] = tf.all("aws_iam_role_policy");
  expect(statementsOf(a?.policy)).toHaveLength(1);
  expect(a?.policy).toBe(b?.policy);
});

test.each<[string, Statement, string]>([
  [
    "a wildcard for all actions",
    { actions: ["*"], resources: [ORDERS] },
    "Test/Role: actions must be exact, got *",
  ],
  [
    "a wildcard for a service",
    { actions: ["sqs:*"], resources: [ORDERS] },
    "Test/Role: actions must be exact, got sqs:*",
  ],
  [
    "a wildcard in an action",
    { actions: ["sqs:Get*"], resources: [ORDERS] },
    "Test/Role: actions must be exact, got sqs:Get*",
  ],
  [
    "a placeholder in an action",
    { actions: ["sqs:Get?"], resources: [ORDERS] },
    "Test/Role: actions must be exact, got sqs:Get?",
  ],
  [
    "every resource",
    { actions: ["sqs:SendMessage"], resources: ["*"] },
    "Test/Role: resources must be literal ARNs, got *",
  ],
  [
    "a name for a resource",
    { actions: ["sqs:SendMessage"], resources: ["orders"] },
    "Test/Role: resources must be literal ARNs, got orders",
  ],
  [
    "two mistakes, both named",
    { actions: ["sqs:*"], resources: ["*"] },
    "Test/Role: actions must be exact, got sqs:*\nTest/Role: resources must be literal ARNs, got *",
  ],
  [
    "a statement without actions",
    { actions: [], resources: [ORDERS] },
    "Test/Role: actions must hold at least one, got none",
  ],
  [
    "a statement without resources",
    { actions: ["sqs:SendMessage"], resources: [] },
    "Test/Role: resources must hold at least one, got none",
  ],
  [
    "a reference written out as text",
    { actions: ["sqs:SendMessage"], resources: [`arn:aws:sqs:\${var.region}:123456789012:orders`] },
    `Test/Role: resources must be literal ARNs, got arn:aws:sqs:\${var.region}:123456789012:orders`,
  ],
])("rejects %s", (_, statement, message) => {
  synth((stack) => {
    const role = aRole(stack);
    expect(messageOf(() => role.allow(statement))).toBe(message);
  });
});

test("rejects a reference to a resource, whose ARN is not known before the first plan", () => {
  synth((stack) => {
    const role = aRole(stack);
    const { arn } = new SqsQueue(stack, "Queue", { name: "orders" });
    const message = /^Test\/Role: resources must be literal ARNs, got \S*TOKEN\S*$/;
    expect(messageOf(() => role.allow({ actions: ["sqs:SendMessage"], resources: [arn] }))).toMatch(message);
    const below = `arn:aws:sqs:eu-central-1:123456789012:${arn}`;
    expect(messageOf(() => role.allow({ actions: ["sqs:SendMessage"], resources: [below] }))).toMatch(
      message,
    );
  });
});

test("leaves the policy as it was when a statement is rejected", () => {
  const statements = granted((_, role) => {
    role.allow({ actions: ["sqs:SendMessage"], resources: [ORDERS] });
    expect(() => role.allow({ actions: ["sqs:*"], resources: [ORDERS] })).toThrow(ModuleError);
  });
  expect(statements).toEqual([{ Effect: "Allow", Action: "sqs:SendMessage", Resource: ORDERS }]);
});
