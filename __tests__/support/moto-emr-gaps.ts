import type { Gap, Moto } from "./moto";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1";
const SCALING = {
  ComputeLimits: { UnitType: "Instances", MinimumCapacityUnits: 2, MaximumCapacityUnits: 10 },
};
const DISK = { VolumeType: "gp3", SizeInGB: 64 };
const LAUNCH = {
  OnDemandSpecification: { AllocationStrategy: "lowest-price" },
  SpotSpecification: {
    ...{ AllocationStrategy: "price-capacity-optimized", TimeoutAction: "SWITCH_TO_ON_DEMAND" },
    TimeoutDurationMinutes: 20,
  },
};
const FLEET = {
  Name: "core",
  InstanceFleetType: "CORE",
  TargetOnDemandCapacity: 2,
  TargetSpotCapacity: 4,
  InstanceTypeConfigs: [
    {
      InstanceType: "m7g.xlarge",
      WeightedCapacity: 2,
      EbsConfiguration: { EbsBlockDeviceConfigs: [{ VolumesPerInstance: 2, VolumeSpecification: DISK }] },
    },
  ],
  LaunchSpecifications: LAUNCH,
};

/** By the name of what closes the gap in local/emr_gaps.py. */
export const EMR_GAPS: Readonly<Record<string, Gap>> = {
  "keep_auto_termination: keeps the policy of a new cluster": {
    call: async (moto) =>
      moto.emr.call("GetAutoTerminationPolicy", await newCluster(moto, termination(3_600))),
    answer: termination(3_600),
  },
  "keep_auto_termination: changes the policy": {
    call: async (moto) => {
      const cluster = await newCluster(moto, termination(3_600));
      await moto.emr.call("PutAutoTerminationPolicy", { ...cluster, ...termination(60) });
      return moto.emr.call("GetAutoTerminationPolicy", cluster);
    },
    answer: termination(60),
  },
  "keep_auto_termination: removes the policy": {
    call: async (moto) => {
      const cluster = await newCluster(moto, termination(3_600));
      await moto.emr.call("RemoveAutoTerminationPolicy", cluster);
      return { said: JSON.stringify(await moto.emr.call("GetAutoTerminationPolicy", cluster)) };
    },
    answer: { said: "{}" },
  },
  "keep_managed_scaling: keeps the policy of a new cluster": {
    call: async (moto) => {
      const cluster = await newCluster(moto, { ManagedScalingPolicy: SCALING });
      return moto.emr.call("GetManagedScalingPolicy", cluster);
    },
    answer: { ManagedScalingPolicy: SCALING },
  },
  "keep_managed_scaling: gives a cluster a policy": {
    call: async (moto) => {
      const cluster = await newCluster(moto, {});
      await moto.emr.call("PutManagedScalingPolicy", { ...cluster, ManagedScalingPolicy: SCALING });
      return moto.emr.call("GetManagedScalingPolicy", cluster);
    },
    answer: { ManagedScalingPolicy: SCALING },
  },
  "keep_managed_scaling: removes the policy": {
    call: async (moto) => {
      const cluster = await newCluster(moto, { ManagedScalingPolicy: SCALING });
      await moto.emr.call("RemoveManagedScalingPolicy", cluster);
      return { said: JSON.stringify(await moto.emr.call("GetManagedScalingPolicy", cluster)) };
    },
    answer: { said: "{}" },
  },
  "keep_fields_of_clusters: keeps the key of the logs": {
    call: async (moto) =>
      moto.emr.call("DescribeCluster", await newCluster(moto, { LogEncryptionKmsKeyId: KEY })),
    answer: { Cluster: { LogEncryptionKmsKeyId: KEY } },
  },
  "keep_fields_of_clusters: keeps the subnets that fleets may be in": {
    call: async (moto) => {
      const Instances = { InstanceFleets: [FLEET], Ec2SubnetIds: ["subnet-1", "subnet-2"] };
      return moto.emr.call("DescribeCluster", await newCluster(moto, { Instances }));
    },
    answer: { Cluster: { Ec2InstanceAttributes: { RequestedEc2SubnetIds: ["subnet-1", "subnet-2"] } } },
  },
  "name_new_groups: says the ids of the groups that join a cluster": {
    call: async (moto) => {
      const { ClusterId: JobFlowId } = await newCluster(moto, {});
      const task = { InstanceRole: "TASK", InstanceType: "m7g.xlarge", InstanceCount: 3 };
      return moto.emr.call("AddInstanceGroups", { JobFlowId, InstanceGroups: [task] });
    },
    answer: { JobFlowId: expect.stringMatching(/^j-/), InstanceGroupIds: [expect.any(String)] },
  },
  "run_fleets: has the fleets of a new cluster at once": {
    call: async (moto) =>
      moto.emr.call("ListInstanceFleets", await newCluster(moto, { Instances: { InstanceFleets: [FLEET] } })),
    answer: {
      InstanceFleets: [
        {
          ...{ Id: expect.stringMatching(/^if-/), Name: "core", InstanceFleetType: "CORE" },
          ...{ TargetOnDemandCapacity: 2, ProvisionedOnDemandCapacity: 2 },
          ...{ TargetSpotCapacity: 4, ProvisionedSpotCapacity: 4 },
          Status: { State: "RUNNING" },
          InstanceTypeSpecifications: [
            {
              ...{ InstanceType: "m7g.xlarge", WeightedCapacity: 2 },
              EbsBlockDevices: [{ VolumeSpecification: DISK }, { VolumeSpecification: DISK }],
            },
          ],
          LaunchSpecifications: LAUNCH,
        },
      ],
    },
  },
  "run_fleets: says of a cluster of groups that it has no fleets": {
    call: async (moto) => moto.emr.call("ListInstanceFleets", await newCluster(moto, {})),
    answer: { InstanceFleets: [] },
  },
  "run_fleets: adds a fleet": {
    call: async (moto) => {
      const cluster = await newCluster(moto, { Instances: { InstanceFleets: [FLEET] } });
      const InstanceFleet = { ...FLEET, InstanceFleetType: "TASK" };
      const { InstanceFleetId } = await moto.emr.call("AddInstanceFleet", { ...cluster, InstanceFleet });
      const { InstanceFleets } = await moto.emr.call("ListInstanceFleets", cluster);
      return { InstanceFleets, InstanceFleetId };
    },
    answer: {
      InstanceFleets: [{ InstanceFleetType: "CORE" }, { InstanceFleetType: "TASK" }],
      InstanceFleetId: expect.stringMatching(/^if-/),
    },
  },
  "run_fleets: changes what a fleet shall have": {
    call: async (moto) => {
      const cluster = await newCluster(moto, { Instances: { InstanceFleets: [FLEET] } });
      const { InstanceFleets = [] } = await moto.emr.call("ListInstanceFleets", cluster);
      const [fleet] = InstanceFleets as readonly { readonly Id: string }[];
      const InstanceFleet = { InstanceFleetId: fleet?.Id, TargetSpotCapacity: 0 };
      await moto.emr.call("ModifyInstanceFleet", { ...cluster, InstanceFleet });
      return moto.emr.call("ListInstanceFleets", cluster);
    },
    answer: {
      InstanceFleets: [{ TargetOnDemandCapacity: 2, TargetSpotCapacity: 0, ProvisionedSpotCapacity: 0 }],
    },
  },
  "run_fleets: refuses to change a fleet that is not there": {
    call: async (moto) => {
      const cluster = await newCluster(moto, { Instances: { InstanceFleets: [FLEET] } });
      const InstanceFleet = { InstanceFleetId: "if-1", TargetSpotCapacity: 0 };
      return moto.emr.call("ModifyInstanceFleet", { ...cluster, InstanceFleet });
    },
    answer: { __type: "InvalidRequestException" },
  },
};

