import { closeSync, openSync, writeSync } from "node:fs";

const SEED = 20_240_517;
const WRITTEN_BYTES = 1024 * 1024;
const FIRST = Date.UTC(2024, 0, 1);
const STEP_MS = 20;

/** What is in the file. */
export interface Written {
  readonly bytes: number;
  readonly rows: number;
}

/** Writes NDJSON of valid events of one shop in order of time, the same for the same size, to `path`. */
export function writeEvents(path: string, megabytes: number): Written {
  const random = seeded();
  const file = openSync(path, "w");
  let [bytes, rows, text] = [0, 0, ""];
  for (; bytes + text.length < megabytes * 1e6; rows += 1) {
    text += `${JSON.stringify(event(rows, random))}\n`;
    if (text.length > WRITTEN_BYTES) {
      bytes += writeSync(file, text);
      text = "";
    }
  }
  bytes += writeSync(file, text);
  closeSync(file);
  return { bytes, rows };
}

function event(at: number, random: () => number): object {
  const below = (most: number): number => Math.floor(random() * most);
  const hex = (): string =>
    below(2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const kind = random();
  const fields = {
    eventId: `${hex()}-${hex()}-${hex()}`,
    type: kind < 0.7 ? "view" : kind < 0.9 ? "click" : kind < 0.96 ? "add_to_cart" : "purchase",
    occurredAt: new Date(FIRST + at * STEP_MS).toISOString(),
    shopId: "atlas",
    contentId: `story-${below(400)}`,
    productId: `sku-${below(5000)}`,
    visitorId: `v-${hex()}${hex()}`,
  };
  if (fields.type !== "purchase") return fields;
  return { ...fields, quantity: 1 + below(3), amount: (random() * 200).toFixed(2), currency: "EUR" };
}

/** Numbers in [0, 1), always the same (mulberry32). */
function seeded(): () => number {
  let state = SEED;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
