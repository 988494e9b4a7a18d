import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { Bucket } from "../../modules";
import type { SparkApplicationProps } from "../../modules/spark-cluster/application/application-props";
import { SparkApplication } from "../../modules/spark-cluster/application/spark-application";
import type { InstanceFleetProps } from "../../modules/spark-cluster/cluster/capacity-props";
import type {
  LongLivedSparkClusterProps,
  SparkClusterProps,
} from "../../modules/spark-cluster/cluster/cluster-props";
import { LongLivedSparkCluster } from "../../modules/spark-cluster/cluster/long-lived-spark-cluster";
import { SparkCluster } from "../../modules/spark-cluster/cluster/spark-cluster";
import type { SparkJobProps } from "../../modules/spark-cluster/jobs/job-props";
import type { SparkRunner } from "../../modules/spark-cluster/machine/spark-runner";
import { type Block, type Synthesised, synth } from "./synth";

/** Spark with the least props, for tests that are about something else; `props` are what the test is about. */
export const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";

const FOLDER = join(tmpdir(), "groundplan-synth", "spark");

/** A file of this text, and the same path for the same name. */
export function aFile(name: string, text: string): string {
  const path = join(FOLDER, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

export const ENTRY = aFile("train.py", "print(1)\n");

const runProps = (stack: TerraformStack) => ({
  sparkName: "trainer",
  description: "Trains",
  artefacts: Bucket.fromName(stack, "Artefacts", { bucketName: "artefacts", keyAlias: "alias/orders" }),
  logs: Bucket.fromName(stack, "Logs", { bucketName: "logs", keyAlias: "alias/orders" }),
  keyAlias: "alias/orders",
  keyArn: KEY,
  vpcId: "vpc-1",
  subnetIds: ["subnet-1"],
});

export const GROUPS = {
  groups: { primary: { instanceType: "m7g.xlarge" }, core: { instanceType: "m7g.2xlarge" } },
} as const;

/** The least fleet. */
export const FLEET: InstanceFleetProps = { instances: [{ instanceType: "m7g.xlarge" }], onDemandUnits: 1 };

export const FLEETS = { fleets: { primary: FLEET, core: FLEET } } as const;

/** A job that is there so that there is one. */
export const aJob = (runner: SparkRunner, props: Partial<SparkJobProps> = {}, name = "train") =>
  runner.addJob(name, { description: "Trains", entryFile: ENTRY, ...props });

export const aSparkCluster = (stack: TerraformStack, props: Partial<SparkClusterProps> = {}) =>
  new SparkCluster(stack, "Spark", { ...runProps(stack), capacity: GROUPS, ...props });

export const aLongLived = (stack: TerraformStack, props: Partial<LongLivedSparkClusterProps> = {}) =>
  new LongLivedSparkCluster(stack, "Spark", { ...runProps(stack), capacity: GROUPS, ...props });

export const anApplication = (stack: TerraformStack, props: Partial<SparkApplicationProps> = {}) =>
  new SparkApplication(stack, "Spark", {
    ...runProps(stack),
    limit: { vcpus: 16, memoryGiB: 64 },
    ...props,
  });

export const sparkCluster = (props: Partial<SparkClusterProps> = {}) =>
  synth((stack) => void aJob(aSparkCluster(stack, props)));

export const longLived = (props: Partial<LongLivedSparkClusterProps> = {}) =>
  synth((stack) => void aJob(aLongLived(stack, props)));

export const application = (props: Partial<SparkApplicationProps> = {}) =>
  synth((stack) => void aJob(anApplication(stack, props)));

/** The state machine, as Step Functions reads it. */
export function machineOf(tf: Synthesised): { readonly States: Readonly<Record<string, Block>> } & Block {
  return JSON.parse(String(tf.one("aws_sfn_state_machine").definition));
}

/** The words that a state gives its job, before those of the input; the time of the start is no literal. */
export function ownWords(expression: unknown): string[] {
  const words = /^{% \$append\((\[.*]), \$states\.context\.Execution\.Input\.arguments\) %}$/s.exec(
    `${expression}`,
  );
  return JSON.parse(words?.[1] ?? "");
}

/** What EMR is asked for when the machine makes a cluster. */
export const requestOf = (tf: Synthesised): Block => {
  const state = machineOf(tf).States["Make the cluster"];
  return state?.Parameters as Block;
};

/** The same, of the cluster with the least props. */
export const request = (props: Partial<SparkClusterProps> = {}) => requestOf(sparkCluster(props));
