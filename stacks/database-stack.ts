import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import type { LoadRowsEnv } from "../lambdas/load/env";
import type { MigrateEnv } from "../lambdas/migrate/env";
import type { LoadRecommendationsEnv } from "../lambdas/recommendations/env";
import type { TotalsEnv } from "../lambdas/totals/env";
import {
  AlarmTopic,
  Bucket,
  type FunctionBundle,
  LambdaStage,
  NodeFunction,
  ObjectTopic,
  Postgres,
  Role,
} from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { type Contract, publishContract, readContract } from "./contract";
import { PREFIX, SPARK_PREFIX } from "./data-stack";
import { NETWORK_CONTRACT } from "./network-stack";
import { STATE_CONTRACT } from "./state-stack";

export interface DatabaseStackProps extends PlatformStackProps {
  /** The code of each function. */
  readonly bundles: Readonly<
    Record<"loadRows" | "loadRecommendations" | "migrate" | "totals", FunctionBundle>
  >;
}

/** Made by AWS: where the database listens, and the security group that lets its users in. */
export const DATABASE_CONTRACT = {
  stack: "database",
  fields: { host: "id", port: "id", securityGroupId: "id" },
} as const satisfies Contract;

/** Users of the database connect from here: a function in the network's private subnets. */
const FUNCTION = { memoryMiB: 512, tracing: true } as const;

/** The rows: PostgreSQL, the function that keeps its schema, the stage that brings rows, the function that adds them up. */
export class DatabaseStack extends BaseStack {
  private readonly postgres: Postgres;
  private readonly common;
  private readonly connection;

  constructor(scope: Construct, props: DatabaseStackProps) {
    super(scope, DATABASE_CONTRACT.stack, props);
    const { bundles } = props;
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);
    const { vpcId, privateSubnetIds, isolatedSubnetIds } = readContract(this, "Network", NETWORK_CONTRACT);
    const { database, network, keepDataOnDestroy: keepOnDestroy } = this.config;
    const { keyAlias, databaseCluster, alarmTopic } = this.names;

    this.postgres = new Postgres(this, "Postgres", {
      clusterName: databaseCluster,
      databaseName: this.names.database,
      vpcId,
      subnetIds: network.tiers.includes("isolated") ? isolatedSubnetIds : privateSubnetIds,
      ...{ keyAlias, keyArn, keepOnDestroy },
      minCapacityUnits: database.minCapacityUnits,
      maxCapacityUnits: database.maxCapacityUnits,
      instances: database.instances,
      backupDays: database.backupRetentionDays,
      logRetentionDays: this.config.pipeline.loadRows.logRetentionDays,
    });
    this.common = {
      ...{ keyAlias, keyArn },
      vpc: { vpcId, subnetIds: privateSubnetIds },
      alarmTopic: AlarmTopic.fromName(this, "Alarms", { topicName: alarmTopic }),
    };
    this.connection = {
      DATABASE_HOST: this.postgres.host,
      DATABASE_PORT: `${this.postgres.port}`,
      DATABASE_NAME: this.postgres.databaseName,
      // Where Lambda's Node keeps the certificates of RDS's own authorities:
      // https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
      NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
    };

    this.createMigrate(bundles.migrate);
    this.createLoadRows(bundles.loadRows);
    if (this.config.spark) this.createLoadRecommendations(bundles.loadRecommendations);
    this.createTotals(bundles.totals);
    this.createReaders();

    const { host, port, securityGroupId } = this.postgres;
    publishContract(this, DATABASE_CONTRACT, { host, port: Token.asString(port), securityGroupId });
  }

  /** Runs with the deployment, again when its code has changed; to run it twice changes nothing. */
  private createMigrate(bundle: FunctionBundle): void {
    const migrate = new NodeFunction<MigrateEnv>(this, "Migrate", {
      ...this.common,
      ...FUNCTION,
      functionName: this.names.migrate,
      description: "Brings the database's schema and users up to date",
      timeoutSeconds: 900,
      bundle,
      environment: {
        ...this.connection,
        DATABASE_SECRET_ARN: this.postgres.masterSecretArn,
        WRITER_USER: this.names.databaseWriter,
        READER_USER: this.names.databaseReader,
      },
    });
    this.postgres.grantMasterSecret(migrate);
    new LambdaInvocation(this, "Migration", {
      functionName: migrate.resource.functionName,
      input: JSON.stringify({ migrations: bundle.sha256 }),
      triggers: { code: bundle.sha256, cluster: this.postgres.resource.clusterResourceId },
      dependsOn: [...this.postgres.ready, ...migrate.role.ready],
    });
  }

  private createLoadRows(bundle: FunctionBundle): void {
    const { keyAlias, curatedBucket, manifestTopic } = this.names;
    const curated = Bucket.fromName(this, "Curated", { bucketName: curatedBucket, keyAlias });
    const stage = new LambdaStage<LoadRowsEnv>(this, "LoadRows", {
      ...this.common,
      ...this.config.pipeline.loadRows,
      oldestMessageAlarmSeconds: this.config.alarms.oldestMessageMinutes * 60,
      stageName: this.names.loadRows,
      description: "Brings curated events into the database",
      bundle,
      source: curated,
      prefix: PREFIX.manifests,
      topic: ObjectTopic.fromName(this, "Manifests", { topicName: manifestTopic, keyAlias }),
      environment: {
        ...this.connection,
        DATABASE_USER: this.names.databaseWriter,
        ROWS_KEPT_DAYS: `${this.config.retention.rowsDays ?? ""}`,
      },
    });
    curated.grantRead(stage.role, PREFIX.outputs);
    this.postgres.grantConnect(stage, this.names.databaseWriter);
  }

  private createLoadRecommendations(bundle: FunctionBundle): void {
    const { keyAlias, curatedBucket, recommendationTopic: topicName } = this.names;
    const stage = new LambdaStage<LoadRecommendationsEnv>(this, "LoadRecommendations", {
      ...this.common,
      ...this.config.pipeline.recommendations,
      oldestMessageAlarmSeconds: this.config.alarms.oldestMessageMinutes * 60,
      stageName: this.names.loadRecommendations,
      description: "Brings recommendations into the database",
      bundle,
      source: Bucket.fromName(this, "Recommended", { bucketName: curatedBucket, keyAlias }),
      prefix: SPARK_PREFIX.recommendations,
      topic: ObjectTopic.fromName(this, "NewRecommendations", { topicName, keyAlias }),
      environment: { ...this.connection, DATABASE_USER: this.names.databaseWriter },
    });
    this.postgres.grantConnect(stage, this.names.databaseWriter);
  }

  private createTotals(bundle: FunctionBundle): void {
    const totals = new NodeFunction<TotalsEnv>(this, "Totals", {
      ...this.common,
      ...FUNCTION,
      functionName: this.names.totals,
      description: "Adds up the rows of the database",
      timeoutSeconds: 60,
      bundle,
      environment: { ...this.connection, DATABASE_USER: this.names.databaseReader },
    });
    this.postgres.grantConnect(totals, this.names.databaseReader);
  }

  private createReaders(): void {
    for (const [name, { principals, stores }] of Object.entries(this.config.readers)) {
      if (!stores.includes("rows")) continue;
      const role = new Role(this, `Reader-${name}`, {
        roleName: this.names.readerRole(name, "rows"),
        description: "Reads rows and changes nothing",
        principals: this.principalArns(principals),
      });
      this.postgres.grantUser(role, this.names.databaseReader);
    }
  }
}
