import { ndjson } from "../lambdas/support/events";

const SHOPS: readonly string[] = ["atlas", "borealis"];
const MONTHS: readonly string[] = ["2024-04", "2024-05"];
const CURRENCIES = ["EUR", "USD"];
const TYPES = ["view", "click", "add_to_cart", "purchase"] as const;

/** An event as a collector writes it; instants to the second, amounts with two decimals. */
export interface SentEvent {
  readonly schemaVersion?: 2;
  readonly eventId: string;
  readonly type: (typeof TYPES)[number];
  readonly occurredAt: string;
  readonly shopId: string;
  readonly contentId?: string;
  readonly productId?: string;
  readonly visitorId: string;
  readonly sessionId?: string;
  readonly quantity?: number;
  readonly amount?: string;
  readonly currency?: string;
}

/** What all three stores show, as plain text. */
export interface Shown {
  /** By shop, content and day; amounts in 1/10,000; no counters of 0. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By event id. */
  readonly rows: Readonly<Record<string, string>>;
  /** By shop and month, then event id: the rows of all files. */
  readonly lake: Readonly<Record<string, readonly string[]>>;
}

/** Events of all types, in two months and two currencies, some of schema version 2; ids begin with `name`. */
export function eventsOf(
  name: string,
  random: () => number,
  { count = 4, shops = SHOPS, months = MONTHS } = {},
): SentEvent[] {
  const one = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  return Array.from({ length: count }, (_, at): SentEvent => {
    const type = TYPES[at % TYPES.length] ?? "view";
    const cents = 1 + Math.floor(random() * 100_000);
    const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
    const day = String(1 + Math.floor(random() * 3)).padStart(2, "0");
    return {
      ...(random() < 0.3 ? { schemaVersion: 2, sessionId: `session-${at}` } : {}),
      eventId: `${name}-${at}`,
      type,
      occurredAt: `${one(months)}-${day}T12:00:${String(at % 60).padStart(2, "0")}Z`,
      shopId: one(shops),
      ...(random() < 0.8 ? { contentId: `story-${Math.floor(random() * 3)}` } : {}),
      productId: "sku-1",
      visitorId: `v-${name}`,
      ...(type === "purchase" ? { quantity: 1 + (cents % 3), amount, currency: one(CURRENCIES) } : {}),
    };
  });
}

export const bodyOf = (events: readonly SentEvent[]): string => ndjson(...events);

/** What an event is in a store of rows. */
export function rowText(row: Readonly<Record<keyof Omit<SentEvent, "schemaVersion">, unknown>>): string {
  const { eventId, occurredAt, type, shopId, contentId, productId, visitorId, sessionId } = row;
  const { quantity, amount, currency } = row;
  const fields = [eventId, occurredAt, type, shopId, contentId, productId, visitorId, sessionId];
  return [...fields, quantity, amount, currency].map((field) => field ?? "").join(" | ");
}

/** What the stores must show when each of `events` came in once: by arithmetic that is not the stages'. */
export function expectedOf(events: readonly SentEvent[]): Shown {
  const figures: Record<string, Record<string, bigint>> = {};
  const rows: Record<string, string> = {};
  const lake: Record<string, string[]> = {};
  for (const event of events) {
    const { type, shopId, contentId = "", occurredAt, quantity = 0, amount = "0.00", currency } = event;
    const counters: Record<string, bigint> = {};
    if (type === "view") counters.views = 1n;
    else if (type === "click") counters.clicks = 1n;
    else if (type === "add_to_cart") counters.addToCarts = 1n;
    else {
      counters.orders = 1n;
      counters.quantity = BigInt(quantity);
      counters[`orders_${currency}`] = 1n;
      counters[`quantity_${currency}`] = BigInt(quantity);
      counters[`amount_${currency}`] = BigInt(amount.replace(".", "")) * 100n;
    }
    const figure = `${shopId}#${contentId}#${occurredAt.slice(0, 10)}`;
    figures[figure] ??= {};
    for (const [name, by] of Object.entries(counters))
      figures[figure][name] = (figures[figure][name] ?? 0n) + by;
    const row = rowText({ ...NO_FIELDS, ...event });
    rows[event.eventId] = row;
    const partition = `${shopId} ${occurredAt.slice(0, 7)}`;
    lake[partition] ??= [];
    lake[partition].push(row);
  }
  for (const found of Object.values(lake)) found.sort();
  return { figures: asText(figures), rows, lake };
}

const NO_FIELDS = {
  contentId: null,
  productId: null,
  sessionId: null,
  quantity: null,
  amount: null,
  currency: null,
};

/** Figures as text, without counters of 0 and figures without counters. */
export function asText(
  figures: Readonly<Record<string, Readonly<Record<string, bigint>>>>,
): Shown["figures"] {
  const kept = Object.entries(figures).map(([key, counters]) => {
    const texts = Object.entries(counters).filter(([, value]) => value !== 0n);
    return [key, Object.fromEntries(texts.map(([name, value]) => [name, String(value)]))] as const;
  });
  return Object.fromEntries(kept.filter(([, counters]) => Object.keys(counters).length > 0));
}
