import type { SparkApplicationProps } from "../../../modules/spark-cluster/application/application-props";
import type {
  EbsProps,
  InstanceFleetProps,
  InstanceGroupProps,
  ManagedScalingProps,
} from "../../../modules/spark-cluster/cluster/capacity-props";
import type { SparkClusterProps } from "../../../modules/spark-cluster/cluster/cluster-props";
import type { SparkJobProps } from "../../../modules/spark-cluster/jobs/job-props";
import { messageOf } from "../../support/message-of";
import {
  aJob,
  anApplication,
  application,
  aSparkCluster,
  FLEET,
  FLEETS,
  GROUPS,
  longLived,
  sparkCluster,
} from "../../support/spark";
import { synth } from "../../support/synth";

const said = (make: () => void) => messageOf(make).replaceAll("Test/Spark: ", "");
const rejected = (props: Partial<SparkClusterProps>) => said(() => sparkCluster(props));

const inGroup = (role: "primary" | "core" | "task", props: Partial<InstanceGroupProps>) =>
  rejected({ capacity: { groups: { ...GROUPS.groups, [role]: { instanceType: "m7g.large", ...props } } } });
const inFleet = (role: "primary" | "core" | "task", props: Partial<InstanceFleetProps>) =>
  rejected({ capacity: { fleets: { ...FLEETS.fleets, [role]: { ...FLEET, ...props } } } });

test.each<[Partial<SparkClusterProps>, string]>([
  [{ sparkName: "" }, "sparkName must be a letter and up to 39 letters, digits, - or _, got nothing"],
  [
    { sparkName: "a".repeat(41) },
    `sparkName must be a letter and up to 39 letters, digits, - or _, got ${"a".repeat(41)}`,
  ],
  [{ subnetIds: [] }, "subnetIds must hold at least one, got none"],
  [{ subnetIds: ["a", "b"] }, "subnetIds must hold one, as instance groups take no more, got 2"],
  [{ schedule: "daily" }, "schedule must be rate(<value> <unit>) or cron(<six fields>), got daily"],
  [{ timezone: "" }, "timezone must be a name of the time zone database, got nothing"],
  [{ python: "python3" }, "python must be an absolute path, got python3"],
  [{ autoTerminationSeconds: 59 }, "autoTerminationSeconds must be a whole number of 60 to 604800, got 59"],
  [
    { autoTerminationSeconds: 604_801 },
    "autoTerminationSeconds must be a whole number of 60 to 604800, got 604801",
  ],
  [{ stepConcurrency: 257 }, "stepConcurrency must be a whole number of 1 to 256, got 257"],
  [{ rootVolumeGiB: 14 }, "rootVolumeGiB must be a whole number of 15 to 100, got 14"],
  [{ startTimeoutMinutes: 4 }, "startTimeoutMinutes must be a whole number of 5 to 120, got 4"],
  [{ customAmiId: "debian" }, "customAmiId must be the id of an image, got debian"],
  [
    { bootstrapActions: [{ name: "a", file: "nowhere.sh" }] },
    "bootstrapActions must name files that are there, got nowhere.sh",
  ],
  [
    { configurations: { "spark-defaults": { "spark.pyspark.python": "python3" } } },
    "configurations must leave spark.pyspark.python to the prop python, got spark-defaults",
  ],
])("rejects a cluster with %j", (props, message) => {
  expect(rejected(props)).toBe(message);
});

test.each(["emr-6.7.0", "emr-7.13.0", "emr-spark-8.0.0", "emr-spark-8.1.0"])("admits %s", (release) => {
  expect(() => sparkCluster({ release })).not.toThrow();
});

test.each(["", "7.13.0", "emr-5.36.0", "emr-6.6.0", "emr-8.0.0", "emr-spark-7.0.0", "emr-7.13"])(
  "rejects the release '%s'",
  (release) => {
    const message = `release must be emr-6.7.0 to emr-7.x.y, or emr-spark-8.x.y, got ${release || "nothing"}`;
    expect(rejected({ release })).toBe(message);
    expect(said(() => application({ release }))).toBe(message);
  },
);

test.each<["primary" | "core" | "task", Partial<InstanceGroupProps>, string]>([
  ["core", { instanceType: "big" }, "instanceType must be one of EC2's, such as m7g.xlarge, got big"],
  ["core", { instanceCount: 0 }, "instanceCount must be a whole number of 1 to 2000, got 0"],
  ["primary", { instanceCount: 3 }, "instanceCount must be 1, as each job has a role of its own, got 3"],
  ["primary", { spot: true }, "spot must be false, as only task nodes may be lost, got true"],
  ["core", { spot: true }, "spot must be false, as only task nodes may be lost, got true"],
])("rejects a %s group with %j", (role, props, message) => {
  expect(inGroup(role, props)).toBe(`capacity.groups.${role}.${message}`);
});

test.each<[Partial<EbsProps>, string]>([
  [{ sizeGiB: 9 }, "sizeGiB must be a whole number of 10 to 1024, got 9"],
  [{ sizeGiB: 1_025 }, "sizeGiB must be a whole number of 10 to 1024, got 1025"],
  [{ volumes: 0 }, "volumes must be a whole number of 1 to 23, got 0"],
])("rejects disks with %j", (props, message) => {
  expect(inGroup("core", { ebs: { sizeGiB: 64, ...props } })).toBe(`capacity.groups.core.ebs.${message}`);
});

