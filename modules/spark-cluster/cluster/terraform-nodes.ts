import type { EbsProps, InstanceFleetProps, InstanceGroupProps } from "./capacity-props";
import { CAPACITY_DEFAULTS } from "./capacity-rules";

/** A group as Terraform takes it. */
export function terraformGroup(name: string, group: InstanceGroupProps) {
  return {
    name,
    instanceType: group.instanceType,
    instanceCount: group.instanceCount ?? CAPACITY_DEFAULTS.instanceCount,
    ...(group.ebs ? { ebsConfig: [terraformDisks(group.ebs)] } : {}),
  };
}

/** A fleet as Terraform takes it. */
export function terraformFleet(name: string, fleet: InstanceFleetProps) {
  return {
    name,
    targetOnDemandCapacity: fleet.onDemandUnits ?? 0,
    targetSpotCapacity: fleet.spotUnits ?? 0,
    instanceTypeConfigs: fleet.instances.map(({ instanceType, weight, ebs }) => ({
      instanceType,
      weightedCapacity: weight ?? CAPACITY_DEFAULTS.weight,
      ...(ebs ? { ebsConfig: [terraformDisks(ebs)] } : {}),
    })),
    launchSpecifications: terraformLaunch(fleet),
  };
}

/** How a fleet finds its nodes. */
const terraformLaunch = (fleet: InstanceFleetProps) => ({
  onDemandSpecification: [{ allocationStrategy: "lowest-price" }],
  ...(fleet.spotUnits === undefined || fleet.spotUnits === 0
    ? {}
    : {
        spotSpecification: [
          {
            allocationStrategy: fleet.spotAllocation ?? CAPACITY_DEFAULTS.spotAllocation,
            timeoutDurationMinutes: fleet.spotTimeoutMinutes ?? CAPACITY_DEFAULTS.spotTimeoutMinutes,
            timeoutAction: fleet.spotTimeoutAction ?? CAPACITY_DEFAULTS.spotTimeoutAction,
          },
        ],
      }),
});

const terraformDisks = ({ sizeGiB, volumes, volumeType }: EbsProps) => ({
  size: sizeGiB,
  type: volumeType ?? CAPACITY_DEFAULTS.volumeType,
  volumesPerInstance: volumes ?? CAPACITY_DEFAULTS.volumes,
});
