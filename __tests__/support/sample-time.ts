import { readFileSync } from "node:fs";

/** What the sample's shop sold in some days. */
export interface SampleSales {
  readonly orders: number;
  readonly quantity: number;
  /** US dollars as a page writes them: `1,234.50`. */
  readonly amount: string;
}

/**
 * Sales of the sample's text by a name of each day (`1997-03-01`), added up here without the code under test; a day whose
 * name is undefined counts nowhere.
 */
export function sampleBy(nameOf: (day: string) => string | undefined): Map<string, SampleSales> {
  const sums = new Map<string, { orders: number; quantity: number; cents: bigint }>();
  for (const line of readFileSync("local/sample/cdnow-sample.txt", "latin1").split("\n")) {
    const [, , date = "", count, dollars] = line.trim().split(/\s+/);
    const name = nameOf(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`);
    if (count === undefined || dollars === undefined || name === undefined) continue;
    const sum = sums.get(name) ?? { orders: 0, quantity: 0, cents: 0n };
    sum.orders += 1;
    sum.quantity += Number(count);
    sum.cents += BigInt(dollars.replace(".", ""));
    sums.set(name, sum);
  }
  const sales = [...sums].map(
    ([name, { cents, ...rest }]) => [name, { ...rest, amount: dollarsOf(cents) }] as const,
  );
  return new Map(sales);
}

/** All of it. */
export function sampleSales(first = "0000", last = "9999"): SampleSales {
  const all = sampleBy((day) => (day >= first && day <= last ? "all" : undefined)).get("all");
  return all ?? { orders: 0, quantity: 0, amount: "0.00" };
}

export const grouped = (digits: string | number) => String(digits).replace(/\B(?=(\d{3})+$)/g, ",");

function dollarsOf(cents: bigint): string {
  const digits = cents.toString().padStart(3, "0");
  return `${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`;
}
