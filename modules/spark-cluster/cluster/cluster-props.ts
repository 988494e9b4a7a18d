import type { SparkRunProps } from "../machine/run-props";
import type { ClusterCapacity, ManagedScalingProps } from "./capacity-props";
import type { SecurityProps } from "./security-configuration";

/** A script that every node runs before Spark is there. */
export interface BootstrapActionProps {
  /** Name in the console. */
  readonly name: string;
  /** Script, relative to the working directory; it is put beside the jobs' files. */
  readonly file: string;
  /** What the script gets. @default none */
  readonly arguments?: readonly string[];
}

export interface SparkClusterOptions extends SparkRunProps {
  /** The nodes. */
  readonly capacity: ClusterCapacity;
  /** EMR's release: `emr-7.x.y`, `emr-6.7.0` or later, or `emr-spark-8.x.y`. @default "emr-7.13.0", with Spark 3.5.6 */
  readonly release?: string;
  /** Applications beside Spark, such as `Hive`. @default none */
  readonly applications?: readonly string[];
  /**
   * Settings by EMR's classification and name, before ours: `{ "spark-defaults": { "spark.eventLog.compress": "true" } }`.
   * @default none
   */
  readonly configurations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Python that drivers and executors run. @default "/usr/bin/python3.11" */
  readonly python?: string;
  /** Bounds in which EMR changes the number of nodes. @default it does not */
  readonly managedScaling?: ManagedScalingProps;
  /** Seconds of idleness after which the cluster ends, 60 to 604,800. @default 3600 */
  readonly autoTerminationSeconds?: number;
  /** Steps that run at once, 1 to 256; from 2 on no job waits for another. @default 1 */
  readonly stepConcurrency?: number;
  /** Scripts that every node runs first, up to 16. @default none */
  readonly bootstrapActions?: readonly BootstrapActionProps[];
  /** Id of an image made from Amazon Linux, in place of EMR's. @default EMR's */
  readonly customAmiId?: string;
  /** GiB of each node's root disk, 15 to 100. @default 20 */
  readonly rootVolumeGiB?: number;
  /** Encryption, instance metadata. @default all that needs no certificate of yours */
  readonly security?: SecurityProps;
  /**
   * Puts the tag that EMR's policy wants on VPC and subnets. Only where nothing else tags them: `Network` does it itself
   * with `uses: ["emr"]`, and two Terraform states would take it from each other. @default false
   */
  readonly tagNetwork?: boolean;
}

export interface SparkClusterProps extends SparkClusterOptions {
  /** Minutes after which a cluster that takes no steps yet counts as failed, 5 to 120. @default 30 */
  readonly startTimeoutMinutes?: number;
}

export interface LongLivedSparkClusterProps extends SparkClusterOptions {
  /** Refuses to end the cluster, idle or not, until it is turned off. @default false */
  readonly terminationProtection?: boolean;
}
