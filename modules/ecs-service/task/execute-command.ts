import type { IConstruct } from "constructs";
import type { Grantee } from "../../iam";
import { arnOf } from "../../shared";
import type { EcsClusterReference } from "./ecs-cluster-reference";

/**
 * Where the agent that runs people's commands keeps its state and its log. ECS puts the agent into the container, but
 * nothing to write to on a root that is read-only.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
 */
export const EXECUTE_COMMAND_PATHS: readonly string[] = ["/var/lib/amazon", "/var/log/amazon"];

/**
 * Lets a task take commands: its channels to Session Manager, the log of what is done, and the key of both. The agent
 * calls KMS itself and not by a service, so the alias alone says which key.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging
 */
export function grantExecuteCommand(scope: IConstruct, role: Grantee, cluster: EcsClusterReference): void {
  const { commandLogGroupName, keyAlias } = cluster;
  role.allow({
    actions: [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
    resources: ["*"],
  });
  role.allow({
    actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    resources: [arnOf(scope, "logs", `log-group:${commandLogGroupName}:*`)],
  });
  // The agent looks through the groups to see that this one is encrypted.
  role.allow({ actions: ["logs:DescribeLogGroups"], resources: [arnOf(scope, "logs", "log-group:*")] });
  role.allow({
    actions: ["kms:Decrypt"],
    resources: [arnOf(scope, "kms", "key/*")],
    conditions: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": keyAlias } },
  });
}
