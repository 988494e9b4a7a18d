import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { PlatformConfig } from "../config/load";
import { namesFor } from "../config/naming";
import { type FigureItem, type ShopTotal, totalsByShop } from "../lambdas/shared/figures";
import { isLoaded } from "../lambdas/shared/head";
import type { Clients } from "./clients";

/** Orders, quantity and amount of each shop, a row for each of its currencies. */
export async function shopTotals(config: PlatformConfig, clients: Clients): Promise<ShopTotal[]> {
  const { paginateScan } = await import("@aws-sdk/client-dynamodb");
  const read = { TableName: namesFor(config).figuresTable, ConsistentRead: true };
  const items: FigureItem[] = [];
  for await (const { Items = [] } of paginateScan({ client: await clients.dynamo() }, read)) {
    items.push(...Items.map(plain));
  }
  return totalsByShop(items);
}

/** Whether the figures hold what this version of a raw object brought. */
export async function isInFigures(
  config: PlatformConfig,
  clients: Clients,
  source: string,
  etag: string,
): Promise<boolean> {
  const { DynamoFigures } = await import("../lambdas/shared/dynamo-figures");
  const { figuresTable, contributionsTable } = namesFor(config);
  const figures = new DynamoFigures(figuresTable, contributionsTable, await clients.dynamo());
  return isLoaded(await figures.head(source), etag);
}

function plain(item: Record<string, AttributeValue>): FigureItem {
  return Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? N ?? ""]));
}
