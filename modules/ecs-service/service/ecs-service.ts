import { EcsService as EcsServiceResource } from "@cdktf/provider-aws/lib/ecs-service";
import { dependable, type ITerraformDependable, Lazy, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { Role } from "../../iam";
import { arnOf, ModuleError } from "../../shared";
import { ServiceTargets } from "../balancer/target-group";
import type { FargateTask } from "../task/fargate-task";
import { DeploymentCheck } from "./deployment-check";
import { ServiceAlarms } from "./service-alarms";
import { capacityOf } from "./service-capacity";
import { serviceConnectOf } from "./service-connect";
import type { EcsServiceProps } from "./service-props";
import { mistakesInService, SERVICE_DEFAULTS, targetOptions } from "./service-rules";
import { ServiceScaling } from "./service-scaling";
import { ServiceSecurityGroup } from "./service-security-group";

/** What calls a service without a balancer: something in the VPC with a security group of its own. */
export interface ServiceClient extends IConstruct {
  /** Only what is in a VPC has one. */
  readonly securityGroupId?: string | undefined;
}

/**
 * A service on Fargate that is replaced without losing a request, and whose bad deployments are rolled back and fail the
 * apply. With a port, a `healthPath` and a balancer it takes requests; it is let in by nobody else.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export class EcsService extends Construct {
  readonly serviceName: string;
  /** Literal. */
  readonly serviceArn: string;
  /** Role of its tasks: grant it what the code does. */
  readonly role: Role;
  /** Made by AWS. */
  readonly securityGroupId: string;
  /** What the balancer sends requests to; none without a balancer. */
  readonly targets: ServiceTargets | undefined;
  readonly resource: EcsServiceResource;
  private readonly task: FargateTask;
  private readonly securityGroup: ServiceSecurityGroup;
  private readonly clients = new Set<ServiceClient>();

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: EcsServiceProps,
  ) {
    super(scope, id);
    const mistakes = mistakesInService(props);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    const { serviceName, cluster, task } = props;
    this.serviceName = serviceName;
    this.serviceArn = arnOf(this, "ecs", `service/${cluster.clusterName}/${serviceName}`);
    this.task = task;
    this.role = task.role;
    this.targets = this.createTargets();
    this.securityGroup = this.createSecurityGroup();
    this.securityGroupId = this.securityGroup.resource.id;
    const { alarmNames, alarms } = this.createAlarms();
    // Lazy, because the task's role gets its policy with its first grant, which may come after the service.
    const waitsFor = [...this.clusterResources(), ...this.securityGroup.ready, ...alarms];
    this.resource = this.createService(alarmNames);
    this.resource.dependsOn = Lazy.listValue({
      produce: () => [...task.ready, ...waitsFor, ...(this.targets?.ready ?? [])].map(dependable),
    });
    this.createCheck();
    this.createScaling();
  }

  /**
   * Lets `client` call the tasks on their port, past the balancer.
   *
   * @throws ModuleError when the task has no port, or the client is in no VPC
   */
  grantConnect(client: ServiceClient): void {
    if (this.clients.has(client)) return;
    const { port } = this.task;
    if (port === undefined) {
      throw new ModuleError(this, `task must have a port to be called, got ${this.task.node.path} without`);
    }
    const { securityGroupId } = client;
    if (securityGroupId === undefined) {
      throw new ModuleError(this, `client must be in the VPC, got ${client.node.path} without one`);
    }
    this.clients.add(client);
    const { id } = client.node;
    this.securityGroup.admit(`From${id}`, { securityGroupId, description: id }, port);
  }

  private createTargets(): ServiceTargets | undefined {
    const { balancer, healthPath, serviceName: name, vpcId, task } = this.props;
    const { port } = task;
    if (!balancer || healthPath === undefined || port === undefined) return undefined;
    const options = targetOptions(this.props);
    return new ServiceTargets(this, "Targets", { ...options, balancer, healthPath, name, vpcId, port });
  }

  private createSecurityGroup(): ServiceSecurityGroup {
    const { serviceName, vpcId, peers = [], balancer, task } = this.props;
    const group = new ServiceSecurityGroup(this, "SecurityGroup", { serviceName, vpcId });
    if (balancer && task.port !== undefined) {
      const { securityGroupId } = balancer;
      group.admit("Balancer", { securityGroupId, description: `Balancer of ${serviceName}` }, task.port);
    }
    for (const peer of peers) group.reach(`Port${peer.port}-${peer.description.replace(/\W/g, "")}`, peer);
    return group;
  }

  /** The names of those that roll a deployment back, and what must be there before they can be named. */
  private createAlarms(): { alarmNames: string[]; alarms: ITerraformDependable[] } {
    const { serviceName, cluster, balancer, alarmTopic: topic, deploymentAlarms = [] } = this.props;
    if (!topic) return { alarmNames: [...deploymentAlarms], alarms: [] };
    const {
      healthGraceSeconds = SERVICE_DEFAULTS.healthGraceSeconds,
      errorAlarmCount = SERVICE_DEFAULTS.errorAlarmCount,
      responseAlarmSeconds = SERVICE_DEFAULTS.responseAlarmSeconds,
      cpuAlarmPercent = SERVICE_DEFAULTS.cpuAlarmPercent,
      memoryAlarmPercent = SERVICE_DEFAULTS.memoryAlarmPercent,
    } = this.props;
    const { deployment } = new ServiceAlarms(this, "Alarms", {
      ...{ serviceName, clusterName: cluster.clusterName, topic, healthGraceSeconds, errorAlarmCount },
      ...{ responseAlarmSeconds, cpuAlarmPercent, memoryAlarmPercent },
      front:
        balancer && this.targets
          ? { balancerSuffix: balancer.arnSuffix, targetsSuffix: this.targets.arnSuffix }
          : undefined,
    });
    return {
      alarmNames: [...deployment.map(({ alarmName }) => alarmName), ...deploymentAlarms],
      alarms: deployment.map(({ resource }) => resource),
    };
  }

  /** What scaling has set stays as it is; without scaling the number is what the props say. */
  private createService(alarmNames: string[]): EcsServiceResource {
    const { serviceName: name, cluster, task, subnetIds, serviceConnect } = this.props;
    const {
      desiredCount = SERVICE_DEFAULTS.desiredCount,
      minimumHealthyPercent = SERVICE_DEFAULTS.minimumHealthyPercent,
      maximumPercent = SERVICE_DEFAULTS.maximumPercent,
    } = this.props;
    return new EcsServiceResource(this, "Resource", {
      name,
      cluster: cluster.clusterArn,
      taskDefinition: task.resource.arn,
      desiredCount,
      capacityProviderStrategy: capacityOf(this.props),
      platformVersion: "LATEST",
      // Without it a change of capacity would make the service anew, which is an outage.
      forceNewDeployment: true,
      waitForSteadyState: true,
      deploymentMinimumHealthyPercent: minimumHealthyPercent,
      deploymentMaximumPercent: maximumPercent,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...(alarmNames.length > 0 ? { alarms: { alarmNames, enable: true, rollback: true } } : {}),
      availabilityZoneRebalancing: "ENABLED",
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      enableExecuteCommand: task.executeCommand,
      networkConfiguration: {
        subnets: subnetIds,
        securityGroups: [this.securityGroupId],
        assignPublicIp: false,
      },
      ...this.front(),
      ...(serviceConnect
        ? { serviceConnectConfiguration: serviceConnectOf(this, serviceConnect, task) }
        : {}),
      ...(this.scales ? { lifecycle: { ignoreChanges: ["desired_count"] } } : {}),
    });
  }

  private front() {
    const { task, healthGraceSeconds = SERVICE_DEFAULTS.healthGraceSeconds } = this.props;
    if (!this.targets || task.port === undefined) return {};
    return {
      healthCheckGracePeriodSeconds: healthGraceSeconds,
      loadBalancer: [
        {
          targetGroupArn: this.targets.resource.arn,
          containerName: task.mainContainer,
          containerPort: task.port,
        },
      ],
    };
  }

  /** The cluster's literal ARN hides that it must be there, and offer the capacity. That of another stack is. */
  private clusterResources(): ITerraformDependable[] {
    const { cluster } = this.props;
    return TerraformStack.of(cluster) === TerraformStack.of(this) ? cluster.ready : [];
  }

  private createCheck(): void {
    const { serviceName, cluster, task } = this.props;
    new DeploymentCheck(this, "Deployment", {
      ...{ serviceName, cluster, service: this.resource, taskDefinition: task.resource },
      logGroupName: task.logGroup.logGroupName,
    });
  }

  /** Scaling would raise 0 to its least number of tasks. */
  private get scales(): boolean {
    const { scaling, desiredCount } = this.props;
    return scaling !== undefined && desiredCount !== 0;
  }

  private createScaling(): void {
    const { serviceName, cluster, scaling } = this.props;
    if (!scaling || !this.scales) return;
    new ServiceScaling(this, "Scaling", {
      ...{ serviceName, clusterName: cluster.clusterName, service: this.resource, scaling },
      requestsLabel: this.targets?.fullName,
    });
  }
}
