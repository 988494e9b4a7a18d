import type {
  BootstrapActionProps,
  LongLivedSparkClusterProps,
  SparkClusterOptions,
  SparkClusterProps,
} from "../../../modules/spark-cluster/cluster/cluster-props";
import type { SparkRunProps } from "../../../modules/spark-cluster/machine/run-props";
import { type Checks, testOptions } from "../../support/feature-table";
import {
  aFile,
  aJob,
  aSparkCluster,
  FLEETS,
  longLived,
  machineOf,
  request,
  requestOf,
  sparkCluster,
} from "../../support/spark";
import { type Block, synth } from "../../support/synth";

const EMR = "aws_emr_cluster";

const OPTIONS: Checks<Omit<SparkClusterOptions, keyof SparkRunProps>> = {
  capacity: [
    "is groups or fleets",
    () => {
      expect(request().Instances).toHaveProperty("InstanceGroups");
      expect(request({ capacity: FLEETS }).Instances).toHaveProperty("InstanceFleets");
    },
  ],
  release: [
    "is 7.13.0, unless told otherwise",
    () => {
      expect(request()).toMatchObject({ ReleaseLabel: "emr-7.13.0" });
      expect(request({ release: "emr-spark-8.0.0" })).toMatchObject({ ReleaseLabel: "emr-spark-8.0.0" });
    },
  ],
  applications: [
    "are beside Spark",
    () => {
      expect(request()).toMatchObject({ Applications: [{ Name: "Spark" }] });
      const Applications = [{ Name: "Spark" }, { Name: "Hive" }];
      expect(request({ applications: ["Hive", "Spark"] })).toMatchObject({ Applications });
    },
  ],
  configurations: [
    "are merged with the pinned Python",
    () =>
      expect(request({ configurations: { "yarn-site": { "yarn.a": "1" } } }).Configurations).toEqual([
        expect.objectContaining({ Classification: "spark-defaults" }),
        { Classification: "yarn-site", Properties: { "yarn.a": "1" } },
      ]),
  ],
  python: [
    "is 3.11, unless told otherwise",
    () => {
      const properties = (python?: string) =>
        (request(python === undefined ? {} : { python }).Configurations as Block[])[0]?.Properties;
      expect(properties()).toHaveProperty(["spark.pyspark.python"], "/usr/bin/python3.11");
      expect(properties("/opt/python")).toHaveProperty(["spark.executorEnv.PYSPARK_PYTHON"], "/opt/python");
    },
  ],
  managedScaling: [
    "is off, unless told",
    () => {
      expect(request()).not.toHaveProperty("ManagedScalingPolicy");
      expect(longLived().all("aws_emr_managed_scaling_policy")).toEqual([]);
      const managedScaling = { minimumUnits: 1, maximumUnits: 4 };
      expect(request({ managedScaling })).toHaveProperty("ManagedScalingPolicy");
      longLived({ managedScaling }).one("aws_emr_managed_scaling_policy");
    },
  ],
  autoTerminationSeconds: [
    "is an hour, unless told otherwise",
    () => {
      expect(request()).toMatchObject({ AutoTerminationPolicy: { IdleTimeout: 3_600 } });
      longLived().one(EMR, { auto_termination_policy: { idle_timeout: 3_600 } });
      longLived({ autoTerminationSeconds: 60 }).one(EMR, { auto_termination_policy: { idle_timeout: 60 } });
    },
  ],
  stepConcurrency: [
    "is one; from two on the jobs run side by side",
    () => {
      const two = synth((stack) => {
        const spark = aSparkCluster(stack, { stepConcurrency: 2 });
        aJob(spark);
        aJob(spark, {}, "count");
      });
      expect(request()).toMatchObject({ StepConcurrencyLevel: 1 });
      expect(requestOf(two)).toMatchObject({ StepConcurrencyLevel: 2 });
      expect(machineOf(two).States.Jobs).toMatchObject({ Type: "Parallel" });
    },
  ],
  bootstrapActions: [
    "are none, unless told",
    () => {
      expect(request()).not.toHaveProperty("BootstrapActions");
      expect(bootstrapped().BootstrapActions).toHaveLength(1);
    },
  ],
  customAmiId: [
    "is none, unless told",
    () => {
      expect(request()).not.toHaveProperty("CustomAmiId");
      expect(request({ customAmiId: "ami-0a1b2c3d" })).toMatchObject({ CustomAmiId: "ami-0a1b2c3d" });
      longLived({ customAmiId: "ami-0a1b2c3d" }).one(EMR, { custom_ami_id: "ami-0a1b2c3d" });
    },
  ],
  rootVolumeGiB: [
    "is 20, unless told otherwise",
    () => {
      expect(request()).toMatchObject({ EbsRootVolumeSize: 20 });
      longLived({ rootVolumeGiB: 50 }).one(EMR, { ebs_root_volume_size: 50 });
    },
  ],
  security: [
    "is what the cluster is made with",
    () => {
      const name = expect.stringMatching(/^\$\{aws_emr_security_configuration\.Spark_Security_\w+\.name}$/);
      expect(request()).toMatchObject({ SecurityConfiguration: name });
      longLived().one(EMR, { security_configuration: name });
    },
  ],
  tagNetwork: [
    "is off, unless told",
    () => {
      expect(sparkCluster().all("aws_ec2_tag")).toEqual([]);
      const key = "for-use-with-amazon-emr-managed-policies";
      const tf = sparkCluster({ tagNetwork: true });
      tf.one("aws_ec2_tag", { resource_id: "vpc-1", key, value: "true" });
      tf.one("aws_ec2_tag", { for_each: `\${toset(["subnet-1"])}`, resource_id: `\${each.value}`, key });
    },
  ],
};

