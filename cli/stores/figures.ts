import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { type FigureItem, type ShopTotal, totalsByShop } from "../../lambdas/shared/figures";
import type { Clients } from "../clients";
import { deployNext } from "../session";
import { StoreError } from "./store";

/** Totals of each shop, a row for each of its currencies, from DynamoDB. */
export async function figureTotals(
  config: PlatformConfig,
  clients: Pick<Clients, "dynamo">,
): Promise<ShopTotal[]> {
  const { paginateScan } = await import("@aws-sdk/client-dynamodb");
  const { figuresTable } = namesFor(config);
  const items: FigureItem[] = [];
  try {
    const read = { TableName: figuresTable, ConsistentRead: true };
    for await (const { Items = [] } of paginateScan({ client: await clients.dynamo() }, read)) {
      items.push(...Items.map(plain));
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
    throw new StoreError(`the table ${figuresTable} is not there`, deployNext(config));
  }
  return totalsByShop(items);
}

function plain(item: Record<string, AttributeValue>): FigureItem {
  return Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? N ?? ""]));
}
