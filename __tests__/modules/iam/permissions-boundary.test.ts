import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { TerraformStack } from "cdktf";
import {
  emrServiceStatements,
  PermissionsBoundary,
  type PermissionsBoundaryProps,
  policySize,
  Role,
  type Statement,
} from "../../../modules";
import { outsideOf } from "../../../modules/iam/boundary-rules";
import { statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const NAMES = {
  boundaryName: "atlas-dev",
  project: "atlas",
  environment: "dev",
  keyAlias: "alias/atlas-dev",
};
/** Services of the library that a platform may do without. */
const UNUSED = ["elasticfilesystem", "emr-serverless", "events", "firehose"];
const ARN = "arn:aws:iam::123456789012:policy/boundary/atlas-dev";
const boundaryOf = (stack: TerraformStack, props: Partial<PermissionsBoundaryProps> = {}) =>
  new PermissionsBoundary(stack, "Boundary", { ...NAMES, ...props });
const roleOf = (stack: TerraformStack, id: string, boundary?: "none") =>
  new Role(stack, id, {
    ...{ roleName: id.toLowerCase(), service: "lambda.amazonaws.com", description: id },
    ...(boundary ? { boundary } : {}),
  });

test("is on every role of the scope, whoever makes it, but on one that says otherwise", () => {
  const tf = synth((stack) => {
    boundaryOf(stack).applyTo(stack);
    roleOf(stack, "Reader");
    roleOf(stack, "Deployer", "none");
    new IamRole(stack, "Raw", { name: "raw", assumeRolePolicy: "{}" });
    new IamRole(stack, "Other", { name: "other", assumeRolePolicy: "{}", permissionsBoundary: "arn:other" });
  });
  const boundaries = Object.fromEntries(
    tf.all("aws_iam_role").map(({ name, permissions_boundary }) => [name, permissions_boundary]),
  );
  const reference = expect.stringMatching(/^\$\{aws_iam_policy\.Boundary_\w+\.arn}$/);
  expect(boundaries).toEqual({ reader: reference, deployer: undefined, raw: reference, other: "arn:other" });
});

test("is named by a literal ARN where another stack makes it", () => {
  const tf = synth((stack) => {
    PermissionsBoundary.fromName(stack, "Boundary", NAMES).applyTo(stack);
    roleOf(stack, "Reader");
  });
  tf.one("aws_iam_role", { permissions_boundary: ARN });
  expect(tf.all("aws_iam_policy")).toEqual([]);
});

test("is on the one role that is told so", () => {
  const tf = synth((stack) => {
    const boundary = PermissionsBoundary.fromName(stack, "Boundary", NAMES);
    new Role(stack, "Role", { roleName: "a", service: "lambda.amazonaws.com", description: "A", boundary });
    roleOf(stack, "B");
  });
  tf.one("aws_iam_role", { name: "a", permissions_boundary: ARN });
  expect(tf.one("aws_iam_role", { name: "b" })).not.toHaveProperty("permissions_boundary");
});

test("lets nobody make a role without it, take it from one, or change it", () => {
  const tf = synth((stack) => boundaryOf(stack));
  const denied = statementsOf(tf.one("aws_iam_policy", { path: "/boundary/" }).policy).filter(
    ({ Effect }) => Effect === "Deny",
  );
  const Resource = "arn:aws:iam::123456789012:role/*";
  expect(denied).toEqual([
    {
      Effect: "Deny",
      Action: ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
      Resource,
      Condition: { StringNotEquals: { "iam:PermissionsBoundary": ARN } },
    },
    { Effect: "Deny", Action: "iam:DeleteRolePermissionsBoundary", Resource },
    {
      Effect: "Deny",
      Action: [
        ...["iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"],
        "iam:DeletePolicy",
      ],
      Resource: ARN,
    },
  ]);
});

test("admits nothing of another environment's stores, and no change of what is deployed", () => {
  const tf = synth((stack) => boundaryOf(stack));
  const allowed = statementsOf(tf.one("aws_iam_policy").policy).filter(({ Effect }) => Effect === "Allow");
  const text = JSON.stringify(allowed);
  for (const service of ["dynamodb", "sqs", "lambda", "states", "athena"]) {
    const arns = text.match(new RegExp(`"arn:aws:${service}:[^"]+"`, "g")) ?? [];
    expect(arns.length).toBeGreaterThan(0);
    for (const arn of arns) expect(arn).toContain("atlas-dev-");
  }
  expect(text).not.toMatch(
    /:(Create(?!LogStream|LogDelivery|NetworkInterface|Grant|ServiceLinkedRole|ControlChannel|DataChannel)|Attach|Update(?!Item|LogDelivery))/,
  );
});

test("admits nothing of services that the environment does not use", () => {
  const text = (props: Partial<PermissionsBoundaryProps>) =>
    String(synth((stack) => boundaryOf(stack, props)).one("aws_iam_policy").policy);
  for (const service of UNUSED) {
    expect(text({})).toContain(`"${service}:`);
    expect(text({ exceptServices: UNUSED })).not.toContain(`"${service}:`);
  }
});

test("rejects a grant that the boundary does not admit, by role, action and resource", () => {
  const kinesis = "arn:aws:kinesis:eu-central-1:123456789012:stream/atlas-dev-events";
  const build = (statements: readonly Statement[]) =>
    synth((stack) => {
      boundaryOf(stack, { statements }).applyTo(stack);
      roleOf(stack, "Writer").allow({ actions: ["kinesis:PutRecord"], resources: [kinesis] });
    });
  expect(() => build([])).toThrow(
    `Test/Writer: grants must be within the boundary atlas-dev, got kinesis:PutRecord on ${kinesis}`,
  );
  build([{ actions: ["kinesis:PutRecord"], resources: [kinesis] }]);
});

test("admits what EMR does to the one role that EMR takes, and still fits", () => {
  const tf = synth((stack) =>
    boundaryOf(stack, {
      exceptServices: UNUSED,
      statements: emrServiceStatements(stack, "atlas-dev-spark-service"),
    }),
  );
  const policy = String(tf.one("aws_iam_policy").policy);
  const of = statementsOf(policy).filter(({ Action }) => Action.includes("ec2:RunInstances"));
  const role = "arn:aws:iam::123456789012:role/atlas-dev-spark-service";
  expect(of.map(({ Condition }) => Condition)).toEqual([{ ArnEquals: { "aws:PrincipalArn": role } }]);
  expect(policySize(policy)).toBeLessThanOrEqual(6_144);
});

test("rejects names that AWS would refuse, and more than AWS takes", () => {
  synth((stack) => {
    const statements = Array.from({ length: 40 }, (_, index) => ({
      actions: ["kinesis:PutRecord"],
      resources: [`arn:aws:kinesis:eu-central-1:123456789012:stream/${index}`],
    }));
    const props = {
      boundaryName: "the boundary",
      path: "boundary",
      project: "Atlas",
      statements,
      exceptServices: ["sqss"],
    };
    expect(messageOf(() => boundaryOf(stack, props)).replace(/\d+$/, "N")).toBe(
      [
        "exceptServices must be services of the boundary, got sqss",
        "boundaryName must be 1 to 128 letters, digits and _+=,.@-, got the boundary",
        "path must begin and end with / and hold 512 characters at most, got boundary",
        "project must be lower-case letters, digits and -, got Atlas",
        "the boundary must fit into 6144 characters, got N",
      ]
        .map((line) => `Test/Boundary: ${line}`)
        .join("\n"),
    );
  });
});

const queue = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;
const alias = (name: string) => ({ StringEquals: { "kms:ResourceAliases": name } });

test.each<[string, Statement, Statement, string[]]>([
  [
    "the same",
    { actions: ["sqs:SendMessage"], resources: [queue("a-*")] },
    { actions: ["sqs:SendMessage"], resources: [queue("a-*")] },
    [],
  ],
  [
    "a narrower pattern",
    { actions: ["sqs:SendMessage"], resources: [queue("a-*")] },
    { actions: ["sqs:SendMessage"], resources: [queue("a-b-*"), queue("a-c")] },
    [],
  ],
  [
    "a wider pattern",
    { actions: ["sqs:SendMessage"], resources: [queue("a-?")] },
    { actions: ["sqs:SendMessage"], resources: [queue("a-*")] },
    [`sqs:SendMessage on ${queue("a-*")}`],
  ],
  [
    "another action",
    { actions: ["sqs:SendMessage"], resources: [queue("*")] },
    { actions: ["sqs:PurgeQueue"], resources: [queue("a")] },
    [`sqs:PurgeQueue on ${queue("a")}`],
  ],
  [
    "a condition that is not there",
    { actions: ["kms:Decrypt"], resources: ["k"], conditions: alias("x") },
    { actions: ["kms:Decrypt"], resources: ["k"] },
    ["kms:Decrypt on k"],
  ],
  [
    "a condition beside another",
    { actions: ["kms:Decrypt"], resources: ["k"], conditions: alias("x") },
    { actions: ["kms:Decrypt"], resources: ["k"], conditions: { ...alias("x"), Bool: { a: "true" } } },
    [],
  ],
])("compares a statement with a limit: %s", (_, limit, statement, outside) => {
  expect(outsideOf([limit], statement)).toEqual(outside);
});
