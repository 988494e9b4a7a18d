import type { Construct } from "constructs";
import {
  AlarmTopic,
  addWarning,
  type BalancerReference,
  Bucket,
  EcrRepository,
  EcsCluster,
  type EcsClusterReference,
  EcsService,
  type FargateSize,
  FargateTask,
  LoadBalancer,
  Postgres,
  Table,
  WorkQueue,
} from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { readContract } from "./contract";
import { PREFIX } from "./data-stack";
import { DATABASE_CONTRACT } from "./database-stack";
import { NETWORK_CONTRACT } from "./network-stack";
import { SERVICES_CONTRACT } from "./services-stack";
import { STATE_CONTRACT } from "./state-stack";

export interface DashboardStackProps extends PlatformStackProps {
  readonly dashboard: NonNullable<PlatformStackProps["config"]["dashboard"]>;
}

/** The digest of no bytes, which no image has: it stands where there is none yet, beside a count of 0. */
const NO_IMAGE = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const PORT = 8080;
/** What the server finishes within after it was told to stop; less than the task's stop time-out of 30. */
const GRACE_SECONDS = 20;
/** Of which a task on Spot goes on letting requests in: there, SIGTERM comes before the balancer stops sending. */
const SPOT_DRAIN_SECONDS = 10;

/** Names of the stages, as the dashboard's page says them, and of their queues. */
type StageQueues = `structure=${string},load-figures=${string},load-rows=${string},load-lake=${string}`;

/** What `dashboard/app/settings.py` reads; a variable that is forgotten does not compile. */
interface DashboardEnv {
  readonly CURATED_BUCKET: string;
  readonly REJECTED_BUCKET: string;
  readonly FIGURES_TABLE: string;
  readonly CONTRIBUTIONS_TABLE: string;
  readonly DATABASE_HOST: string;
  readonly DATABASE_PORT: string;
  readonly DATABASE_NAME: string;
  readonly DATABASE_USER: string;
  readonly STAGE_QUEUES: StageQueues;
  readonly PORT: string;
  readonly KEEP_ALIVE_SECONDS: string;
  readonly GRACE_SECONDS: string;
  readonly DRAIN_SECONDS: string;
  readonly AWS_REGION: string;
}

/** The dashboard: a web app on ECS, which reads the stores and changes nothing. */
export class DashboardStack extends BaseStack {
  private readonly settings: DashboardStackProps["dashboard"];
  private readonly key: { readonly keyAlias: string; readonly keyArn: string };
  private readonly place;
  private readonly database;
  private readonly balancer: BalancerReference;

  constructor(scope: Construct, props: DashboardStackProps) {
    super(scope, "dashboard", props);
    this.settings = props.dashboard;
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);
    this.key = { keyAlias: this.names.keyAlias, keyArn };
    this.place = readContract(this, "Network", NETWORK_CONTRACT);
    this.database = readContract(this, "Database", DATABASE_CONTRACT);
    const { httpsListenerArn, balancerGroupId, balancerSuffix } = readContract(
      this,
      "Services",
      SERVICES_CONTRACT,
    );
    this.balancer = LoadBalancer.fromAttributes(this, "Balancer", {
      httpsListenerArn,
      securityGroupId: balancerGroupId,
      arnSuffix: balancerSuffix,
    });

