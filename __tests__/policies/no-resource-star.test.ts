import { STAR_ACTIONS } from "../../modules/iam/star-actions";
import type { PolicyStatement } from "../support/granted";
import type { Environment } from "../support/platform";
import { addStatement, firstOf, holdsEverywhere, listOf, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

type Stated = Pick<PolicyStatement, "Effect" | "Action" | "Condition">;

/** In a key's own policy `*` means that key. What an endpoint's may name, `endpoint-policies.test.ts` says. */
const EXCEPT = ["aws_kms_key", "aws_vpc_endpoint"];

/** A second key: to put an action on the modules' list is to put it here too. AWS takes no resource for them. */
const STAR = [
  ...["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
  ...["ecr:GetAuthorizationToken", "elasticmapreduce:RunJobFlow"],
  ...["logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups"],
  ...["logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries"],
  ...["logs:PutResourcePolicy", "logs:UpdateLogDelivery"],
  ...["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"],
  ...["ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"],
  ...["xray:GetSamplingRules", "xray:GetSamplingTargets"],
  ...["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
];

/**
 * What Lambda does to leave a VPC is not possible on fewer resources, and possible for Lambda alone, not for the code:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const OF_THE_SERVICE = [
  ...["ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
];
const OF_LAMBDA = ["ec2:CreateNetworkInterface", ...OF_THE_SERVICE];
const OF_EC2 = /^arn:aws:ec2:[a-z0-9-]+:\d{12}:\*\/\*$/;
const BY_LAMBDA = '{"Null":{"lambda:SourceFunctionArn":"true"}}';

/** What those who deploy change without a resource: it has no ARN, or not yet. */
const DEPLOY_STAR = [
  ...["acm:RequestCertificate", "ecs:DeregisterTaskDefinition", "elasticloadbalancing:SetWebAcl"],
  ...["elasticmapreduce:CreateSecurityConfiguration", "elasticmapreduce:DeleteSecurityConfiguration"],
  ...["kms:CreateKey", "lambda:CreateEventSourceMapping", "logs:DeleteResourcePolicy"],
  "states:ValidateStateMachineDefinition",
];
const OF_SERVICES = /^(ec2|ecs|elasticloadbalancing|elasticmapreduce|application-autoscaling|kms|logs|ssm):/;

/** A boundary's EC2 is that of Lambda, or of the one role by which EMR starts instances. */
const BY_EMR =
  /^\{"ArnEquals":\{"aws:PrincipalArn":"arn:aws:iam::\d{12}:role\/[a-z0-9-]+-spark-service"\}\}$/;

/**
 * Those who deploy, and the boundary, see what services describe; they change by `*` what has no ARN, and of EC2 what
 * carries the environment's tags.
 */
function isAdmittedToDeploy(resource: string, { Effect, Action, Condition = {} }: Stated): boolean {
  const actions = listOf(Action);
  if (Effect !== "Allow") return false;
  if (resource === "*") {
    const looks = (name: string) => OF_SERVICES.test(name) && /:(Describe|List)[A-Z]/.test(name);
    return actions.every((name) => [...STAR, ...DEPLOY_STAR].includes(name) || looks(name));
  }
  const keys = Object.values(Condition).flatMap((values) => Object.keys(values));
  return (
    OF_EC2.test(resource) &&
    (keys.includes("aws:ResourceTag/project") ||
      keys.includes("aws:RequestTag/project") ||
      BY_EMR.test(JSON.stringify(Condition)) ||
      actions.filter((name) => name.startsWith("ec2:")).every((name) => OF_LAMBDA.includes(name)))
  );
}

/** A statement names its resources; a trust policy has none, it is about its role. */
function violations(json: StackJson, _environment: Environment, stack: string): string[] {
  const admitted = stack === "deployers" ? isAdmittedToDeploy : isAdmitted;
  return statementsIn(json)
    .filter(({ type }) => !EXCEPT.includes(type))
    .flatMap(({ address, Resource, ...statement }) => [
      ...("NotResource" in statement ? [`${address} names what it is not about`] : []),
      ...listOf(Resource)
        .filter((resource) => /^[*:]*$|^arn:[^:]*:(\*|[a-z0-9-]+:[^:]*:[^:]*:[*/]+$|s3:::\*)/.test(resource))
        .filter((resource) => !admitted(resource, statement))
        .map((resource) => `${address} is about ${resource}`),
    ]);
}

/** EC2's actions are Lambda's to call, in the name of the role. */
function isAdmitted(resource: string, { Effect, Action, Condition }: Stated): boolean {
  const actions = listOf(Action);
  const only = (some: readonly string[]) =>
    Effect === "Allow" && actions.every((name) => some.includes(name));
  const isByLambda = JSON.stringify(Condition) === BY_LAMBDA;
  if (resource === "*") return only(STAR) && (isByLambda || !actions.some((name) => name.startsWith("ec2:")));
  return OF_EC2.test(resource) && only(OF_THE_SERVICE) && isByLambda;
}

holdsEverywhere(violations);

test("the modules' list is this one", () => {
  expect(Object.keys(STAR_ACTIONS).sort()).toEqual(STAR);
});

test.each([
  "*",
  "arn:aws:s3:::*",
  "arn:aws:s3:::*/*",
  "arn:aws:sqs:*:*:*",
  "arn:aws:sqs:eu-central-1:111111111111:*/*",
  "arn:aws:*:*:*:*",
])("catches the resource %s", (resource) => {
  const json = spoilt("pipeline", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: ["arn:aws:s3:::raw/events/*", resource],
    }),
  );
  expect(violations(json, "dev", "pipeline")).toEqual([
    expect.stringMatching(/^aws_iam_role_policy\.\w+ is about \S*\*$/),
  ]);
});

test("catches everything but", () => {
  const json = spoilt("pipeline", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      Effect: "Allow",
      Action: "s3:GetObject",
      NotResource: "arn:aws:s3:::raw",
    }),
  );
  expect(violations(json, "dev", "pipeline")).toEqual([expect.stringMatching(/names what it is not about$/)]);
});

