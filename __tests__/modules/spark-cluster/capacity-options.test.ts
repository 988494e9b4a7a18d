import type {
  EbsProps,
  FleetInstanceProps,
  InstanceFleetProps,
  InstanceFleetsProps,
  InstanceGroupProps,
  InstanceGroupsProps,
  ManagedScalingProps,
} from "../../../modules/spark-cluster/cluster/capacity-props";
import type { SparkClusterProps } from "../../../modules/spark-cluster/cluster/cluster-props";
import { type Checks, testOptions } from "../../support/feature-table";
import { FLEET, FLEETS, GROUPS, longLived, request } from "../../support/spark";
import type { Block } from "../../support/synth";

const groupsOf = (groups: Partial<InstanceGroupsProps> = {}) =>
  (request({ capacity: { groups: { ...GROUPS.groups, ...groups } } }).Instances as Block).InstanceGroups;
const task = (props: Partial<InstanceGroupProps> = {}): InstanceGroupProps => ({
  instanceType: "m7g.large",
  ...props,
});

const IN_GROUPS: Checks<InstanceGroupsProps> = {
  primary: [
    "is EMR's master",
    () =>
      expect(groupsOf()).toContainEqual(
        expect.objectContaining({ InstanceRole: "MASTER", InstanceType: "m7g.xlarge" }),
      ),
  ],
  core: [
    "holds HDFS",
    () =>
      expect(groupsOf()).toContainEqual(
        expect.objectContaining({ InstanceRole: "CORE", InstanceType: "m7g.2xlarge" }),
      ),
  ],
  task: [
    "is none, unless told",
    () => {
      expect(groupsOf()).toHaveLength(2);
      expect(groupsOf({ task: task() })).toContainEqual(expect.objectContaining({ InstanceRole: "TASK" }));
      const tf = longLived({ capacity: { groups: { ...GROUPS.groups, task: task({ instanceCount: 2 }) } } });
      tf.one("aws_emr_instance_group", {
        instance_count: 2,
        lifecycle: { ignore_changes: ["instance_count"] },
      });
    },
  ],
};

const taskGroup = (props: Partial<InstanceGroupProps>) => (groupsOf({ task: task(props) }) as Block[])[2];

const GROUP: Checks<InstanceGroupProps> = {
  instanceType: [
    "is that of every node",
    () => expect(taskGroup({ instanceType: "r7g.large" })).toMatchObject({ InstanceType: "r7g.large" }),
  ],
  instanceCount: [
    "is one, unless told otherwise",
    () => {
      expect(taskGroup({})).toMatchObject({ InstanceCount: 1 });
      expect(taskGroup({ instanceCount: 3 })).toMatchObject({ InstanceCount: 3 });
    },
  ],
  spot: [
    "is off, unless told otherwise",
    () => {
      expect(taskGroup({})).toMatchObject({ Market: "ON_DEMAND" });
      expect(taskGroup({ spot: true })).toMatchObject({ Market: "SPOT" });
    },
  ],
  ebs: ["is EMR's own, unless told", () => expect(taskGroup({})).not.toHaveProperty("EbsConfiguration")],
};

const disk = (props: Partial<EbsProps>) => taskGroup({ ebs: { sizeGiB: 64, ...props } })?.EbsConfiguration;
const device = (config: object) => ({ EbsBlockDeviceConfigs: [config] });

const EBS: Checks<EbsProps> = {
  sizeGiB: [
    "is that of each disk",
    () => expect(disk({})).toMatchObject(device({ VolumeSpecification: { SizeInGB: 64 } })),
  ],
  volumes: [
    "is one, unless told otherwise",
    () => {
      expect(disk({})).toMatchObject(device({ VolumesPerInstance: 1 }));
      expect(disk({ volumes: 2 })).toMatchObject(device({ VolumesPerInstance: 2 }));
    },
  ],
  volumeType: [
    "is gp3, unless told otherwise",
    () => {
      expect(disk({})).toMatchObject(device({ VolumeSpecification: { VolumeType: "gp3" } }));
      expect(disk({ volumeType: "st1" })).toMatchObject(
        device({ VolumeSpecification: { VolumeType: "st1" } }),
      );
    },
  ],
};

const fleetsOf = (fleets: Partial<InstanceFleetsProps> = {}) =>
  (request({ capacity: { fleets: { ...FLEETS.fleets, ...fleets } } }).Instances as Block)
    .InstanceFleets as Block[];
const taskFleet = (props: Partial<InstanceFleetProps>) => fleetsOf({ task: { ...FLEET, ...props } })[2];

const IN_FLEETS: Checks<InstanceFleetsProps> = {
  primary: ["is EMR's master", () => expect(fleetsOf()[0]).toMatchObject({ InstanceFleetType: "MASTER" })],
  core: ["holds HDFS", () => expect(fleetsOf()[1]).toMatchObject({ InstanceFleetType: "CORE" })],
  task: [
    "is none, unless told",
    () => {
      expect(fleetsOf()).toHaveLength(2);
      expect(taskFleet({})).toMatchObject({ InstanceFleetType: "TASK" });
      longLived({ capacity: { fleets: { ...FLEETS.fleets, task: FLEET } } }).one("aws_emr_instance_fleet", {
        lifecycle: { ignore_changes: ["target_on_demand_capacity", "target_spot_capacity"] },
      });
    },
  ],
};

