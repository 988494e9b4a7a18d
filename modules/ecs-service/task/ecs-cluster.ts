import { EcsCluster as Cluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ModuleError } from "../../shared";
import { LogGroup } from "../../storage";
import { EcsClusterReference, type EcsClusterReferenceProps } from "./ecs-cluster-reference";

const DEFAULTS = {
  spot: false,
  containerInsights: "enhanced",
  insightsRetentionDays: 7,
  commandLogRetentionDays: 30,
} as const;

export interface EcsClusterProps extends EcsClusterReferenceProps {
  /** ARN of the key: logs and sessions take no alias. */
  readonly keyArn: string;
  /** Offers Fargate Spot as well, whose tasks AWS may end with two minutes' notice; each service says what it takes. @default false */
  readonly spot?: boolean;
  /** Figures of cluster, services and tasks; `enhanced` also those of each container. @default "enhanced" */
  readonly containerInsights?: "enhanced" | "enabled" | "disabled";
  /** Days that the lines behind these figures are kept; the figures stay. @default 7 */
  readonly insightsRetentionDays?: number;
  /** Days that what people do in containers is kept. @default 30 */
  readonly commandLogRetentionDays?: number;
}

/** A cluster of Fargate: no machine of its own, and a log of what people do in containers. */
export class EcsCluster extends EcsClusterReference {
  readonly resource: Cluster;
  private readonly capacity: EcsClusterCapacityProviders;

  constructor(scope: Construct, id: string, props: EcsClusterProps) {
    super(scope, id, props);
    const { spot = DEFAULTS.spot, containerInsights = DEFAULTS.containerInsights } = props;
    this.check(props.clusterName);
    this.resource = new Cluster(this, "Resource", {
      name: this.clusterName,
      setting: [{ name: "containerInsights", value: containerInsights }],
      configuration: {
        executeCommandConfiguration: {
          kmsKeyId: props.keyArn,
          logging: "OVERRIDE",
          logConfiguration: {
            cloudWatchEncryptionEnabled: true,
            cloudWatchLogGroupName: this.commandLogGroupName,
          },
        },
      },
      dependsOn: this.createLogGroups(props).map(({ resource }) => resource),
    });
    this.capacity = this.createCapacity(spot);
  }

  override get ready(): ITerraformDependable[] {
    return [this.resource, this.capacity];
  }

  /** Reference to a cluster that another stack makes. */
  static fromName(scope: Construct, id: string, props: EcsClusterReferenceProps): EcsClusterReference {
    return new EcsClusterReference(scope, id, props);
  }

  /**
   * Before the cluster: a log group that is not there Container Insights makes itself, not encrypted, and leaves
   * behind.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
   */
  private createLogGroups(props: EcsClusterProps): LogGroup[] {
    const {
      keyArn,
      containerInsights = DEFAULTS.containerInsights,
      insightsRetentionDays = DEFAULTS.insightsRetentionDays,
      commandLogRetentionDays = DEFAULTS.commandLogRetentionDays,
    } = props;
    const commands = new LogGroup(this, "CommandLog", {
      logGroupName: this.commandLogGroupName,
      keyArn,
      retentionDays: commandLogRetentionDays,
    });
    if (containerInsights === "disabled") return [commands];
    const insights = new LogGroup(this, "InsightsLog", {
      logGroupName: this.insightsLogGroupName,
      keyArn,
      retentionDays: insightsRetentionDays,
    });
    return [commands, insights];
  }

  /** A service that says nothing of its own gets Fargate, not Spot. */
  private createCapacity(spot: boolean): EcsClusterCapacityProviders {
    return new EcsClusterCapacityProviders(this, "Capacity", {
      clusterName: this.resource.name,
      capacityProviders: ["FARGATE", ...(spot ? ["FARGATE_SPOT"] : [])],
      defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }],
    });
  }

  /** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html */
  private check(clusterName: string): void {
    if (/^[A-Za-z0-9_-]{1,255}$/.test(clusterName)) return;
    const rule = "clusterName must be 1 to 255 letters, digits, - or _";
    throw new ModuleError(this, `${rule}, got ${clusterName || "nothing"}`);
  }
}
