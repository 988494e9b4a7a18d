import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { isLoaded } from "../../lambdas/shared/head";
import { LakeHead } from "../../lambdas/shared/lake-heads";
import { lakeHeadKey } from "../../lambdas/shared/lake-keys";
import type { LoadedSource } from "../../lambdas/totals/totals";
import type { Clients } from "../clients";
import { askRows } from "./rows";
import { STORES, type StoreName } from "./store";

/** One version of a raw object. */
export interface SourceVersion {
  readonly source: string;
  readonly etag: string;
}

/** The stores that do not hold this version yet. @throws StoreError when the rows cannot be asked */
export async function missingStores(
  config: PlatformConfig,
  clients: Clients,
  version: SourceVersion,
): Promise<StoreName[]> {
  const holds = await Promise.all([
    inFigures(config, clients, version),
    inRows(config, clients, version),
    inLake(config, clients, version),
  ]);
  return STORES.filter((_, index) => holds[index] !== true);
}

async function inFigures(
  config: PlatformConfig,
  clients: Clients,
  { source, etag }: SourceVersion,
): Promise<boolean> {
  const { DynamoFigures } = await import("../../lambdas/shared/dynamo-figures");
  const { figuresTable, contributionsTable } = namesFor(config);
  const figures = new DynamoFigures(figuresTable, contributionsTable, await clients.dynamo());
  return isLoaded(await figures.head(source), etag);
}

async function inRows(
  config: PlatformConfig,
  clients: Clients,
  { source, etag }: SourceVersion,
): Promise<boolean> {
  const loaded = (await askRows(config, clients, { sources: [source] })) as LoadedSource[];
  return loaded.some((one) => one.source === source && one.etag === etag);
}

async function inLake(
  config: PlatformConfig,
  clients: Clients,
  { source, etag }: SourceVersion,
): Promise<boolean> {
  const text = await clients.objectText(namesFor(config).curatedBucket, lakeHeadKey(source));
  return text !== undefined && isLoaded(LakeHead.parse(JSON.parse(text)), etag);
}
