import type { ShopTotal } from "../../lambdas/shared/figures";
import { STORES, type StoreName, type StoreReadings } from "./store";

/** What is compared, with its name for people. */
const MEASURES = {
  orders: "orders",
  quantity: "quantity",
  amount: "amount",
  views: "views",
  clicks: "clicks",
  addToCarts: "carts",
} as const;
type Measure = keyof typeof MEASURES;

/** The totals of a shop in one currency, and the stores that hold exactly these. */
export interface Agreement {
  readonly stores: readonly StoreName[];
  readonly total: ShopTotal;
}

/** A measure on which the stores do not agree. */
export interface Difference {
  readonly shopId: string;
  readonly currency: string | null;
  readonly measure: string;
  /** By store, those that answered. */
  readonly values: Readonly<Partial<Record<StoreName, number | string>>>;
}

/** What the stores say, beside each other. */
export interface Comparison {
  /** By shop and currency; a shop and currency has several where the stores differ. */
  readonly totals: readonly Agreement[];
  readonly differences: readonly Difference[];
  /** Whether all stores answered, and said the same. */
  readonly agree: boolean;
}

/** Puts the totals of the stores beside each other; a store without a shop has nothing of it. */
export function compared(readings: StoreReadings): Comparison {
  const answered = STORES.flatMap((store) => {
    const reading = readings[store];
    return "totals" in reading ? [{ store, totals: reading.totals }] : [];
  });
  const known = new Map<string, ShopTotal>();
  for (const { totals } of answered) for (const total of totals) known.set(nameOf(total), total);
  const agreements: Agreement[] = [];
  const differences: Difference[] = [];
  for (const [name, { shopId, currency }] of [...known].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const said = answered.map(({ store, totals }) => {
      const total = totals.find((one) => nameOf(one) === name) ?? nothingOf(shopId, currency);
      return { store, total };
    });
    agreements.push(...agreed(said));
    differences.push(...differing(said));
  }
  return {
    totals: agreements,
    differences,
    agree: differences.length === 0 && answered.length === STORES.length,
  };
}

interface Said {
  readonly store: StoreName;
  readonly total: ShopTotal;
}

function agreed(said: readonly Said[]): Agreement[] {
  const groups = new Map<string, Agreement>();
  for (const { store, total } of said) {
    const name = JSON.stringify(measures().map((measure) => total[measure]));
    groups.set(name, { total, stores: [...(groups.get(name)?.stores ?? []), store] });
  }
  return [...groups.values()];
}

function differing(said: readonly Said[]): Difference[] {
  return measures()
    .filter((measure) => new Set(said.map(({ total }) => total[measure])).size > 1)
    .flatMap((measure) => {
      const [first] = said;
      if (first === undefined) return [];
      const { shopId, currency } = first.total;
      const values = Object.fromEntries(said.map(({ store, total }) => [store, total[measure]]));
      return [{ shopId, currency, measure: MEASURES[measure], values }];
    });
}

const measures = () => Object.keys(MEASURES) as Measure[];

const nameOf = ({ shopId, currency }: ShopTotal): string => `${shopId} ${currency ?? ""}`;

function nothingOf(shopId: string, currency: string | null): ShopTotal {
  return { shopId, currency, orders: 0, quantity: 0, amount: "0.00", views: 0, clicks: 0, addToCarts: 0 };
}