const spot = (props: Partial<InstanceFleetProps> = {}) => taskFleet(props)?.LaunchSpecifications;

const IN_FLEET: Checks<InstanceFleetProps> = {
  instances: [
    "are the types of which EMR takes what there is",
    () => {
      const types = ["m7g.large", "m6g.large"];
      const instances = types.map((instanceType) => ({ instanceType }));
      expect(taskFleet({ instances })?.InstanceTypeConfigs).toMatchObject(
        types.map((InstanceType) => ({ InstanceType })),
      );
    },
  ],
  onDemandUnits: [
    "are none, unless told",
    () => {
      expect(taskFleet({ onDemandUnits: 2 })).toMatchObject({ TargetOnDemandCapacity: 2 });
      const instances = FLEET.instances;
      expect(fleetsOf({ core: { instances, spotUnits: 1 } })[1]).toMatchObject({ TargetOnDemandCapacity: 0 });
    },
  ],
  spotUnits: [
    "are none, unless told",
    () => {
      expect(taskFleet({})).toMatchObject({ TargetSpotCapacity: 0 });
      expect(taskFleet({ spotUnits: 3 })).toMatchObject({ TargetSpotCapacity: 3 });
    },
  ],
  spotAllocation: [
    "looks at price and capacity, unless told otherwise",
    () => {
      expect(spot()).toMatchObject({ SpotSpecification: { AllocationStrategy: "price-capacity-optimized" } });
      expect(spot({ spotAllocation: "diversified" })).toMatchObject({
        SpotSpecification: { AllocationStrategy: "diversified" },
      });
    },
  ],
  spotTimeoutMinutes: [
    "is 20, unless told otherwise",
    () => {
      expect(spot()).toMatchObject({ SpotSpecification: { TimeoutDurationMinutes: 20 } });
      expect(spot({ spotTimeoutMinutes: 5 })).toMatchObject({
        SpotSpecification: { TimeoutDurationMinutes: 5 },
      });
    },
  ],
  spotTimeoutAction: [
    "takes On-Demand, unless told otherwise",
    () => {
      expect(spot()).toMatchObject({ SpotSpecification: { TimeoutAction: "SWITCH_TO_ON_DEMAND" } });
      expect(spot({ spotTimeoutAction: "TERMINATE_CLUSTER" })).toMatchObject({
        SpotSpecification: { TimeoutAction: "TERMINATE_CLUSTER" },
      });
    },
  ],
};

const typeOf = (props: Partial<FleetInstanceProps>) =>
  Object(taskFleet({ instances: [{ instanceType: "m7g.large", ...props }] })).InstanceTypeConfigs[0];

const FLEET_INSTANCE: Checks<FleetInstanceProps> = {
  instanceType: ["is EC2's", () => expect(typeOf({})).toMatchObject({ InstanceType: "m7g.large" })],
  weight: [
    "is one, unless told otherwise",
    () => {
      expect(typeOf({})).toMatchObject({ WeightedCapacity: 1 });
      expect(typeOf({ weight: 4 })).toMatchObject({ WeightedCapacity: 4 });
    },
  ],
  ebs: [
    "is EMR's own, unless told",
    () => {
      expect(typeOf({})).not.toHaveProperty("EbsConfiguration");
      expect(typeOf({ ebs: { sizeGiB: 64 } })).toHaveProperty("EbsConfiguration");
    },
  ],
};

const limits = (props: Partial<ManagedScalingProps> = {}, capacity: SparkClusterProps["capacity"] = GROUPS) =>
  request({ capacity, managedScaling: { minimumUnits: 1, maximumUnits: 8, ...props } }).ManagedScalingPolicy;

const SCALING: Checks<ManagedScalingProps> = {
  minimumUnits: [
    "counts instances of groups, units of fleets",
    () => {
      const lowest = (UnitType: string) => ({ ComputeLimits: { UnitType, MinimumCapacityUnits: 1 } });
      expect(limits()).toMatchObject(lowest("Instances"));
      expect(limits({}, FLEETS)).toMatchObject(lowest("InstanceFleetUnits"));
    },
  ],
  maximumUnits: [
    "is the most",
    () => expect(limits()).toMatchObject({ ComputeLimits: { MaximumCapacityUnits: 8 } }),
  ],
  maximumOnDemandUnits: [
    "is all of them, unless told otherwise",
    () => {
      expect(limits()).not.toHaveProperty("ComputeLimits.MaximumOnDemandCapacityUnits");
      expect(limits({ maximumOnDemandUnits: 0 })).toMatchObject({
        ComputeLimits: { MaximumOnDemandCapacityUnits: 0 },
      });
    },
  ],
  maximumCoreUnits: [
    "is all of them, unless told otherwise",
    () => {
      expect(limits()).not.toHaveProperty("ComputeLimits.MaximumCoreCapacityUnits");
      expect(limits({ maximumCoreUnits: 2 })).toMatchObject({
        ComputeLimits: { MaximumCoreCapacityUnits: 2 },
      });
    },
  ],
};

testOptions({
  InstanceGroupsProps: IN_GROUPS,
  InstanceGroupProps: GROUP,
  InstanceFleetsProps: IN_FLEETS,
  InstanceFleetProps: IN_FLEET,
  FleetInstanceProps: FLEET_INSTANCE,
  EbsProps: EBS,
  ManagedScalingProps: SCALING,
});
