import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type Grantee, Role } from "../../iam";
import { arnOf, ModuleError } from "../../shared";
import { LogGroup } from "../../storage";
import { CONTAINER_DEFAULTS, containerDefinition } from "./container-definition";
import type { EcsClusterReference } from "./ecs-cluster-reference";
import { grantEfs } from "./efs-volumes";
import { grantExecuteCommand } from "./execute-command";
import { grantLogRouter } from "./log-router";
import { taskContainers, taskVolumes } from "./task-containers";
import type { FargateTaskProps } from "./task-props";
import { MAIN_CONTAINER, taskMistakes } from "./task-rules";
import { type RunCommandProps, runCommandText } from "./task-run";
import { grantSecrets } from "./task-secrets";

const DEFAULTS = {
  architecture: "arm64",
  executeCommand: false,
  logRetentionDays: 30,
  keepRevisions: true,
} as const;

/** A task of Fargate: its containers on read-only roots, its log, and two narrow roles. */
export class FargateTask extends Construct {
  readonly taskName: string;
  /** Grant it what the containers do. */
  readonly role: Role;
  /** What ECS takes to start the task: it pulls the images, reads the secrets and writes the log. */
  readonly executionRole: Role;
  readonly logGroup: LogGroup;
  readonly resource: EcsTaskDefinition;
  readonly cluster: EcsClusterReference;
  readonly mainContainer = MAIN_CONTAINER;
  /** Port of the main container, if it listens; Service Connect calls it by the container's name. */
  readonly port: number | undefined;
  readonly stopTimeoutSeconds: number;
  /** Whether people may run commands in the main container: a service must say the same. */
  readonly executeCommand: boolean;
  /** All revisions of the task definition, literal. */
  readonly taskDefinitionArnPattern: string;
  /** All tasks of the cluster: the end of an ARN is made by AWS. Literal. */
  readonly taskArnPattern: string;

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: FargateTaskProps,
  ) {
    super(scope, id);
    const mistakes = taskMistakes(props);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    const {
      taskName,
      cluster,
      keyArn,
      executeCommand = DEFAULTS.executeCommand,
      logRetentionDays = DEFAULTS.logRetentionDays,
      stopTimeoutSeconds = CONTAINER_DEFAULTS.stopTimeoutSeconds,
    } = props;
    this.taskName = taskName;
    this.cluster = cluster;
    this.port = props.port;
    this.executeCommand = executeCommand;
    this.stopTimeoutSeconds = stopTimeoutSeconds;
    this.taskDefinitionArnPattern = arnOf(this, "ecs", `task-definition/${taskName}:*`);
    this.taskArnPattern = arnOf(this, "ecs", `task/${cluster.clusterName}/*`);
    this.logGroup = new LogGroup(this, "LogGroup", {
      logGroupName: `/ecs/${taskName}`,
      keyArn,
      retentionDays: logRetentionDays,
    });
    this.role = this.createRole("Role", taskName, props.description);
    this.executionRole = this.createRole("ExecutionRole", `${taskName}-execution`, `Starts ${taskName}`);
    this.grantTask();
    this.grantExecution();
    this.resource = this.createDefinition();
  }

  /** What must wait until the task can run: literal ARNs and names hide the order. */
  get ready(): ITerraformDependable[] {
    return [this.logGroup.resource, ...this.role.ready, ...this.executionRole.ready];
  }

  /**
   * Lets `grantee` run the task in one cluster, hand it its two roles and nothing else, and pass its tags on.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html#IAM_run_policies
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
   */
  grantRun(grantee: Grantee, cluster: EcsClusterReference = this.cluster): void {
    grantee.allow({
      actions: ["ecs:RunTask"],
      resources: [this.taskDefinitionArnPattern],
      conditions: { ArnEquals: { "ecs:cluster": cluster.clusterArn } },
    });
    grantee.allow({
      actions: ["ecs:TagResource"],
      resources: [arnOf(this, "ecs", `task/${cluster.clusterName}/*`)],
      conditions: { StringEquals: { "ecs:CreateAction": "RunTask" } },
    });
    grantee.allow({
      actions: ["iam:PassRole"],
      resources: [this.role.roleArn, this.executionRole.roleArn],
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
  }

  /** The line with which people run the task once. */
  runCommand(props: RunCommandProps): string {
    return runCommandText(this, { ...props, taskName: this.taskName, clusterName: this.cluster.clusterName });
  }

  /** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
  private createRole(id: string, roleName: string, description: string): Role {
    return new Role(this, id, {
      roleName,
      description,
      service: "ecs-tasks.amazonaws.com",
      sourceArn: arnOf(this, "ecs", "*"),
    });
  }

  private grantTask(): void {
    const { cluster, efsVolumes = [], logRouter } = this.props;
    if (this.executeCommand) grantExecuteCommand(this, this.role, cluster);
    if (logRouter) grantLogRouter(this, this.role, logRouter);
    for (const volume of efsVolumes) grantEfs(this, this.role, volume);
  }

  private grantExecution(): void {
    const { image, sidecars = [], logRouter, secrets = {}, keyAlias } = this.props;
    this.logGroup.grantWrite(this.executionRole);
    image.grantPull(this.executionRole);
    logRouter?.image.grantPull(this.executionRole);
    for (const sidecar of sidecars) sidecar.image.grantPull(this.executionRole);
    for (const wanted of [secrets, ...sidecars.map((sidecar) => sidecar.secrets ?? {})]) {
      grantSecrets(this, this.executionRole, keyAlias, wanted);
    }
  }

  private createDefinition(): EcsTaskDefinition {
    const { size, architecture = DEFAULTS.architecture, ephemeralStorageGiB } = this.props;
    const { keepRevisions = DEFAULTS.keepRevisions } = this.props;
    const containers = taskContainers(this, this.props, this.logGroup.logGroupName);
    return new EcsTaskDefinition(this, "Resource", {
      family: this.taskName,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(size.cpuUnits),
      memory: String(size.memoryMiB),
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: architecture === "arm64" ? "ARM64" : "X86_64",
      },
      taskRoleArn: this.role.resource.arn,
      executionRoleArn: this.executionRole.resource.arn,
      containerDefinitions: JSON.stringify(containers.map(containerDefinition)),
      volume: taskVolumes(this.props),
      ...(ephemeralStorageGiB === undefined ? {} : { ephemeralStorage: { sizeInGib: ephemeralStorageGiB } }),
      skipDestroy: keepRevisions,
      dependsOn: this.ready,
    });
  }
}
