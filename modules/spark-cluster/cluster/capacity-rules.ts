import { Token } from "cdktf";
import { within } from "../jobs/job-rules";
import type {
  ClusterCapacity,
  EbsProps,
  InstanceFleetProps,
  InstanceGroupProps,
  ManagedScalingProps,
} from "./capacity-props";

export const CAPACITY_DEFAULTS = {
  instanceCount: 1,
  weight: 1,
  spotAllocation: "price-capacity-optimized",
  spotTimeoutMinutes: 20,
  spotTimeoutAction: "SWITCH_TO_ON_DEMAND",
  volumes: 1,
  volumeType: "gp3",
} as const;

const INSTANCE_TYPE = /^[a-z0-9-]+\.[a-z0-9-]+$/;
const ROLES = ["primary", "core", "task"] as const;

/**
 * What is wrong with the nodes of a cluster.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-instance-group-configuration.html
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-instance-fleet.html
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-steps-runtime-roles.html#considerations
 */
export function capacityMistakes(capacity: ClusterCapacity, subnetIds: readonly string[]): string[] {
  if ("groups" in capacity) {
    const { groups } = capacity;
    return [
      // EC2 picks no subnet for a group: https://docs.aws.amazon.com/emr/latest/APIReference/API_JobFlowInstancesConfig.html
      ...(Token.isUnresolved(subnetIds) || subnetIds.length < 2
        ? []
        : [`subnetIds must hold one, as instance groups take no more, got ${subnetIds.length}`]),
      ...ROLES.flatMap((role) => groupMistakes(role, groups[role])),
    ];
  }
  return ROLES.flatMap((role) => fleetMistakes(role, capacity.fleets[role]));
}

/**
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-scaling.html
 * @see https://docs.aws.amazon.com/emr/latest/APIReference/API_ComputeLimits.html
 */
export function scalingMistakes(scaling: ManagedScalingProps | undefined): string[] {
  if (!scaling) return [];
  const { minimumUnits, maximumUnits } = scaling;
  const { maximumOnDemandUnits = maximumUnits, maximumCoreUnits = maximumUnits } = scaling;
  return [
    ...within("managedScaling.minimumUnits", minimumUnits, 1, Number.MAX_SAFE_INTEGER),
    ...(Number.isInteger(maximumUnits) && maximumUnits >= minimumUnits
      ? []
      : [`managedScaling.maximumUnits must be minimumUnits or more, got ${maximumUnits}`]),
    ...within("managedScaling.maximumOnDemandUnits", maximumOnDemandUnits, 0, maximumUnits),
    ...within("managedScaling.maximumCoreUnits", maximumCoreUnits, 1, maximumUnits),
  ];
}

function groupMistakes(role: (typeof ROLES)[number], group: InstanceGroupProps | undefined): string[] {
  if (!group) return [];
  const { instanceType, instanceCount = CAPACITY_DEFAULTS.instanceCount, spot = false, ebs } = group;
  const place = `capacity.groups.${role}`;
  return [
    ...typeMistakes(place, instanceType),
    ...(role === "primary" && instanceCount !== 1
      ? [`${place}.instanceCount must be 1, as each job has a role of its own, got ${instanceCount}`]
      : within(`${place}.instanceCount`, instanceCount, 1, 2_000)),
    ...(spot && role !== "task"
      ? [`${place}.spot must be false, as only task nodes may be lost, got true`]
      : []),
    ...ebsMistakes(place, ebs),
  ];
}

function fleetMistakes(role: (typeof ROLES)[number], fleet: InstanceFleetProps | undefined): string[] {
  if (!fleet) return [];
  const { instances, onDemandUnits = 0, spotUnits = 0 } = fleet;
  const { spotTimeoutMinutes = CAPACITY_DEFAULTS.spotTimeoutMinutes } = fleet;
  const place = `capacity.fleets.${role}`;
  const units = onDemandUnits + spotUnits;
  return [
    ...(instances.length >= 1 && instances.length <= 30
      ? []
      : [`${place}.instances must hold 1 to 30 types, got ${instances.length}`]),
    ...within(`${place}.onDemandUnits`, onDemandUnits, 0, Number.MAX_SAFE_INTEGER),
    ...within(`${place}.spotUnits`, spotUnits, 0, Number.MAX_SAFE_INTEGER),
    ...(role === "primary" && units !== 1
      ? [`${place} must have one unit, On-Demand or Spot, got ${units}`]
      : []),
    ...(role === "core" && units < 1 ? [`${place} must have one unit or more, got ${units}`] : []),
    ...within(`${place}.spotTimeoutMinutes`, spotTimeoutMinutes, 5, 1_440),
    ...instances.flatMap(({ instanceType, weight = CAPACITY_DEFAULTS.weight, ebs }) => [
      ...typeMistakes(place, instanceType),
      ...within(`${place}.weight`, weight, 1, 999),
      ...ebsMistakes(place, ebs),
    ]),
  ];
}

const typeMistakes = (place: string, instanceType: string) =>
  INSTANCE_TYPE.test(instanceType)
    ? []
    : [`${place}.instanceType must be one of EC2's, such as m7g.xlarge, got ${instanceType || "nothing"}`];

/** @see https://docs.aws.amazon.com/emr/latest/APIReference/API_VolumeSpecification.html */
function ebsMistakes(place: string, ebs: EbsProps | undefined): string[] {
  if (!ebs) return [];
  return [
    ...within(`${place}.ebs.sizeGiB`, ebs.sizeGiB, 10, 1_024),
    ...within(`${place}.ebs.volumes`, ebs.volumes ?? CAPACITY_DEFAULTS.volumes, 1, 23),
  ];
}
