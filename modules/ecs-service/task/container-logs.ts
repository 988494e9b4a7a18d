import type { IConstruct } from "constructs";
import { accountOf } from "../../shared";
import type { LogConfiguration } from "./container-definition";

/**
 * Sends what a container writes to a log group. A container that waited for CloudWatch Logs would fall silent when
 * that does; so it does not wait, and what the buffer cannot hold is lost.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
 * @see https://aws.amazon.com/blogs/containers/preventing-log-loss-with-non-blocking-mode-in-the-awslogs-container-log-driver/
 */
export function toLogGroup(scope: IConstruct, logGroupName: string): LogConfiguration {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logGroupName,
      "awslogs-region": accountOf(scope).region,
      "awslogs-stream-prefix": "ecs",
      "max-buffer-size": "25m",
      mode: "non-blocking",
    },
  };
}
