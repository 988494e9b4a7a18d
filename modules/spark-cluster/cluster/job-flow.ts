import type {
  ClusterCapacity,
  EbsProps,
  InstanceFleetProps,
  InstanceFleetsProps,
  InstanceGroupProps,
  InstanceGroupsProps,
  ManagedScalingProps,
} from "./capacity-props";
import { CAPACITY_DEFAULTS } from "./capacity-rules";
import type { Configuration } from "./configurations";
import { CLUSTER_TAG, EMR_TAG } from "./emr-tag";

/** Where the ids of the subnets go: a list that Terraform knows only later has no place inside JSON text. */
export const SUBNET_IDS = "<subnetIds>";

/** All that a cluster is made of, by name or id. */
export interface JobFlow {
  readonly sparkName: string;
  readonly release: string;
  readonly applications: readonly string[];
  readonly configurations: readonly Configuration[];
  readonly capacity: ClusterCapacity;
  readonly managedScaling: ManagedScalingProps | undefined;
  readonly autoTerminationSeconds: number;
  readonly stepConcurrency: number;
  readonly rootVolumeGiB: number;
  readonly customAmiId: string | undefined;
  readonly bootstrapActions: readonly {
    readonly name: string;
    readonly path: string;
    readonly arguments: readonly string[];
  }[];
  readonly logAddress: string;
  readonly keyArn: string;
  readonly serviceRole: string;
  readonly instanceProfile: string;
  readonly securityConfiguration: string;
  readonly primarySecurityGroupId: string;
  readonly workersSecurityGroupId: string;
  readonly serviceSecurityGroupId: string;
  /** The one subnet of instance groups. */
  readonly subnetId: string;
}

/**
 * A cluster as Step Functions asks EMR for it. It waits for steps, which the state machine adds, and ends itself when
 * the machine that made it is no more.
 *
 * @see https://docs.aws.amazon.com/emr/latest/APIReference/API_RunJobFlow.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html
 */
export function jobFlowRequest(flow: JobFlow): object {
  const tags = { ...EMR_TAG, [CLUSTER_TAG]: flow.sparkName, Name: flow.sparkName };
  return {
    Name: flow.sparkName,
    ReleaseLabel: flow.release,
    Applications: flow.applications.map((Name) => ({ Name })),
    Configurations: flow.configurations,
    LogUri: flow.logAddress,
    LogEncryptionKmsKeyId: flow.keyArn,
    ServiceRole: flow.serviceRole,
    JobFlowRole: flow.instanceProfile,
    SecurityConfiguration: flow.securityConfiguration,
    EbsRootVolumeSize: flow.rootVolumeGiB,
    ...(flow.customAmiId === undefined ? {} : { CustomAmiId: flow.customAmiId }),
    ...(flow.bootstrapActions.length > 0 ? { BootstrapActions: flow.bootstrapActions.map(bootstrap) } : {}),
    StepConcurrencyLevel: flow.stepConcurrency,
    AutoTerminationPolicy: { IdleTimeout: flow.autoTerminationSeconds },
    ...(flow.managedScaling ? { ManagedScalingPolicy: scaling(flow.capacity, flow.managedScaling) } : {}),
    VisibleToAllUsers: true,
    Instances: {
      KeepJobFlowAliveWhenNoSteps: true,
      TerminationProtected: false,
      ...nodes(flow),
      EmrManagedMasterSecurityGroup: flow.primarySecurityGroupId,
      EmrManagedSlaveSecurityGroup: flow.workersSecurityGroupId,
      ServiceAccessSecurityGroup: flow.serviceSecurityGroupId,
    },
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function bootstrap({ name, path, arguments: args }: JobFlow["bootstrapActions"][number]): object {
  return { Name: name, ScriptBootstrapAction: { Path: path, Args: args } };
}

function scaling(capacity: ClusterCapacity, limits: ManagedScalingProps): object {
  return {
    ComputeLimits: {
      UnitType: unitOf(capacity),
      MinimumCapacityUnits: limits.minimumUnits,
      MaximumCapacityUnits: limits.maximumUnits,
      ...(limits.maximumOnDemandUnits === undefined
        ? {}
        : { MaximumOnDemandCapacityUnits: limits.maximumOnDemandUnits }),
      ...(limits.maximumCoreUnits === undefined ? {} : { MaximumCoreCapacityUnits: limits.maximumCoreUnits }),
    },
  };
}

/** What managed scaling counts in. */
export const unitOf = (capacity: ClusterCapacity) =>
  "groups" in capacity ? "Instances" : "InstanceFleetUnits";

function nodes({ capacity, subnetId }: JobFlow): object {
  if ("groups" in capacity) return { Ec2SubnetId: subnetId, InstanceGroups: groups(capacity.groups) };
  return { Ec2SubnetIds: SUBNET_IDS, InstanceFleets: fleets(capacity.fleets) };
}

const groups = ({ primary, core, task }: InstanceGroupsProps) => [
  group("MASTER", primary),
  group("CORE", core),
  ...(task ? [group("TASK", task)] : []),
];

const fleets = ({ primary, core, task }: InstanceFleetsProps) => [
  fleet("MASTER", primary),
  fleet("CORE", core),
  ...(task ? [fleet("TASK", task)] : []),
];

function group(role: string, { instanceType, instanceCount, spot = false, ebs }: InstanceGroupProps): object {
  return {
    Name: role.toLowerCase(),
    InstanceRole: role,
    InstanceType: instanceType,
    InstanceCount: instanceCount ?? CAPACITY_DEFAULTS.instanceCount,
    Market: spot ? "SPOT" : "ON_DEMAND",
    ...disks(ebs),
  };
}

function fleet(role: string, props: InstanceFleetProps): object {
  const { onDemandUnits = 0, spotUnits = 0 } = props;
  const { spotAllocation = CAPACITY_DEFAULTS.spotAllocation } = props;
  const { spotTimeoutMinutes = CAPACITY_DEFAULTS.spotTimeoutMinutes } = props;
  const { spotTimeoutAction = CAPACITY_DEFAULTS.spotTimeoutAction } = props;
  return {
    Name: role.toLowerCase(),
    InstanceFleetType: role,
    TargetOnDemandCapacity: onDemandUnits,
    TargetSpotCapacity: spotUnits,
    InstanceTypeConfigs: props.instances.map(({ instanceType, weight, ebs }) => ({
      InstanceType: instanceType,
      WeightedCapacity: weight ?? CAPACITY_DEFAULTS.weight,
      ...disks(ebs),
    })),
    LaunchSpecifications: {
      OnDemandSpecification: { AllocationStrategy: "lowest-price" },
      SpotSpecification: {
        AllocationStrategy: spotAllocation,
        TimeoutDurationMinutes: spotTimeoutMinutes,
        TimeoutAction: spotTimeoutAction,
      },
    },
  };
}

function disks(ebs: EbsProps | undefined): object {
  if (!ebs) return {};
  const { sizeGiB, volumes = CAPACITY_DEFAULTS.volumes, volumeType = CAPACITY_DEFAULTS.volumeType } = ebs;
  return {
    EbsConfiguration: {
      EbsBlockDeviceConfigs: [
        { VolumesPerInstance: volumes, VolumeSpecification: { SizeInGB: sizeGiB, VolumeType: volumeType } },
      ],
    },
  };
}
