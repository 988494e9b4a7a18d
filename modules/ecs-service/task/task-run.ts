import type { IConstruct } from "constructs";
import { accountOf } from "../../shared";
import { MAIN_CONTAINER } from "./task-rules";

export interface RunCommandProps {
  /** Ids of the subnets that the task may be in. */
  readonly subnetIds: readonly string[];
  /** Ids of the security groups that the task is behind. */
  readonly securityGroupIds: readonly string[];
  /** Program and arguments in place of the main container's. @default those of the task */
  readonly command?: readonly string[];
}

interface RunCommand extends RunCommandProps {
  readonly taskName: string;
  readonly clusterName: string;
}

/** @see https://docs.aws.amazon.com/cli/latest/reference/ecs/run-task.html */
export function runCommandText(scope: IConstruct, run: RunCommand): string {
  const { subnetIds, securityGroupIds, command } = run;
  const network = {
    awsvpcConfiguration: {
      subnets: subnetIds,
      securityGroups: securityGroupIds,
      assignPublicIp: "DISABLED",
    },
  };
  return [
    "aws ecs run-task",
    `--region ${accountOf(scope).region}`,
    `--cluster ${run.clusterName}`,
    `--task-definition ${run.taskName}`,
    "--launch-type FARGATE",
    "--propagate-tags TASK_DEFINITION",
    `--network-configuration ${quoted(JSON.stringify(network))}`,
    ...(command ? [`--overrides ${quoted(overrides(command))}`] : []),
  ].join(" ");
}

/** What a run of the task changes: the main container's command. */
export function overrides(command: readonly string[]): string {
  return JSON.stringify({ containerOverrides: [{ name: MAIN_CONTAINER, command }] });
}

/** As a shell reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
