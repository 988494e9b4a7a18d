import { type Statement, TRACING } from "../../iam";

/**
 * What Step Functions does with CloudWatch Logs in the name of a machine's role: it sets a delivery up, and asks whether
 * it may, when the machine is made.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
 */
export const LOG_DELIVERY: Statement = {
  actions: [
    ...["CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery"],
    ...["ListLogDeliveries", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"],
  ].map((action) => `logs:${action}`),
  resources: ["*"],
};

/** What a machine needs that sends its traces to X-Ray. @see https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html */
export const MACHINE_TRACING: Statement = {
  ...TRACING,
  actions: [...TRACING.actions, "xray:GetSamplingRules", "xray:GetSamplingTargets"],
};