const TRANSIENT: Checks<Pick<SparkClusterProps, "startTimeoutMinutes">> = {
  startTimeoutMinutes: [
    "is 30, unless told otherwise",
    () => {
      const polls = (props: Partial<SparkClusterProps> = {}) =>
        machineOf(sparkCluster(props)).States["Does it take steps?"]?.Choices;
      const after = (NumericGreaterThanEquals: number) =>
        expect.arrayContaining([expect.objectContaining({ NumericGreaterThanEquals })]);
      expect(polls()).toEqual(after(60));
      expect(polls({ startTimeoutMinutes: 5 })).toEqual(after(10));
    },
  ],
};

const STAYS: Checks<Pick<LongLivedSparkClusterProps, "terminationProtection">> = {
  terminationProtection: [
    "is off, unless told otherwise",
    () => {
      longLived().one(EMR, { termination_protection: false });
      longLived({ terminationProtection: true }).one(EMR, { termination_protection: true });
    },
  ],
};

const bootstrapped = (action: Partial<BootstrapActionProps> = {}) =>
  request({ bootstrapActions: [{ name: "install", file: SCRIPT, ...action }] });
const SCRIPT = aFile("install.sh", "#!/bin/sh\n");

const scriptOf = (flow: Block) => (flow.BootstrapActions as Block[])[0];

const BOOTSTRAP: Checks<BootstrapActionProps> = {
  name: [
    "is the action's",
    () => expect(scriptOf(bootstrapped({ name: "pip" }))).toHaveProperty("Name", "pip"),
  ],
  file: [
    "is in S3 beside the jobs' files",
    () =>
      expect(scriptOf(bootstrapped())).toMatchObject({
        ScriptBootstrapAction: {
          Path: expect.stringMatching(/^s3:\/\/artefacts\/trainer\/bootstrap\/[0-9a-f]{16}\/install\.sh$/),
        },
      }),
  ],
  arguments: [
    "are none, unless told",
    () => {
      expect(scriptOf(bootstrapped())).toMatchObject({ ScriptBootstrapAction: { Args: [] } });
      expect(scriptOf(bootstrapped({ arguments: ["-v"] }))).toMatchObject({
        ScriptBootstrapAction: { Args: ["-v"] },
      });
    },
  ],
};

testOptions({
  SparkClusterOptions: OPTIONS,
  SparkClusterProps: TRANSIENT,
  LongLivedSparkClusterProps: STAYS,
  BootstrapActionProps: BOOTSTRAP,
});
