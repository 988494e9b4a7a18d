import { formatAmount, readAmount } from "./amount";

/** Attributes of the figures table, which `status` and the dashboard read. */
export const FIGURE_KEYS = { partition: "shopId", sort: "contentDay" } as const;
/** Attributes of the contributions table. */
export const CONTRIBUTION_KEYS = { partition: "source", sort: "figure" } as const;
/** Sort key of the item that says which version of a source is in the figures. */
export const HEAD = "#";

/** Attribute of figures and contributions that says when DynamoDB may remove them: seconds since 1970. */
export const EXPIRY = "expiresAt";

/** Counters of a figure that have no currency; `orders` and `quantity` are over all currencies. */
export const COUNTERS = ["views", "clicks", "addToCarts", "orders", "quantity"] as const;
/** Counters per currency: `<prefix><CUR>`. Amounts are money, the others count. */
export const CURRENCY_COUNTERS = { orders: "orders_", quantity: "quantity_", amount: "amount_" } as const;

/**
 * Figures of one shop, content and day by attribute name, exact: amounts in 1/10,000 of their currency, all others
 * as they are. A counter that is absent is 0; a currency that sold has an amount, even one of 0.
 */
export type Figures = ReadonlyMap<string, bigint>;

const isMoney = (name: string): boolean => name.startsWith(CURRENCY_COUNTERS.amount);

/** Sort key of a figure: `<contentId or nothing>#<YYYY-MM-DD>`. */
export const contentDay = (contentId: string | undefined, day: string): string => `${contentId ?? ""}#${day}`;

/** Sort key of what a source brought to a figure; a shop id has no `#`. */
export const contributionKey = (shopId: string, figure: string): string => `${shopId}#${figure}`;

/** The figure that a contribution is for. */
export function figureOf(key: string): { readonly shopId: string; readonly contentDay: string } {
  const at = key.indexOf("#");
  return { shopId: key.slice(0, at), contentDay: key.slice(at + 1) };
}

/**
 * When a figure of `contentDay`, and what was brought to it, may be removed: `keptDays` after the begin of its day, in seconds
 * since 1970. DynamoDB removes it then or some days later
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
 */
export function expiresAt(contentDay: string, keptDays: number): number {
  const day = contentDay.slice(contentDay.lastIndexOf("#") + 1);
  return Date.parse(`${day}T00:00:00Z`) / 1000 + keptDays * 86_400;
}

/** A counter as the decimal text of a store. */
export const counterText = (name: string, value: bigint): string =>
  isMoney(name) ? formatAmount(value) : value.toString();

/** The counter that a store's decimal text stands for; undefined when `name` is no counter. */
export function readCounter(name: string, text: string): bigint | undefined {
  if (isMoney(name)) return readAmount(text);
  const known = COUNTERS.some((counter) => counter === name) || /^(?:orders|quantity)_[A-Z]{3}$/.test(name);
  return known ? BigInt(text) : undefined;
}

/**
 * What must be added to a store so that it holds `after` instead of `before`. Counters that stay are left out, but
 * not a currency that is new: its amount is named even when it is 0.
 */
export function difference(before: Figures, after: Figures): Figures {
  const delta = new Map<string, bigint>();
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const change = (after.get(name) ?? 0n) - (before.get(name) ?? 0n);
    if (change !== 0n || (isMoney(name) && !before.has(name))) delta.set(name, change);
  }
  return delta;
}

/** Totals of one shop in one currency. */
export interface ShopTotal {
  readonly shopId: string;
  /** Null when the shop has sold nothing. */
  readonly currency: string | null;
  readonly orders: number;
  readonly quantity: number;
  /** Two decimals, more only where the sum has them; exact. */
  readonly amount: string;
  readonly views: number;
  readonly clicks: number;
  readonly addToCarts: number;
}

/** An item of the figures table: keys and decimal texts, other attributes do not matter. */
export type FigureItem = Readonly<Record<string, string>>;

/**
 * Sums items of the figures table by shop and currency, in their order. Views, clicks and carts have no currency: they
 * are on the first row of a shop and 0 on its others, so that a sum over rows holds. Shops whose figures have all
 * gone back to 0 are left out.
 */
export function totalsByShop(items: Iterable<FigureItem>): ShopTotal[] {
  const shops = new Map<string, Map<string, bigint>>();
  for (const item of items) {
    const shopId = item[FIGURE_KEYS.partition];
    if (shopId === undefined) throw new RangeError(`figure: ${FIGURE_KEYS.partition} must be set, got none`);
    const totals = shops.get(shopId) ?? new Map<string, bigint>();
    shops.set(shopId, totals);
    for (const [name, text] of Object.entries(item)) {
      const isKey = name === FIGURE_KEYS.partition || name === FIGURE_KEYS.sort;
      const value = isKey ? undefined : readCounter(name, text);
      if (value !== undefined) totals.set(name, (totals.get(name) ?? 0n) + value);
    }
  }
  return [...shops.keys()].sort().flatMap((shopId) => rowsOf(shopId, shops.get(shopId) ?? new Map()));
}

function rowsOf(shopId: string, totals: Figures): ShopTotal[] {
  const number = (name: string): number => Number(totals.get(name) ?? 0n);
  if ([...totals.values()].every((value) => value === 0n)) return [];
  const sold = [...totals.keys()].filter(isMoney).map((name) => name.slice(CURRENCY_COUNTERS.amount.length));
  const currencies = sold.filter((currency) => number(CURRENCY_COUNTERS.orders + currency) !== 0).sort();
  return (currencies.length === 0 ? [null] : currencies).map((currency, row) => {
    const first = (name: string): number => (row === 0 ? number(name) : 0);
    const own = (prefix: string): bigint => (currency === null ? 0n : (totals.get(prefix + currency) ?? 0n));
    return {
      shopId,
      currency,
      orders: Number(own(CURRENCY_COUNTERS.orders)),
      quantity: Number(own(CURRENCY_COUNTERS.quantity)),
      amount: formatAmount(own(CURRENCY_COUNTERS.amount), 2),
      views: first("views"),
      clicks: first("clicks"),
      addToCarts: first("addToCarts"),
    };
  });
}
