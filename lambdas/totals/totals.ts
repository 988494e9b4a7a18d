import * as z from "zod/mini";
import { PermanentError } from "../shared/errors";
import { CURRENCY_COUNTERS, type FigureItem, type ShopTotal, totalsByShop } from "../shared/figures";
import type { Session } from "../shared/postgres-client";

/** What is asked: totals, or which versions of some sources are loaded. */
const TotalsEvent = z.object({
  sources: z.optional(z.array(z.string().check(z.regex(/^[0-9a-f]{32}$/))).check(z.maxLength(1_000))),
});

/** A source that the rows have, in the version with this etag. */
export interface LoadedSource {
  readonly source: string;
  readonly etag: string;
}

interface TotalRow {
  readonly shop_id: string;
  readonly currency: string | null;
  readonly orders: string;
  readonly quantity: string;
  readonly amount: string;
  readonly views: string;
  readonly clicks: string;
  readonly add_to_carts: string;
}

/** A row of the view as an item of the figures table: so both stores are added up by the same rules. */
function itemOf(row: TotalRow): FigureItem {
  const { currency } = row;
  const sold: Record<string, string> =
    currency === null
      ? {}
      : {
          [CURRENCY_COUNTERS.orders + currency]: row.orders,
          [CURRENCY_COUNTERS.quantity + currency]: row.quantity,
          [CURRENCY_COUNTERS.amount + currency]: row.amount,
        };
  const { shop_id: shopId, views, clicks, add_to_carts: addToCarts, orders, quantity } = row;
  return { shopId, views, clicks, addToCarts, orders, quantity, ...sold };
}

/**
 * Totals of each shop in each currency over the rows, each event once: `{}`. Or the versions that are loaded of
 * some sources, those that are not left out: `{"sources": ["<32 hex digits>", …]}`, at most 1,000.
 * @throws PermanentError when the event is anything else.
 */
export async function totals(event: unknown, session: Session): Promise<ShopTotal[] | LoadedSource[]> {
  const parsed = TotalsEvent.safeParse(event ?? {});
  if (!parsed.success)
    throw new PermanentError(
      'event: must be {} or {"sources": [up to 1000 names of 32 hex digits]}, got something else',
    );
  const { sources } = parsed.data;
  if (sources !== undefined)
    return session.query<LoadedSource>(
      "SELECT source, etag FROM loaded WHERE source = ANY($1) ORDER BY source",
      [sources],
    );
  const rows = await session.query<TotalRow>("SELECT * FROM shop_totals ORDER BY shop_id, currency");
  return totalsByShop(rows.map(itemOf));
}
