import { join } from "node:path";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { homeOf } from "../config/home";
import { SPARK_JOBS } from "../config/naming";
import {
  AlarmTopic,
  Bucket,
  type BucketReference,
  type PythonZip,
  SparkCluster,
  type SparkJob,
  zipPython,
} from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { readContract } from "./contract";
import { PREFIX, SPARK_PREFIX } from "./data-stack";
import { NETWORK_CONTRACT } from "./network-stack";
import { STATE_CONTRACT } from "./state-stack";

export interface SparkStackProps extends PlatformStackProps {
  readonly spark: NonNullable<PlatformStackProps["config"]["spark"]>;
}

type JobName = (typeof SPARK_JOBS)[number];

/** Where lists of visitors to erase are put, in the bucket of the jobs. */
export const REQUEST_PREFIX = "requests/";

const DESCRIPTIONS: Readonly<Record<JobName, string>> = {
  "compact-curated": "Writes small files of the lake as few large ones, beside them",
  "aggregate-content": "Adds up events by story, day and week",
  "train-recommendations": "Trains which products to show beside which story",
  "erase-visitors": "Takes visitors out of all Parquet",
};

/** The Spark jobs: a cluster that is there while they run, and for each job a role of its own. */
export class SparkStack extends BaseStack {
  private readonly settings: SparkStackProps["spark"];
  private readonly curated: BucketReference;
  private readonly bucket: Bucket;

  constructor(scope: Construct, props: SparkStackProps) {
    super(scope, "spark", props);
    this.settings = props.spark;
    const { curatedBucket: bucketName, keyAlias } = this.names;
    this.curated = Bucket.fromName(this, "Curated", { bucketName, keyAlias });
    this.bucket = this.createBucket();
    const cluster = this.createCluster();
    const modules = zipPython({
      packages: ["spark/support", "spark/transforms"],
      directory: join(homeOf(this.config.environment), "spark"),
    });
    const jobs = SPARK_JOBS.map((name) => this.addJob(cluster, name, modules));
    // What runs a job on another machine reads here how EMR would.
    new TerraformOutput(this, "jobs", {
      value: JSON.stringify(Object.fromEntries(jobs.map(({ jobName, submit }) => [jobName, submit]))),
    });
  }

  private createBucket(): Bucket {
    const { keepDataOnDestroy: keepOnDestroy, retention } = this.config;
    const { sparkBucket: bucketName, keyAlias, spark } = this.names;
    const { logRetentionDays: days } = this.settings;
    return new Bucket(this, "Bucket", {
      ...{ bucketName, keyAlias, keepOnDestroy },
      // What has expired shall be gone, old versions too: a list of visitors is about people.
      noncurrentVersionDays: Math.min(days, retention.oldVersionDays ?? days),
      expirations: [
        { prefix: `${spark}/logs/`, days },
        { prefix: REQUEST_PREFIX, days },
      ],
    });
  }

  private createCluster(): SparkCluster {
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);
    const { vpcId, privateSubnetIds } = readContract(this, "Network", NETWORK_CONTRACT);
    const { schedule, timezone, enabled, instanceTypes, workers, spotWorkers, logRetentionDays } =
      this.settings;
    const instances = instanceTypes.map((instanceType) => ({ instanceType }));
    return new SparkCluster(this, "Jobs", {
      sparkName: this.names.spark,
      description: "Recommendations, aggregates, compaction and erasures",
      ...{ artefacts: this.bucket, logs: this.bucket },
      ...{ keyAlias: this.names.keyAlias, keyArn },
      ...{ vpcId, subnetIds: privateSubnetIds },
      logRetentionDays,
      ...(schedule === undefined ? {} : { schedule, timezone, enabled }),
      capacity: {
        fleets: {
          primary: { instances, onDemandUnits: 1 },
          core: { instances, onDemandUnits: workers },
          ...(spotWorkers === 0 ? {} : { task: { instances, spotUnits: spotWorkers } }),
        },
      },
      alarmTopic: AlarmTopic.fromName(this, "Alarms", { topicName: this.names.alarmTopic }),
    });
  }

  private addJob(cluster: SparkCluster, name: JobName, pyFiles: PythonZip): SparkJob {
    const job = cluster.addJob(name, {
      description: DESCRIPTIONS[name],
      entryFile: `spark/jobs/${name.replaceAll("-", "_")}.py`,
      pyFiles,
      arguments: ["--curated", `s3://${this.curated.bucketName}`],
      startTimeOption: "--at",
      ...(name === "train-recommendations" ? { configuration: this.trainingConfiguration() } : {}),
      timeoutSeconds: this.settings.jobTimeoutMinutes * 60,
      retries: 1,
      // Each stands for itself: figures that cannot be added up hold no recommendations back.
      onFailure: "continue",
      ...(name === "erase-visitors" ? { onDemand: true } : {}),
    });
    this.grant(job.role, name);
    return job;
  }

  /**
   * Two tasks for each processor of an xlarge node: with the 200 that Spark has for each shuffle, a training on few events
   * takes three to four times the processor time. ALS recurses deeper than a thread's stack of 1 MiB may hold.
   *
   * @see https://spark.apache.org/docs/3.5.6/configuration.html
   */
  private trainingConfiguration(): Readonly<Record<string, string>> {
    const { workers, spotWorkers } = this.settings;
    return {
      "spark.driver.extraJavaOptions": "-Xss4m",
      "spark.executor.extraJavaOptions": "-Xss4m",
      "spark.sql.shuffle.partitions": String(8 * (workers + spotWorkers)),
    };
  }

  /**
   * What a job reads, writes anew or takes away, and what it only replaces. Hadoop looks before it reads, and lists what it
   * looks for; S3A, which EMR has for `s3://` since 7.10, deletes no marker of a folder that it puts a file in.
   *
   * @see https://hadoop.apache.org/docs/r3.4.1/hadoop-aws/tools/hadoop-aws/directory_markers.html
   */
  private grant(role: SparkJob["role"], name: JobName): void {
    const { compacted, aggregates, recommendations, erasures } = SPARK_PREFIX;
    const { lake, outputs } = PREFIX;
    const { reads, replaces, writes } = {
      "compact-curated": { reads: [lake], replaces: [], writes: [compacted] },
      "aggregate-content": { reads: [lake, compacted], replaces: [], writes: [aggregates] },
      "train-recommendations": { reads: [lake, compacted], replaces: [], writes: [recommendations] },
      "erase-visitors": { reads: [], replaces: [lake, outputs, compacted], writes: [erasures] },
    }[name];
    for (const prefix of [...reads, ...replaces, ...writes]) this.curated.grantRead(role, prefix);
    for (const prefix of [...replaces, ...writes]) {
      this.curated.grantWrite(role, prefix);
      this.curated.grantUploads(role, prefix);
    }
    for (const prefix of writes) this.curated.grantDelete(role, prefix);
    this.curated.grantSeeMissing(role);
    if (name === "erase-visitors") this.bucket.grantRead(role, REQUEST_PREFIX);
  }
}
