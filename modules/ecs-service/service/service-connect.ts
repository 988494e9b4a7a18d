import type { EcsServiceServiceConnectConfiguration } from "@cdktf/provider-aws/lib/ecs-service";
import type { IConstruct } from "constructs";
import { toLogGroup } from "../task/container-logs";
import type { FargateTask } from "../task/fargate-task";
import type { ServiceConnectProps } from "./service-props";

/**
 * A service in a namespace: its proxy writes into the log group of the task, and names the task's port by the container.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
 */
export function serviceConnectOf(
  scope: IConstruct,
  { namespaceArn, dnsName, port }: ServiceConnectProps,
  task: FargateTask,
): EcsServiceServiceConnectConfiguration {
  const listens = port ?? task.port;
  return {
    enabled: true,
    namespace: namespaceArn,
    logConfiguration: toLogGroup(scope, task.logGroup.logGroupName),
    ...(dnsName === undefined || listens === undefined
      ? {}
      : {
          service: [
            {
              portName: task.mainContainer,
              discoveryName: dnsName,
              clientAlias: { dnsName, port: listens },
            },
          ],
        }),
  };
}
