import { readFileSync } from "node:fs";

/** The sample, relative to the project root, which is the working directory; `local/sample/README.md` names its source. */
export const SAMPLE_FILE = "local/sample/cdnow-sample.txt";

/** The shop that every purchase of the sample belongs to. */
export const SAMPLE_SHOP = "cdnow";

/** A purchase of the sample as an event, in the field order of its line of NDJSON. */
export interface SampleEvent {
  readonly schemaVersion: 1;
  /** `cdnow-` and the line's number, from 1, in five digits: a line that is there twice is two purchases. */
  readonly eventId: string;
  readonly type: "purchase";
  /** Noon UTC of the purchase's day: the sample has no time of day. */
  readonly occurredAt: string;
  readonly shopId: typeof SAMPLE_SHOP;
  /** `cdnow-` and the customer's id in the full set. */
  readonly visitorId: string;
  readonly quantity: number;
  /** US dollars with two decimals, digit for digit as in the text; may be 0.00. */
  readonly amount: string;
  readonly currency: "USD";
}

/** A line that is not `id id YYYYMMDD quantity amount`. */
export class SampleError extends Error {
  override readonly name = "SampleError";
}

/** The purchases of the sample's text, one for each line; blank lines count and hold none. */
export function* purchasesIn(text: string): Generator<SampleEvent> {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() !== "") yield purchase(line, index + 1);
  }
}

/** The real purchases that a first run sends, as lines of JSON without their ends. */
export function* sampleEvents(): Generator<string> {
  for (const event of purchasesIn(readFileSync(SAMPLE_FILE, "ascii"))) yield JSON.stringify(event);
}

/** The sample as one file of NDJSON, each line ended by a line feed. */
export function sampleNdjson(): Buffer {
  return Buffer.from([...sampleEvents(), ""].join("\n"));
}

const PURCHASE = /^\s*(\d+)\s+\d+\s+(\d{4})(\d{2})(\d{2})\s+(\d+)\s+(\d+\.\d{2})\s*$/;

function purchase(line: string, number: number): SampleEvent {
  const [, customer, year, month, day, quantity, amount] = PURCHASE.exec(line) ?? [];
  if (customer === undefined || amount === undefined) {
    const rule = "must be customer id, sample id, YYYYMMDD, quantity and amount with two decimals";
    throw new SampleError(`line ${number} of the sample ${rule}, got ${JSON.stringify(line)}`);
  }
  return {
    schemaVersion: 1,
    eventId: `${SAMPLE_SHOP}-${String(number).padStart(5, "0")}`,
    type: "purchase",
    occurredAt: `${year}-${month}-${day}T12:00:00Z`,
    shopId: SAMPLE_SHOP,
    visitorId: `${SAMPLE_SHOP}-${customer}`,
    quantity: Number(quantity),
    amount,
    currency: "USD",
  };
}