test.each<[string, string | string[]]>([
  ["an action that is on no list", ["xray:PutTraceSegments", "xray:GetTraceSummaries"]],
  ["EC2's, by the code of a function", "ec2:DescribeSubnets"],
])("catches * for %s", (_, Action) => {
  const json = spoilt("database", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", { Effect: "Allow", Action, Resource: "*" }),
  );
  expect(violations(json, "dev", "pipeline")).toEqual([expect.stringMatching(/ is about \*$/)]);
});

test.each(["ec2:DeleteNetworkInterface", "ec2:RunInstances"])("catches all of EC2 for %s", (Action) => {
  const json = spoilt("database", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      ...{ Effect: "Allow", Action, Resource: "arn:aws:ec2:eu-central-1:111111111111:*/*" },
      ...(Action === "ec2:RunInstances" ? { Condition: JSON.parse(BY_LAMBDA) } : {}),
    }),
  );
  expect(violations(json, "dev", "pipeline")).toHaveLength(1);
});

test.each<[string, string, string, object]>([
  ["a change of everything", "ec2:CreateVpc", "*", {}],
  ["data of everything", "dynamodb:ListTables", "*", {}],
  ["a network without tags", "ec2:DeleteVpc", "arn:aws:ec2:eu-central-1:111111111111:*/*", {}],
  [
    "what is refused only under a condition",
    "ec2:DeleteVpc",
    "arn:aws:ec2:eu-central-1:111111111111:*/*",
    { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/*" } },
  ],
])("catches %s by who deploys", (_, Action, Resource, Condition) => {
  const json = spoilt("deployers", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      ...{ Effect: "Allow", Action, Resource, Condition },
    }),
  );
  expect(violations(json, "dev", "deployers")).toHaveLength(1);
});
