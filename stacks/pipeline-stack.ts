import type { Construct } from "constructs";
import type { LoadEnv } from "../lambdas/load/env";
import type { StructureEnv, StructurePrefixes } from "../lambdas/structure/env";
import { Bucket, type FunctionBundle, LambdaStage, Table } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { readContract } from "./contract";
import { STATE_CONTRACT } from "./state-stack";

export interface PipelineStackProps extends PlatformStackProps {
  /** The code of each stage. */
  readonly bundles: Readonly<Record<"structure" | "load", FunctionBundle>>;
}

/** Where collectors write, in the raw bucket. */
export const RAW_PREFIX = "events/";

/** Where the structure function writes; its type refuses any other. */
const PREFIX: StructurePrefixes = {
  manifests: "manifests/",
  outputs: "events/",
  attempts: "attempts/",
  rejected: "rejected/",
};

/** Raw events → Parquet → stores: two stages, each with a role that can do what its code does. */
export class PipelineStack extends BaseStack {
  constructor(scope: Construct, props: PipelineStackProps) {
    super(scope, "pipeline", props);
    const { bundles } = props;
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);
    const { keyAlias, ...names } = this.names;
    const { pipeline } = this.config;
    const key = { keyAlias, keyArn };
    const raw = Bucket.fromName(this, "Raw", { bucketName: names.rawBucket, keyAlias });
    const curated = Bucket.fromName(this, "Curated", { bucketName: names.curatedBucket, keyAlias });
    const rejected = Bucket.fromName(this, "Rejected", { bucketName: names.rejectedBucket, keyAlias });
    const figures = Table.fromName(this, "Figures", { tableName: names.figuresTable, keyAlias });
    const contributions = Table.fromName(this, "Contributions", {
      tableName: names.contributionsTable,
      keyAlias,
    });

    const structure = new LambdaStage<StructureEnv>(this, "Structure", {
      ...key,
      ...pipeline.structure,
      stageName: names.structure,
      description: "Turns raw NDJSON events into Parquet",
      bundle: bundles.structure,
      source: raw,
      prefix: RAW_PREFIX,
      environment: { CURATED_BUCKET: curated.bucketName, REJECTED_BUCKET: rejected.bucketName },
    });
    for (const prefix of [PREFIX.manifests, PREFIX.attempts]) curated.grantRead(structure.role, prefix);
    for (const prefix of [PREFIX.manifests, PREFIX.attempts, PREFIX.outputs]) {
      curated.grantWrite(structure.role, prefix);
    }
    for (const prefix of [PREFIX.attempts, PREFIX.outputs]) curated.grantDelete(structure.role, prefix);
    rejected.grantWrite(structure.role, PREFIX.rejected);
    rejected.grantDelete(structure.role, PREFIX.rejected);

    const load = new LambdaStage<LoadEnv>(this, "Load", {
      ...key,
      ...pipeline.load,
      stageName: names.load,
      description: "Brings curated events into the stores",
      bundle: bundles.load,
      source: curated,
      prefix: PREFIX.manifests,
      environment: {
        FIGURES_TABLE: figures.tableName,
        CONTRIBUTIONS_TABLE: contributions.tableName,
      },
    });
    curated.grantRead(load.role, PREFIX.outputs);
    figures.grantUpdate(load.role);
    contributions.grantRead(load.role);
    contributions.grantWrite(load.role);
  }
}
