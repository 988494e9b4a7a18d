import { STAR_ACTIONS } from "../../modules/iam/star-actions";
import type { PolicyStatement } from "../support/granted";
import { addStatement, firstOf, holdsEverywhere, listOf, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

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
const BY_LAMBDA = '{"Null":{"lambda:SourceFunctionArn":"true"}}';

/** A statement names its resources; a trust policy has none, it is about its role. */
function violations(json: StackJson): string[] {
  return statementsIn(json)
    .filter(({ type }) => !EXCEPT.includes(type))
    .flatMap(({ address, Resource, ...statement }) => [
      ...("NotResource" in statement ? [`${address} names what it is not about`] : []),
      ...listOf(Resource)
        .filter((resource) => /^[*:]*$|^arn:[^:]*:(\*|[a-z0-9-]+:[^:]*:[^:]*:[*/]+$|s3:::\*)/.test(resource))
        .filter((resource) => !isAdmitted(resource, statement))
        .map((resource) => `${address} is about ${resource}`),
    ]);
}

/** EC2's actions are Lambda's to call, in the name of the role. */
function isAdmitted(
  resource: string,
  { Effect, Action, Condition }: Pick<PolicyStatement, "Effect" | "Action" | "Condition">,
): boolean {
  const actions = listOf(Action);
  const only = (some: readonly string[]) =>
    Effect === "Allow" && actions.every((name) => some.includes(name));
  const isByLambda = JSON.stringify(Condition) === BY_LAMBDA;
  if (resource === "*") return only(STAR) && (isByLambda || !actions.some((name) => name.startsWith("ec2:")));
  return /^arn:aws:ec2:[a-z0-9-]+:\d{12}:\*\/\*$/.test(resource) && only(OF_THE_SERVICE) && isByLambda;
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
  expect(violations(json)).toEqual([expect.stringMatching(/^aws_iam_role_policy\.\w+ is about \S*\*$/)]);
});

test("catches everything but", () => {
  const json = spoilt("pipeline", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      Effect: "Allow",
      Action: "s3:GetObject",
      NotResource: "arn:aws:s3:::raw",
    }),
  );
  expect(violations(json)).toEqual([expect.stringMatching(/names what it is not about$/)]);
});

test.each<[string, string | string[]]>([
  ["an action that is on no list", ["xray:PutTraceSegments", "xray:GetTraceSummaries"]],
  ["EC2's, by the code of a function", "ec2:DescribeSubnets"],
])("catches * for %s", (_, Action) => {
  const json = spoilt("database", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", { Effect: "Allow", Action, Resource: "*" }),
  );
  expect(violations(json)).toEqual([expect.stringMatching(/ is about \*$/)]);
});

test.each(["ec2:DeleteNetworkInterface", "ec2:RunInstances"])("catches all of EC2 for %s", (Action) => {
  const json = spoilt("database", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      ...{ Effect: "Allow", Action, Resource: "arn:aws:ec2:eu-central-1:111111111111:*/*" },
      ...(Action === "ec2:RunInstances" ? { Condition: JSON.parse(BY_LAMBDA) } : {}),
    }),
  );
  expect(violations(json)).toHaveLength(1);
});
