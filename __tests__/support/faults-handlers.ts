import { randomUUID } from "node:crypto";
import { Logger } from "@aws-lambda-powertools/logger";
import type { S3Client } from "@aws-sdk/client-s3";
import { FiguresStore } from "../../lambdas/load/figures";
import { LakeStore } from "../../lambdas/load/lake";
import { createdManifest, load } from "../../lambdas/load/load";
import { RowsStore } from "../../lambdas/load/rows";
import type { Store } from "../../lambdas/load/store";
import { DynamoFigures } from "../../lambdas/shared/dynamo-figures";
import { perRecord } from "../../lambdas/shared/per-record";
import type { Postgres } from "../../lambdas/shared/postgres-client";
import { PostgresRows } from "../../lambdas/shared/postgres-rows";
import { S3Curated } from "../../lambdas/shared/s3-curated";
import { S3Objects } from "../../lambdas/shared/s3-objects";
import { isLeftAlone } from "../../lambdas/structure/left-alone";
import type { Limits } from "../../lambdas/structure/partitions";
import { remove } from "../../lambdas/structure/remove";
import { structure } from "../../lambdas/structure/structure";
import { type Instance, seenThrough } from "./faults-instance";
import type { ModelQueue } from "./faults-queue";
import type { Servers } from "./faults-servers";
import type { LoadStage, Stage } from "./faults-stages";

/** What functions have in common. */
export interface Surroundings {
  readonly servers: Servers;
  readonly queues: Readonly<Record<Stage, ModelQueue>>;
  readonly random: () => number;
  /** Reasons of failed deliveries. */
  readonly failures: { readonly stage: Stage; readonly error: string }[];
  /** Limits of an object, as an operator may change them with a deploy. */
  readonly limits: Limits | undefined;
  /** Names of buckets and tables. */
  readonly curated: string;
  readonly rejected: string;
  readonly figures: string;
  readonly contributions: string;
}

/** A function that is being started. */
export interface Start {
  readonly stage: Stage;
  readonly instance: Instance;
  /** A client that tells of manifests. */
  readonly s3: S3Client;
}

interface Handler {
  readonly handler: ReturnType<typeof perRecord>;
  close(): Promise<void>;
}

/** The handler of a stage, made of the same parts as in its function, with every call of a store through the instance. */
export function handlerOf(world: Surroundings, { stage, instance, s3: told }: Start): Handler {
  const logger = new Logger({ logLevel: "SILENT" });
  logger.error = (_message, { error }: { error: Error }) => {
    world.failures.push({ stage, error: `${error.name}: ${error.message}` });
  };
  const postpone = async (receipt: string, seconds: number) => {
    if (!instance.isDead) await world.queues[stage].postpone(receipt, seconds);
  };
  const common = { logger, postpone, random: world.random };
  const s3 = seenThrough(told, "s3", (call, make) => instance.call(call, make));
  if (stage === "structure")
    return { handler: perRecord({ ...common, ...structureOf(world, s3) }), close: async () => {} };
  const database = world.servers.database();
  const deps = {
    curated: (bucket: string) => new S3Curated(s3, bucket),
    store: storeOf(world, stage, instance, database),
    newRun: randomUUID,
    pause: async () => undefined,
  };
  const handler = perRecord({ ...common, take: (change) => load(createdManifest(change), deps) });
  return { handler, close: () => database.close() };
}

function structureOf(
  world: Surroundings,
  s3: S3Client,
): Pick<Parameters<typeof perRecord>[0], "isLeftAlone" | "take"> {
  const buckets = {
    raw: (bucket: string) => new S3Objects(s3, bucket),
    curated: new S3Objects(s3, world.curated),
    rejected: new S3Objects(s3, world.rejected),
  };
  return {
    isLeftAlone: ({ key }) => isLeftAlone(key),
    take: (change) =>
      change.kind === "created" ? structure(change, buckets, world.limits) : remove(change, buckets),
  };
}

function storeOf(world: Surroundings, stage: LoadStage, instance: Instance, database: Postgres): Store {
  const now = () => new Date();
  if (stage === "lake") return new LakeStore({ now });
  if (stage === "rows") return new RowsStore({ rows: new PostgresRows(database), now });
  const { figures, contributions, servers } = world;
  const dynamo = seenThrough(servers.dynamo, "dynamodb", (call, make) => instance.call(call, make));
  return new FiguresStore({ figures: new DynamoFigures(figures, contributions, dynamo), now });
}