test.each<["primary" | "core" | "task", Partial<InstanceFleetProps>, string]>([
  ["primary", { onDemandUnits: 2 }, " must have one unit, On-Demand or Spot, got 2"],
  ["core", { onDemandUnits: 0 }, " must have one unit or more, got 0"],
  ["core", { instances: [] }, ".instances must hold 1 to 30 types, got 0"],
  ["task", { spotUnits: -1 }, `.spotUnits must be a whole number of 0 to ${Number.MAX_SAFE_INTEGER}, got -1`],
  ["task", { spotTimeoutMinutes: 4 }, ".spotTimeoutMinutes must be a whole number of 5 to 1440, got 4"],
  [
    "task",
    { instances: [{ instanceType: "m7g.large", weight: 0 }] },
    ".weight must be a whole number of 1 to 999, got 0",
  ],
])("rejects a %s fleet with %j", (role, props, message) => {
  expect(inFleet(role, props)).toBe(`capacity.fleets.${role}${message}`);
});

test.each<[Partial<ManagedScalingProps>, string]>([
  [{ minimumUnits: 5 }, "maximumUnits must be minimumUnits or more, got 4"],
  [{ maximumOnDemandUnits: 5 }, "maximumOnDemandUnits must be a whole number of 0 to 4, got 5"],
  [{ maximumCoreUnits: 0 }, "maximumCoreUnits must be a whole number of 1 to 4, got 0"],
])("rejects managed scaling with %j", (props, message) => {
  const managedScaling = { minimumUnits: 1, maximumUnits: 4, ...props };
  expect(rejected({ managedScaling })).toContain(`managedScaling.${message}`);
});

test("rejects Spot groups in a cluster that stays", () => {
  const task = { instanceType: "m7g.large", spot: true };
  expect(said(() => longLived({ capacity: { groups: { ...GROUPS.groups, task } } }))).toBe(
    "capacity.groups.task.spot must be false, as Terraform has Spot without a bid in fleets only, got true",
  );
});

const job = (props: Partial<SparkJobProps>, name?: string) =>
  said(() => synth((stack) => void aJob(aSparkCluster(stack), props, name)));

test.each<[Partial<SparkJobProps>, string]>([
  [{ entryFile: "nowhere.py" }, "entryFile must be a .py file that is there, got nowhere.py"],
  [{ entryFile: "package.json" }, "entryFile must be a .py file that is there, got package.json"],
  [{ pyFiles: { path: "nowhere.zip" } }, "pyFiles must be a file that is there, got nowhere.zip"],
  [{ retries: 11 }, "retries must be a whole number of 0 to 10, got 11"],
  [{ timeoutSeconds: 59 }, "timeoutSeconds must be a whole number of 60 to 604800, got 59"],
  [{ startTimeOption: "at" }, "startTimeOption must be an option such as --at, got at"],
  [{ startTimeOption: "" }, "startTimeOption must be an option such as --at, got nothing"],
  [
    { configuration: { "hive.exec": "1" } },
    "configuration must hold names that begin with spark., got hive.exec",
  ],
])("rejects a job with %j", (props, message) => {
  expect(job(props)).toBe(message);
});

test.each(["", "Train", "train_it", "1st", "a".repeat(24)])("rejects the job name '%s'", (name) => {
  const rule = "jobName must be a letter and up to 22 small letters, digits or -";
  expect(job({}, name)).toBe(`${rule}, got ${name || "nothing"}`);
});

test("rejects a job whose role would be one of the module's own", () => {
  expect(job({}, "machine")).toBe(
    "jobName must be none of instance, machine, schedule, service, got machine",
  );
});

test("rejects two jobs of one name", () => {
  const twice = () =>
    synth((stack) => {
      const spark = aSparkCluster(stack);
      aJob(spark);
      aJob(spark);
    });
  expect(said(twice)).toBe("jobName must be unlike that of any other job, got train");
});

test("rejects a cluster without a job", () => {
  expect(() => synth((stack) => void aSparkCluster(stack))).toThrow(
    "addJob must be called at least once, got no job",
  );
});

test("rejects all mistakes at once", () => {
  const props = { sparkName: "", python: "python3", autoTerminationSeconds: 1, startTimeoutMinutes: 1 };
  expect(rejected(props).split("\n")).toHaveLength(4);
});

test.each<[Partial<SparkApplicationProps>, string]>([
  [{ idleMinutes: 0 }, "idleMinutes must be a whole number of 1 to 10080, got 0"],
  [
    { limit: { vcpus: 0, memoryGiB: 1 } },
    `limit.vcpus must be a whole number of 1 to ${Number.MAX_SAFE_INTEGER}, got 0`,
  ],
  [
    { readyWorkers: { drivers: 1, executors: 1, vcpus: 3, memoryGiB: 8 } },
    "readyWorkers.vcpus must be 1, 2, 4, 8 or 16, got 3",
  ],
  [
    { readyWorkers: { drivers: 1, executors: 1, vcpus: 8, memoryGiB: 18 } },
    "readyWorkers.memoryGiB must be 16 to 60 in steps of 4 for 8 vcpus, got 18",
  ],
])("rejects an application with %j", (props, message) => {
  expect(said(() => synth((stack) => void aJob(anApplication(stack, props))))).toBe(message);
});
