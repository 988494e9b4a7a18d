import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { keyStatementOf, type PolicyStatement, statementsOf } from "./granted";
import { refersTo, resources } from "./policies";
import type { Block, StackJson } from "./synth";

/** What the roles of a stack may do, by the roles' names. */
export function permissionsIn(json: StackJson): Record<string, PolicyStatement[]> {
  return Object.fromEntries(
    resources(json, "aws_iam_role").map(([address, { name }]) => [
      name,
      [...resources(json, "aws_iam_role_policy"), ...attached(json)]
        .filter(([, { role }]) => refersTo(role, address))
        .flatMap(([, { policy }]) => statementsOf(policy)),
    ]),
  );
}

/** Policies of the stack that a role has because one did not hold all. */
function attached(json: StackJson): [address: string, block: Block][] {
  return resources(json, "aws_iam_role_policy_attachment").flatMap(([address, { role, policy_arn: arn }]) =>
    resources(json, "aws_iam_policy")
      .filter(([policy]) => refersTo(arn, policy))
      .map(([, { policy }]): [string, Block] => [address, { role, policy }]),
  );
}

/** Statements as a page of a review has them, with the names of one environment. */
export function statementsFor(config: PlatformConfig) {
  const { region, accountId: account } = config;
  const { keyAlias: alias } = namesFor(config);
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const may = (actions: string | readonly string[], resource: string | readonly string[], when = {}) => ({
    Effect: "Allow",
    Action: actions,
    Resource: resource,
    ...when,
  });
  const key = (service: string, ...actions: string[]) =>
    keyStatementOf({ region, account, alias }, service, ...actions);
  const byLambda = { Condition: { Null: { "lambda:SourceFunctionArn": "true" } } };

  return {
    arn,
    may,
    key,
    objects: (bucket: string, prefix: string) => `arn:aws:s3:::${bucket}/${prefix}*`,
    /** What every function may: log, read its variables, send its trace. */
    ofFunction: (name: string) => [
      may(["logs:CreateLogStream", "logs:PutLogEvents"], arn("logs", `log-group:/aws/lambda/${name}:*`)),
      key("lambda", "kms:Decrypt"),
      may(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ],
    /** What Lambda may in the name of a function in a VPC, and the function's code may not. */
    inVpc: [
      may(
        "ec2:CreateNetworkInterface",
        ["network-interface/*", "subnet/*", "security-group/*"].map((kind) => arn("ec2", kind)),
        byLambda,
      ),
      may(
        [...["ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses"], "ec2:UnassignPrivateIpAddresses"],
        arn("ec2", "*/*"),
        byLambda,
      ),
      may(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*", byLambda),
    ],
    /** What a stage may with its queue. */
    ofQueue: (name: string) => [
      may(
        [
          ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          "sqs:ChangeMessageVisibility",
        ],
        arn("sqs", name),
      ),
      key("sqs", "kms:Decrypt"),
    ],
    user: (name: string) => may("rds-db:connect", arn("rds-db", `dbuser:cluster-*/${name}`)),
  };
}
