import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { ModuleError, policySize, Role, type RoleProps, type Statement } from "../../../modules";
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

const reader = (props: Partial<RoleProps>) =>
  synth(
    (stack) =>
      new Role(stack, "Role", {
        ...{ roleName: "reader", service: "lambda.amazonaws.com", description: "Reads", ...props },
      }),
  );

test("has its folder in its ARN", () => {
  synth((stack) => {
    const props = {
      roleName: "reader",
      path: "/shop/",
      service: "lambda.amazonaws.com",
      description: "Reads",
    };
    expect(new Role(stack, "Role", props).roleArn).toBe("arn:aws:iam::123456789012:role/shop/reader");
  });
  reader({ path: "/shop/" }).one("aws_iam_role", { path: "/shop/" });
  expect(reader({}).one("aws_iam_role")).not.toHaveProperty("path");
});

test("has a policy of AWS by exception, and is ready when it has it", () => {
  const managedPolicies = [
    { policyName: "service-role/AmazonEMRServicePolicy_v2", reason: "EMR documents no narrower one" },
  ];
  const tf = synth((stack) => {
    const props = { roleName: "emr", service: "elasticmapreduce.amazonaws.com", description: "EMR" };
    expect(new Role(stack, "Role", { ...props, managedPolicies }).ready).toHaveLength(2);
  });
  const policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2";
  expect(tf.one("aws_iam_role_policy_attachment", { policy_arn }).role).toMatch(/^\$\{aws_iam_role\.Role_/);
});

test("is handed to one service by who was granted it", () => {
  const [pass, take] = granted((stack, role) => {
    const other = Role.fromName(stack, "Other", { roleName: "job", path: "/spark/" });
    other.grantPass(role, "ec2.amazonaws.com");
    other.grantTake(role);
  });
  const Resource = "arn:aws:iam::123456789012:role/spark/job";
  const Condition = { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } };
  expect(pass).toEqual({ Effect: "Allow", Action: "iam:PassRole", Resource, Condition });
  expect(take).toEqual({ Effect: "Allow", Action: "sts:AssumeRole", Resource });
});

/** A grant of about 400 characters that merges with no other. */
const grantOf = (index: number): Statement => ({
  actions: ["s3:GetObject"],
  resources: [`arn:aws:s3:::raw/${"x".repeat(320)}/${index}/*`],
});

test("puts what its inline policy does not hold into policies of its own, in its folder", () => {
  const tf = synth((stack) => {
    const props = {
      roleName: "reader",
      path: "/shop/",
      service: "lambda.amazonaws.com",
      description: "Reads",
    };
    const role = new Role(stack, "Role", props);
    for (let index = 0; index < 45; index++) role.allow(grantOf(index));
    expect(role.ready).toHaveLength(4);
  });
  const inline = String(tf.one("aws_iam_role_policy").policy);
  const managed = tf.all("aws_iam_policy");
  expect(policySize(inline)).toBeLessThanOrEqual(10_240);
  for (const { policy } of managed) expect(policySize(String(policy))).toBeLessThanOrEqual(6_144);
  expect(managed.map(({ name, path }) => `${path}${name}`)).toEqual([
    "/shop/reader-access-2",
    "/shop/reader-access-3",
  ]);
  expect(tf.all("aws_iam_role_policy_attachment")).toHaveLength(2);
  expect([inline, ...managed.map(({ policy }) => policy)].flatMap(statementsOf)).toHaveLength(45);
});

test("rejects more than AWS takes, and leaves its policies as they were", () => {
  synth((stack) => {
    const role = aRole(stack);
    const huge = { actions: ["s3:GetObject"], resources: [`arn:aws:s3:::raw/${"x".repeat(11_000)}`] };
    expect(messageOf(() => role.allow(huge))).toBe(
      "Test/Role: a statement must fit into 10240 characters, got 11112 in that with s3:GetObject",
    );
    expect(role.granted).toEqual([]);
    const fill = () => {
      for (let index = 0; index < 200; index++) role.allow(grantOf(index));
    };
    expect(messageOf(fill)).toBe("Test/Role: the role must have 10 managed policies at most, got 11");
  });
});

test.each<[string, Partial<RoleProps>, string]>([
  [
    "a name with a space",
    { roleName: "the reader" },
    "Test/Role: roleName must be 1 to 64 letters, digits and _+=,.@-, got the reader",
  ],
  [
    "a folder that does not end",
    { path: "/shop" },
    "Test/Role: path must begin and end with / and hold 512 characters at most, got /shop",
  ],
  [
    "a policy of AWS without a reason",
    { managedPolicies: [{ policyName: "AdministratorAccess", reason: "needed" }] },
    "Test/Role: managedPolicies must have a reason, got needed for AdministratorAccess",
  ],
  [
    "a policy of AWS by its ARN",
    { managedPolicies: [{ policyName: "arn:aws:iam::aws:policy/x", reason: "no other does it" }] },
    "Test/Role: managedPolicies must be names of AWS's policies, got arn:aws:iam::aws:policy/x",
  ],
])("rejects %s", (_, props, message) => {
  expect(messageOf(() => reader(props))).toBe(message);
});
