import { DEPLOY_STAR_ACTIONS, networkInterfaceStatements, STAR_ACTIONS, TRACING } from "../../../modules";
import { aRole, granted } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

test("admits every resource for the actions that AWS allows on nothing less, each with a reason", () => {
  expect(granted((_, role) => role.allow(TRACING))).toEqual([
    { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
  ]);
  for (const reason of Object.values(STAR_ACTIONS)) expect(reason).toMatch(/\w+ \w+/);
});

test.each(Object.keys(STAR_ACTIONS))("admits every resource for %s", (action) => {
  const statements = granted((_, role) => role.allow({ actions: [action], resources: ["*"] }));
  expect(statements).toEqual([{ Effect: "Allow", Action: action, Resource: "*" }]);
});

test("is a closed list: tracing, deliveries of logs, network interfaces, the registry's token, new clusters, channels", () => {
  expect(Object.keys(STAR_ACTIONS).sort()).toEqual([
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ecr:GetAuthorizationToken",
    "elasticmapreduce:RunJobFlow",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ]);
});

test("keeps apart what those who deploy may, each with a reason of its own", () => {
  expect(Object.keys(DEPLOY_STAR_ACTIONS).filter((action) => action in STAR_ACTIONS)).toEqual([]);
  for (const reason of Object.values(DEPLOY_STAR_ACTIONS)) expect(reason).toMatch(/\w+ \w+/);
  const known = { ...STAR_ACTIONS, ...DEPLOY_STAR_ACTIONS };
  expect(
    Object.keys(known)
      .filter((action) => /:(Put|Delete|Create|Update|Modify)/.test(action))
      .sort(),
  ).toEqual([
    "elasticmapreduce:CreateSecurityConfiguration",
    "elasticmapreduce:DeleteSecurityConfiguration",
    "kms:CreateKey",
    "lambda:CreateEventSourceMapping",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DeleteResourcePolicy",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ]);
});

test("rejects every resource as soon as one action could name its own", () => {
  synth((stack) => {
    const role = aRole(stack);
    const mixed = { actions: ["xray:PutTraceSegments", "s3:GetObject"], resources: ["*"] };
    expect(messageOf(() => role.allow(mixed))).toBe("Test/Role: resources must be literal ARNs, got *");
  });
});

test("lets Lambda put a function into a VPC, and the function's code do none of it", () => {
  const statements = granted((stack, role) => {
    for (const statement of networkInterfaceStatements(stack)) role.allow(statement);
  });
  const ec2 = (kind: string) => `arn:aws:ec2:eu-central-1:123456789012:${kind}/*`;
  const Condition = { Null: { "lambda:SourceFunctionArn": "true" } };
  expect(statements).toEqual([
    {
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      Resource: [ec2("network-interface"), ec2("subnet"), ec2("security-group")],
      Condition,
    },
    {
      Effect: "Allow",
      Action: [
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: ec2("*"),
      Condition,
    },
    {
      Effect: "Allow",
      Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
      Resource: "*",
      Condition,
    },
  ]);
});