/** By the name of what closes the gap in local/emr_serverless_gaps.py. */
export const EMR_SERVERLESS_GAPS: Readonly<Record<string, Gap>> = {
  "create_stopped_applications: has not started a new application": {
    call: async (moto) => newApplication(moto, {}),
    answer: { application: { state: "CREATED" } },
  },
  "take_types_in_any_case: takes the type as Terraform sends it": {
    call: async (moto) => newApplication(moto, { type: "spark" }),
    answer: { application: { type: "Spark" } },
  },
  "keep_architecture: keeps the architecture": {
    call: async (moto) => newApplication(moto, { architecture: "ARM64" }),
    answer: { application: { architecture: "ARM64" } },
  },
};

function termination(IdleTimeout: number) {
  return { AutoTerminationPolicy: { IdleTimeout } };
}

/** Of groups, unless the fields say otherwise; it waits for steps. */
async function newCluster({ emr }: Moto, fields: object) {
  const group = (InstanceRole: string) => ({ InstanceRole, InstanceType: "m7g.xlarge", InstanceCount: 1 });
  const { JobFlowId } = await emr.call("RunJobFlow", {
    ...{ Name: "row", ReleaseLabel: "emr-7.13.0", ServiceRole: "service", JobFlowRole: "instance" },
    Instances: { KeepJobFlowAliveWhenNoSteps: true, InstanceGroups: [group("MASTER"), group("CORE")] },
    ...fields,
  });
  return { ClusterId: JobFlowId };
}

/** What GetApplication says of it. */
async function newApplication({ serverless }: Moto, fields: object) {
  const { applicationId } = await serverless.call("POST", "/applications", {
    ...{ name: "row", type: "SPARK", releaseLabel: "emr-7.13.0", clientToken: "1" },
    ...fields,
  });
  return serverless.call("GET", `/applications/${applicationId}`);
}
