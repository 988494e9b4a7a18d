import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { App, LocalBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type EmbeddedService, type EmulatorEndpoints, serviceEndpoints } from "../../config/emulators";
import { embeddedCredentials } from "../../config/home";
import {
  AlarmTopic,
  arnOf,
  Bucket,
  EncryptionKey,
  LongLivedSparkCluster,
  runLogGroup,
  SparkApplication,
  SparkCluster,
} from "../../modules";
import type { Place } from "./query-service";
import { aJob, ENTRY } from "./spark";

const SERVICES = [
  "cloudwatch",
  "dynamodb",
  "ec2",
  "emr",
  "emrserverless",
  "iam",
  "kms",
  "logs",
  "s3",
  "scheduler",
  "sfn",
  "sns",
  "sqs",
  "sts",
] as const satisfies readonly EmbeddedService[];

/** All engines of Spark with all that they need, in one stack of an app of their own, on an embedded AWS. */
export class SparkEngines {
  /** Where the stack's Terraform JSON and state are. */
  readonly directory: string;

  constructor(
    private readonly outdir: string,
    private readonly endpoints: EmulatorEndpoints,
    private readonly place: Place,
  ) {
    this.directory = join(outdir, "stacks", "spark");
  }

  /** Writes the stack; `build` may leave out what a destroy shall take away. */
  synth(build: (stack: TerraformStack) => void = engines): void {
    mkdirSync(this.outdir, { recursive: true });
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, "spark");
    this.createProvider(stack);
    new LocalBackend(stack, { path: join(this.outdir, "spark.tfstate") });
    build(stack);
    app.synth();
  }

  private createProvider(stack: TerraformStack): void {
    const { accountId, region } = this.place;
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = embeddedCredentials(accountId);
    new AwsProvider(stack, "Aws", {
      ...{ region, allowedAccountIds: [accountId], accessKey, secretKey },
      endpoints: [serviceEndpoints(this.endpoints, SERVICES)],
      ...{ s3UsePathStyle: true, skipCredentialsValidation: true, skipRegionValidation: true },
      ...{ skipMetadataApiCheck: "true", maxRetries: 2 },
    });
  }
}

const NODE = { instanceType: "m7g.xlarge" } as const;
const DISKS = { ebs: { sizeGiB: 64, volumes: 2 } } as const;
const NODES = {
  instances: [
    { ...NODE, ...DISKS },
    { instanceType: "m7g.2xlarge", weight: 2 },
  ],
} as const;

/** Groups with all that groups can have. */
const GROUPS = {
  groups: {
    primary: NODE,
    core: { ...NODE, ...DISKS, instanceCount: 2 },
    task: { ...NODE, instanceCount: 3 },
  },
} as const;

/** Fleets with all that fleets can have. */
const FLEETS = {
  fleets: {
    primary: { instances: [NODE], onDemandUnits: 1 },
    core: { ...NODES, onDemandUnits: 2 },
    task: { ...NODES, spotUnits: 4 },
  },
} as const;

/** One of each kind. */
export function engines(stack: TerraformStack): void {
  const keyAlias = "alias/shop";
  const key = new EncryptionKey(stack, "Key", { alias: keyAlias, keepOnDestroy: false });
  key.grantAlarms();
  const names = ["nightly", "groups", "fleets", "application"];
  key.grantLogGroups(names.map((name) => arnOf(stack, "logs", `log-group:${runLogGroup(name)}`)));
  const bucket = (id: string, bucketName: string) =>
    new Bucket(stack, id, { bucketName, keyAlias, keepOnDestroy: false });
  const { vpcId, subnetIds } = network(stack);
  const common = (sparkName: string) => ({
    ...{ sparkName, description: `Runs ${sparkName}`, keyAlias, keyArn: key.keyArn, artefacts, logs, vpcId },
  });
  const artefacts = bucket("Artefacts", "shop-artefacts");
  const logs = bucket("Logs", "shop-logs");
  const alarmTopic = new AlarmTopic(stack, "Alarms", { topicName: "shop-alarms", keyAlias });

  const nightly = new SparkCluster(stack, "Nightly", {
    ...{ ...common("nightly"), subnetIds, capacity: FLEETS, alarmTopic },
    ...{ schedule: "cron(0 3 * * ? *)", timezone: "Europe/Berlin", startTimeoutMinutes: 5 },
  });
  aJob(nightly, { arguments: ["--day", "today"], retries: 1 }, "count");
  aJob(nightly, { onFailure: "continue" }, "train");
  aJob(nightly, { arguments: ["--all"], startTimeOption: "--at", onDemand: true }, "erase");

  const groups = new LongLivedSparkCluster(stack, "Groups", {
    ...{ ...common("groups"), subnetIds: subnetIds.slice(0, 1), capacity: GROUPS },
    managedScaling: { minimumUnits: 2, maximumUnits: 10, maximumOnDemandUnits: 5, maximumCoreUnits: 4 },
    autoTerminationSeconds: 7_200,
    configurations: { "spark-defaults": { "spark.eventLog.compress": "true" } },
    bootstrapActions: [{ name: "prepare", file: ENTRY, arguments: ["--quick"] }],
    applications: ["Hive"],
    stepConcurrency: 2,
  });
  aJob(groups, {}, "count");
  aJob(groups, {}, "train");

  const fleets = new LongLivedSparkCluster(stack, "Fleets", {
    ...{ ...common("fleets"), subnetIds, capacity: FLEETS },
    managedScaling: { minimumUnits: 2, maximumUnits: 8 },
  });
  aJob(fleets);

  const application = new SparkApplication(stack, "Application", {
    ...{ ...common("application"), subnetIds, limit: { vcpus: 16, memoryGiB: 64, diskGiB: 200 } },
    readyWorkers: { drivers: 1, executors: 2, vcpus: 2, memoryGiB: 4 },
  });
  aJob(application);
}

/** Of its own, so that the ids are known to Terraform only when it is applied. */
function network(scope: Construct) {
  const vpc = new Vpc(scope, "Vpc", { cidrBlock: "10.20.0.0/16" });
  const subnets = ["a", "b"].map(
    (zone, index) =>
      new Subnet(scope, `Subnet-${zone}`, {
        ...{ vpcId: vpc.id, cidrBlock: `10.20.${index}.0/24`, availabilityZone: `eu-central-1${zone}` },
      }),
  );
  return { vpcId: vpc.id, subnetIds: subnets.map(({ id }) => id) };
}
