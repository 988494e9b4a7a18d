import { readFileSync } from "node:fs";

/** Orders, quantity and cents of the sample's text, added up here without the code under test. */
export function sampleFigures(): { orders: number; quantity: number; amount: string } {
  let orders = 0;
  let quantity = 0;
  let cents = 0n;
  for (const line of readFileSync("local/sample/cdnow-sample.txt", "latin1").split("\n")) {
    const [, , , count, dollars] = line.trim().split(/\s+/);
    if (count === undefined || dollars === undefined) continue;
    orders += 1;
    quantity += Number(count);
    cents += BigInt(dollars.replace(".", ""));
  }
  const digits = cents.toString().padStart(3, "0");
  return { orders, quantity, amount: `${digits.slice(0, -2)}.${digits.slice(-2)}` };
}
