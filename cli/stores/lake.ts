import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { FIGURE_KEYS, type FigureItem, type ShopTotal, totalsByShop } from "../../lambdas/shared/figures";
import type { Clients } from "../clients";
import { deployNext } from "../session";
import { rowsOf } from "./athena-query";
import { StoreError } from "./store";

/** Shops of one query: Athena takes 262,144 bytes, and a shop id has at most 64. */
const SHOPS_PER_QUERY = 500;

/**
 * Totals of these shops from the lake, by Athena. Without a shop it is not asked: the table's partitions are projected
 * from the shops that a query names
 * (https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html).
 */
export async function lakeTotals(
  config: PlatformConfig,
  clients: Pick<Clients, "athena">,
  shops: readonly string[],
): Promise<ShopTotal[]> {
  const { lakeWorkgroup: workgroup, lakeDatabase: database, lakeTable: table } = namesFor(config);
  const items: FigureItem[] = [];
  for (let at = 0; at < shops.length; at += SHOPS_PER_QUERY) {
    const sql = totalsSql(table, shops.slice(at, at + SHOPS_PER_QUERY));
    try {
      const rows = await rowsOf(await clients.athena(), { workgroup, database, sql });
      items.push(...rows.map(figureOf));
    } catch (error) {
      const isMissing = error instanceof Error && /not found|not_found|does not exist/i.test(error.message);
      if (isMissing) throw new StoreError(error.message, deployNext(config));
      throw error;
    }
  }
  return totalsByShop(items);
}

/** Sums by shop, currency and type, in the SQL that Athena and DuckDB share. */
export function totalsSql(table: string, shops: readonly string[]): string {
  const list = shops.map((shop) => `'${shop.replaceAll("'", "''")}'`).join(", ");
  return [
    "SELECT shop, currency, type, count(*) AS events, sum(quantity) AS quantity,",
    "  CAST(sum(amount) AS varchar) AS amount",
    `FROM "${table}" WHERE shop IN (${list})`,
    "GROUP BY shop, currency, type",
  ].join("\n");
}

const COUNTERS: Readonly<Record<string, string>> = {
  view: "views",
  click: "clicks",
  add_to_cart: "addToCarts",
};

/** A row as an item of figures, so that one rule makes totals of both; only purchases have figures in a currency. */
function figureOf([
  shop = "",
  currency = "",
  type = "",
  events = "0",
  quantity = "0",
  amount = "0",
]: readonly (string | undefined)[]): FigureItem {
  const shopId = { [FIGURE_KEYS.partition]: shop };
  const counter = COUNTERS[type];
  if (counter !== undefined) return { ...shopId, [counter]: events };
  return {
    ...shopId,
    ...{ orders: events, quantity },
    ...{ [`orders_${currency}`]: events, [`quantity_${currency}`]: quantity, [`amount_${currency}`]: amount },
  };
}
