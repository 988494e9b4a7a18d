import { EmrCluster } from "@cdktf/provider-aws/lib/emr-cluster";
import { EmrInstanceFleet } from "@cdktf/provider-aws/lib/emr-instance-fleet";
import { EmrInstanceGroup } from "@cdktf/provider-aws/lib/emr-instance-group";
import { EmrManagedScalingPolicy } from "@cdktf/provider-aws/lib/emr-managed-scaling-policy";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ClusterBase } from "./cluster-base";
import type { LongLivedSparkClusterProps } from "./cluster-props";
import { CLUSTER_DEFAULTS } from "./cluster-rules";
import { CLUSTER_TAG, EMR_TAG } from "./emr-tag";
import { unitOf } from "./job-flow";
import { terraformFleet, terraformGroup } from "./terraform-nodes";

/**
 * A cluster that stays, and that Terraform owns. Later changes of its nodes are EMR's or yours, not Terraform's: a new
 * target would make a new cluster. One that ended by itself plans as one to be made.
 */
export class LongLivedSparkCluster extends ClusterBase {
  readonly resource: EmrCluster;

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: LongLivedSparkClusterProps,
  ) {
    super(scope, id, props, spotMistakes(props));
    this.resource = this.createCluster();
    this.createTaskNodes();
    this.createScaling();
    this.createMachine();
  }

  protected override get clusterId() {
    return this.resource.id;
  }

  protected override get engine(): readonly ITerraformDependable[] {
    return [...super.engine, this.resource];
  }

  private createCluster(): EmrCluster {
    const { flow, props } = this;
    const { capacity } = props;
    const fleets = "fleets" in capacity;
    return new EmrCluster(this, "Resource", {
      name: flow.sparkName,
      releaseLabel: flow.release,
      applications: [...flow.applications],
      configurationsJson: JSON.stringify(flow.configurations),
      serviceRole: this.roles.service.resource.arn,
      logUri: flow.logAddress,
      logEncryptionKmsKeyId: flow.keyArn,
      securityConfiguration: flow.securityConfiguration,
      ebsRootVolumeSize: flow.rootVolumeGiB,
      ...(flow.customAmiId === undefined ? {} : { customAmiId: flow.customAmiId }),
      bootstrapAction: flow.bootstrapActions.map(({ name, path, arguments: args }) => ({
        name,
        path,
        args: [...args],
      })),
      stepConcurrencyLevel: flow.stepConcurrency,
      autoTerminationPolicy: { idleTimeout: flow.autoTerminationSeconds },
      keepJobFlowAliveWhenNoSteps: true,
      terminationProtection: props.terminationProtection ?? CLUSTER_DEFAULTS.terminationProtection,
      ec2Attributes: {
        instanceProfile: this.roles.instanceProfile.arn,
        emrManagedMasterSecurityGroup: flow.primarySecurityGroupId,
        emrManagedSlaveSecurityGroup: flow.workersSecurityGroupId,
        serviceAccessSecurityGroup: flow.serviceSecurityGroupId,
        ...(fleets ? { subnetIds: props.subnetIds } : { subnetId: flow.subnetId }),
      },
      ...(fleets
        ? {
            masterInstanceFleet: terraformFleet("master", capacity.fleets.primary),
            coreInstanceFleet: terraformFleet("core", capacity.fleets.core),
          }
        : {
            masterInstanceGroup: terraformGroup("master", capacity.groups.primary),
            coreInstanceGroup: terraformGroup("core", capacity.groups.core),
          }),
      tags: { ...EMR_TAG, [CLUSTER_TAG]: flow.sparkName, Name: flow.sparkName },
      lifecycle: { ignoreChanges: ["step", ...(fleets ? FLEET_TARGETS : GROUP_TARGETS)] },
      dependsOn: [...super.engine],
    });
  }

  private createTaskNodes(): void {
    const { capacity } = this.props;
    const clusterId = this.resource.id;
    if ("groups" in capacity && capacity.groups.task) {
      const { task } = capacity.groups;
      new EmrInstanceGroup(this, "Task", {
        clusterId,
        ...terraformGroup("task", task),
        lifecycle: { ignoreChanges: ["instance_count"] },
      });
    }
    if ("fleets" in capacity && capacity.fleets.task) {
      const { task } = capacity.fleets;
      new EmrInstanceFleet(this, "Task", {
        clusterId,
        ...terraformFleet("task", task),
        lifecycle: { ignoreChanges: ["target_on_demand_capacity", "target_spot_capacity"] },
      });
    }
  }

  private createScaling(): void {
    const { managedScaling: limits, capacity } = this.props;
    if (!limits) return;
    new EmrManagedScalingPolicy(this, "Scaling", {
      clusterId: this.resource.id,
      computeLimits: [
        {
          unitType: unitOf(capacity),
          minimumCapacityUnits: limits.minimumUnits,
          maximumCapacityUnits: limits.maximumUnits,
          ...(limits.maximumOnDemandUnits === undefined
            ? {}
            : { maximumOndemandCapacityUnits: limits.maximumOnDemandUnits }),
          ...(limits.maximumCoreUnits === undefined
            ? {}
            : { maximumCoreCapacityUnits: limits.maximumCoreUnits }),
        },
      ],
    });
  }
}

const GROUP_TARGETS = ["core_instance_group[0].instance_count", "master_instance_group[0].instance_count"];
const FLEET_TARGETS = ["master", "core"].flatMap((role) =>
  ["target_on_demand_capacity", "target_spot_capacity"].map(
    (target) => `${role}_instance_fleet[0].${target}`,
  ),
);

/** @see https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/emr_instance_group#bid_price-1 */
function spotMistakes({ capacity }: LongLivedSparkClusterProps): string[] {
  return "groups" in capacity && capacity.groups.task?.spot
    ? [
        "capacity.groups.task.spot must be false, as Terraform has Spot without a bid in fleets only, got true",
      ]
    : [];
}
