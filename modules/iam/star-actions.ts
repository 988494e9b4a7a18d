import type { IConstruct } from "constructs";
import { arnOf } from "../shared";
import type { Statement } from "./statement";

/**
 * Actions that AWS allows on `*` only, each with its reason. A role takes `*` for these and for nothing else, so the
 * list is closed: what can name its resources is not in it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmessagegatewayservice.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticmapreduce.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
export const STAR_ACTIONS: Readonly<Record<string, string>> = {
  "xray:PutTraceSegments": "a trace segment belongs to no resource",
  "xray:PutTelemetryRecords": "a telemetry record belongs to no resource",
  "xray:GetSamplingRules": "how much is traced is said for the account",
  "xray:GetSamplingTargets": "how much is traced is said for the account",
  "logs:CreateLogDelivery": "a delivery has no ARN",
  "logs:GetLogDelivery": "a delivery has no ARN",
  "logs:UpdateLogDelivery": "a delivery has no ARN",
  "logs:DeleteLogDelivery": "a delivery has no ARN",
  "logs:ListLogDeliveries": "deliveries are listed for the account",
  "logs:PutResourcePolicy": "a resource policy of CloudWatch Logs is the account's",
  "logs:DescribeResourcePolicies": "resource policies of CloudWatch Logs are the account's",
  "logs:DescribeLogGroups": "log groups are listed for the account",
  "ec2:DescribeNetworkInterfaces": "EC2 describes without regard to resources",
  "ec2:DescribeSubnets": "EC2 describes without regard to resources",
  "elasticmapreduce:RunJobFlow":
    "a cluster that is not there yet has no ARN; the tags of the request are the limit",
  "ecr:GetAuthorizationToken": "the token is of the registry; what it opens is decided for each repository",
  "ssmmessages:CreateControlChannel": "a channel belongs to who opens it, and has no ARN",
  "ssmmessages:CreateDataChannel": "a channel belongs to who opens it, and has no ARN",
  "ssmmessages:OpenControlChannel": "a channel belongs to who opens it, and has no ARN",
  "ssmmessages:OpenDataChannel": "a channel belongs to who opens it, and has no ARN",
};

/** What a function needs that sends its traces to X-Ray. @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
export const TRACING: Statement = {
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  resources: ["*"],
};

/**
 * What Lambda needs to put a function into a VPC, in the name of the function's role. The code of a function sends
 * `lambda:SourceFunctionArn` with every call, Lambda itself does not: so Lambda may, and the code may not.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export function networkInterfaceStatements(scope: IConstruct): Statement[] {
  const conditions = { Null: { "lambda:SourceFunctionArn": "true" } };
  const anyOf = (...kinds: string[]) => kinds.map((kind) => arnOf(scope, "ec2", `${kind}/*`));
  return [
    {
      actions: ["ec2:CreateNetworkInterface"],
      resources: anyOf("network-interface", "subnet", "security-group"),
      conditions,
    },
    {
      actions: [
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      resources: anyOf("*"),
      conditions,
    },
    { actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], resources: ["*"], conditions },
  ];
}
