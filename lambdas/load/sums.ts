import { CURRENCY_COUNTERS, contentDay, contributionKey, type Figures } from "../shared/figures";
import { dayOf } from "../shared/instant";

/** Columns that sums are made of. */
export const SUMMED = [
  "occurredAt",
  "type",
  "shopId",
  "contentId",
  "quantity",
  "amount",
  "currency",
] as const satisfies readonly (keyof SummedRow)[];
const DAY_MICROS = 86_400_000_000;
const COUNTER_OF: Readonly<Record<string, string>> = {
  view: "views",
  click: "clicks",
  add_to_cart: "addToCarts",
};

/** What is summed of an event. */
export interface SummedRow {
  readonly occurredAt: bigint;
  readonly type: string;
  readonly shopId: string;
  readonly contentId?: string | null;
  readonly quantity?: number | null;
  /** In 1/10,000. */
  readonly amount?: bigint | null;
  readonly currency?: string | null;
}

/** Adds up events by shop, content and UTC day. */
export class Sums {
  private readonly byKey = new Map<string, Map<string, bigint>>();
  private readonly days = new Map<number, string>();

  /** The sums, by contribution key. */
  get figures(): ReadonlyMap<string, Figures> {
    return this.byKey;
  }

  /** Adds one event. */
  add({ occurredAt, type, shopId, contentId, quantity, amount, currency }: SummedRow): void {
    const key = contributionKey(shopId, contentDay(contentId ?? undefined, this.day(occurredAt)));
    let sums = this.byKey.get(key);
    if (sums === undefined) {
      sums = new Map();
      this.byKey.set(key, sums);
    }
    const counter = COUNTER_OF[type];
    if (counter !== undefined) count(sums, counter, 1n);
    else {
      const pieces = BigInt(quantity ?? 0);
      count(sums, "orders", 1n);
      count(sums, "quantity", pieces);
      count(sums, `${CURRENCY_COUNTERS.orders}${currency}`, 1n);
      count(sums, `${CURRENCY_COUNTERS.quantity}${currency}`, pieces);
      count(sums, `${CURRENCY_COUNTERS.amount}${currency}`, amount ?? 0n);
    }
  }

  private day(occurredAt: bigint): string {
    const number = Math.floor(Number(occurredAt) / DAY_MICROS);
    let day = this.days.get(number);
    if (day === undefined) {
      day = dayOf(Number(occurredAt));
      this.days.set(number, day);
    }
    return day;
  }
}

function count(sums: Map<string, bigint>, name: string, by: bigint): void {
  sums.set(name, (sums.get(name) ?? 0n) + by);
}