    const cluster = EcsCluster.fromName(this, "Cluster", {
      clusterName: this.names.cluster,
      keyAlias: this.names.keyAlias,
    });
    const task = this.createTask(cluster);
    const service = this.createService(cluster, task);
    this.grantStores(service);
  }

  private createTask(cluster: EcsClusterReference): FargateTask {
    const { cpuUnits, memoryMiB, executeCommand, logRetentionDays } = this.settings;
    const { structure, loadFigures, loadRows, loadLake, ...names } = this.names;
    const environment: DashboardEnv = {
      CURATED_BUCKET: names.curatedBucket,
      REJECTED_BUCKET: names.rejectedBucket,
      FIGURES_TABLE: names.figuresTable,
      CONTRIBUTIONS_TABLE: names.contributionsTable,
      DATABASE_HOST: this.database.host,
      DATABASE_PORT: this.database.port,
      DATABASE_NAME: names.database,
      DATABASE_USER: names.databaseReader,
      STAGE_QUEUES: `structure=${structure},load-figures=${loadFigures},load-rows=${loadRows},load-lake=${loadLake}`,
      PORT: `${PORT}`,
      KEEP_ALIVE_SECONDS: `${this.balancer.keepAliveSeconds}`,
      GRACE_SECONDS: `${GRACE_SECONDS}`,
      DRAIN_SECONDS: `${this.settings.spot ? SPOT_DRAIN_SECONDS : 0}`,
      AWS_REGION: this.config.region,
    };
    return new FargateTask(this, "Task", {
      ...this.key,
      ...{ cluster, executeCommand, logRetentionDays },
      image: EcrRepository.fromName(this, "Images", { repositoryName: names.dashboard }).image(
        this.settings.image ?? NO_IMAGE,
      ),
      taskName: names.dashboard,
      description: "Shows what shops sell and how the pipeline does",
      size: { cpuUnits, memoryMiB } as FargateSize, // of the configuration: the task says which pairs there are
      port: PORT,
      environment: { ...environment },
      writablePaths: ["/tmp"],
      healthCommand: {
        command: [
          "python",
          "-c",
          `import urllib.request; urllib.request.urlopen("http://127.0.0.1:${PORT}/health/live", timeout=4)`,
        ],
        startSeconds: 30,
      },
    });
  }

  private createService(cluster: EcsClusterReference, task: FargateTask): EcsService {
    const { domain, image, minCount, maxCount, spot } = this.settings;
    if (image === undefined && !this.config.embedded) {
      const { environment } = this.config;
      addWarning(
        this,
        `no image yet, so no task runs: npx groundplan image push ${environment}, then put the digest that it prints into dashboard.image of config/environments/${environment}.yaml`,
      );
    }
    return new EcsService(this, "Dashboard", {
      ...{ cluster, task, balancer: this.balancer },
      hosts: [domain],
      priority: 100,
      serviceName: this.names.dashboard,
      vpcId: this.place.vpcId,
      subnetIds: this.place.privateSubnetIds,
      desiredCount: image === undefined ? 0 : minCount,
      healthPath: "/health/ready",
      serverGraceSeconds: GRACE_SECONDS,
      spot: spot ? "mixed" : "none",
      scaling: { minCount, maxCount, cpuPercent: 60, requestsPerTarget: 600 },
      alarmTopic: AlarmTopic.fromName(this, "Alarms", { topicName: this.names.alarmTopic }),
    });
  }

  /** All that it may: to read. */
  private grantStores(service: EcsService): void {
    const { keyAlias, curatedBucket, rejectedBucket, figuresTable, contributionsTable } = this.names;
    const { role } = service;
    const curated = Bucket.fromName(this, "Curated", { bucketName: curatedBucket, keyAlias });
    const rejected = Bucket.fromName(this, "Rejected", { bucketName: rejectedBucket, keyAlias });
    for (const prefix of [PREFIX.lake, PREFIX.manifests, PREFIX.heads]) curated.grantRead(role, prefix);
    rejected.grantRead(role, PREFIX.rejected);
    // It lists the lake; and what is not there yet, or not any more, is no object that may not be read.
    for (const bucket of [curated, rejected]) bucket.grantSeeMissing(role);
    Table.fromName(this, "Figures", { tableName: figuresTable, keyAlias }).grantQuery(role);
    Table.fromName(this, "Contributions", { tableName: contributionsTable, keyAlias }).grantReadMany(role);
    for (const name of ["structure", "loadFigures", "loadRows", "loadLake"] as const) {
      WorkQueue.fromName(this, `Queue-${name}`, { queueName: this.names[name] }).grantMeasure(role);
    }
    const postgres = Postgres.fromAttributes(this, "Postgres", {
      clusterName: this.names.databaseCluster,
      databaseName: this.names.database,
      host: this.database.host,
      securityGroupId: this.database.securityGroupId,
    });
    postgres.grantConnect(service, this.names.databaseReader);
  }
}
