import type { Construct } from "constructs";
import type { FollowErasureEnv } from "../lambdas/erasure/env";
import type { LoadFiguresEnv, LoadLakeEnv } from "../lambdas/load/env";
import type { ServeRecommendationsEnv } from "../lambdas/recommendations/env";
import type { StructureEnv } from "../lambdas/structure/env";
import { AlarmTopic, Bucket, type FunctionBundle, LambdaStage, ObjectTopic, Table } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { readContract } from "./contract";
import { PREFIX, RAW_PREFIX, SPARK_PREFIX } from "./data-stack";
import { STATE_CONTRACT } from "./state-stack";

export interface PipelineStackProps extends PlatformStackProps {
  /** The code of each stage. */
  readonly bundles: Readonly<
    Record<
      "structure" | "loadFigures" | "loadLake" | "serveRecommendations" | "followErasure",
      FunctionBundle
    >
  >;
}

/**
 * A small young generation: what the structure function makes dies at once, and 16 MiB of it, V8's own choice, only cost
 * memory (docs/decisions/0001-parquet-engine.md).
 */
export const STRUCTURE_NODE_OPTIONS = "--max-semi-space-size=8";

/** Raw events → Parquet → figures and lake: each stage with a role that can do what its code does. */
export class PipelineStack extends BaseStack {
  private readonly curated;
  private readonly common;

  constructor(scope: Construct, props: PipelineStackProps) {
    super(scope, "pipeline", props);
    const { bundles } = props;
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);
    const { keyAlias, curatedBucket, alarmTopic } = this.names;
    this.curated = Bucket.fromName(this, "Curated", { bucketName: curatedBucket, keyAlias });
    this.common = {
      ...{ keyAlias, keyArn },
      alarmTopic: AlarmTopic.fromName(this, "Alarms", { topicName: alarmTopic }),
      oldestMessageAlarmSeconds: this.config.alarms.oldestMessageMinutes * 60,
    };
    const topic = ObjectTopic.fromName(this, "Manifests", { topicName: this.names.manifestTopic, keyAlias });

    this.createStructure(bundles.structure);
    this.createLoadFigures(bundles.loadFigures, topic);
    this.createLoadLake(bundles.loadLake, topic);
    if (this.config.spark) {
      this.createServeRecommendations(bundles.serveRecommendations);
      this.createFollowErasure(bundles.followErasure);
    }
  }

  private createStructure(bundle: FunctionBundle): void {
    const { keyAlias, rawBucket, rejectedBucket } = this.names;
    const { structure, removals } = this.config.pipeline;
    const raw = Bucket.fromName(this, "Raw", { bucketName: rawBucket, keyAlias });
    const rejected = Bucket.fromName(this, "Rejected", { bucketName: rejectedBucket, keyAlias });
    const { role } = new LambdaStage<StructureEnv>(this, "Structure", {
      ...this.common,
      ...structure,
      stageName: this.names.structure,
      description: "Turns raw NDJSON events into Parquet",
      bundle,
      source: raw,
      prefix: RAW_PREFIX,
      removals,
      environment: {
        CURATED_BUCKET: this.curated.bucketName,
        REJECTED_BUCKET: rejected.bucketName,
        ...{ NODE_OPTIONS: STRUCTURE_NODE_OPTIONS },
      },
    });
    // An object that is gone is no object that may not be read: one is done with, the other must be looked at.
    raw.grantSeeMissing(role);
    for (const prefix of [PREFIX.manifests, PREFIX.attempts]) this.curated.grantRead(role, prefix);
    for (const prefix of [PREFIX.manifests, PREFIX.attempts, PREFIX.outputs]) {
      this.curated.grantWrite(role, prefix);
    }
    for (const prefix of [PREFIX.attempts, PREFIX.outputs]) this.curated.grantDelete(role, prefix);
    rejected.grantWrite(role, PREFIX.rejected);
    rejected.grantDelete(role, PREFIX.rejected);
  }

  private createLoadFigures(bundle: FunctionBundle, topic: LoadTopic): void {
    const { keyAlias, figuresTable, contributionsTable } = this.names;
    const figures = Table.fromName(this, "Figures", { tableName: figuresTable, keyAlias });
    const contributions = Table.fromName(this, "Contributions", { tableName: contributionsTable, keyAlias });
    const { role } = new LambdaStage<LoadFiguresEnv>(this, "LoadFigures", {
      ...this.common,
      ...this.config.pipeline.loadFigures,
      stageName: this.names.loadFigures,
      description: "Brings curated events into the figures",
      bundle,
      source: this.curated,
      prefix: PREFIX.manifests,
      topic,
      environment: {
        FIGURES_TABLE: figures.tableName,
        CONTRIBUTIONS_TABLE: contributions.tableName,
        FIGURES_KEPT_DAYS: `${this.config.retention.figuresDays ?? ""}`,
      },
    });
    this.curated.grantRead(role, PREFIX.outputs);
    figures.grantUpdate(role);
    contributions.grantRead(role);
    contributions.grantWrite(role);
  }

  private createLoadLake(bundle: FunctionBundle, topic: LoadTopic): void {
    const { role } = new LambdaStage<LoadLakeEnv>(this, "LoadLake", {
      ...this.common,
      ...this.config.pipeline.loadLake,
      stageName: this.names.loadLake,
      description: "Brings curated events into the lake",
      bundle,
      source: this.curated,
      prefix: PREFIX.manifests,
      topic,
      environment: {},
    });
    this.curated.grantRead(role, PREFIX.outputs);
    for (const prefix of [PREFIX.lake, PREFIX.heads]) {
      this.curated.grantRead(role, prefix);
      this.curated.grantWrite(role, prefix);
    }
  }

  private createServeRecommendations(bundle: FunctionBundle): void {
    const { keyAlias, recommendationsTable: tableName, recommendationTopic: topicName } = this.names;
    const table = Table.fromName(this, "Recommendations", { tableName, keyAlias });
    const { role } = new LambdaStage<ServeRecommendationsEnv>(this, "ServeRecommendations", {
      ...this.common,
      ...this.config.pipeline.recommendations,
      stageName: this.names.serveRecommendations,
      description: "Brings recommendations to the table that backends read",
      bundle,
      source: this.curated,
      prefix: SPARK_PREFIX.recommendations,
      topic: ObjectTopic.fromName(this, "NewRecommendations", { topicName, keyAlias }),
      environment: { RECOMMENDATIONS_TABLE: table.tableName },
    });
    table.grantGet(role);
    table.grantScan(role);
    table.grantPut(role);
  }

  private createFollowErasure(bundle: FunctionBundle): void {
    const { keyAlias, erasureTopic: topicName } = this.names;
    const { role } = new LambdaStage<FollowErasureEnv>(this, "FollowErasure", {
      ...this.common,
      ...this.config.pipeline.followErasure,
      stageName: this.names.followErasure,
      description: "Tells the other stages which files have lost rows of erased visitors",
      bundle,
      source: this.curated,
      prefix: SPARK_PREFIX.erasures,
      topic: ObjectTopic.fromName(this, "Erasures", { topicName, keyAlias }),
      environment: {},
    });
    for (const prefix of [PREFIX.manifests, PREFIX.outputs]) this.curated.grantRead(role, prefix);
    this.curated.grantWrite(role, PREFIX.manifests);
  }
}

type LoadTopic = ReturnType<typeof ObjectTopic.fromName>;
