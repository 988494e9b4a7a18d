import type { IConstruct } from "constructs";
import type { Grantee } from "../../iam";
import { accountOf, arnOf } from "../../shared";
import type { Container, LogConfiguration } from "./container-definition";
import { toLogGroup } from "./container-logs";
import type { LogRouterProps } from "./task-props";

/** Name of the container that Fluent Bit runs in. */
export const LOG_ROUTER = "log-router";

/**
 * Fluent Bit: root in its container, because it makes the socket that the others write to. ECS says so itself in
 * what it gives back. Its output to Firehose writes no file, so its root is read-only as well. Its own log goes to the log group, or nobody would see why the others have none.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
 * @see https://github.com/aws/containers-roadmap/issues/2122
 */
export function logRouterContainer(
  scope: IConstruct,
  { image }: LogRouterProps,
  logGroupName: string,
): Container {
  return {
    name: LOG_ROUTER,
    imageUri: image.uri,
    essential: true,
    user: "0",
    init: false,
    secretSources: [],
    mounts: [],
    log: toLogGroup(scope, logGroupName),
    firelens: true,
  };
}

/** Sends what a container writes to Fluent Bit, and by it to the delivery stream. */
export function toDeliveryStream(
  scope: IConstruct,
  { deliveryStreamName }: LogRouterProps,
): LogConfiguration {
  return {
    logDriver: "awsfirelens",
    options: {
      Name: "kinesis_firehose",
      delivery_stream: deliveryStreamName,
      region: accountOf(scope).region,
    },
  };
}

/**
 * Lets the task put records into this delivery stream.
 *
 * @see https://docs.fluentbit.io/manual/data-pipeline/outputs/firehose
 */
export function grantLogRouter(
  scope: IConstruct,
  role: Grantee,
  { deliveryStreamName }: LogRouterProps,
): void {
  role.allow({
    actions: ["firehose:PutRecordBatch"],
    resources: [arnOf(scope, "firehose", `deliverystream/${deliveryStreamName}`)],
  });
}
