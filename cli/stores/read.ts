import type { PlatformConfig } from "../../config/load";
import type { Clients } from "../clients";
import { type Comparison, compared } from "./compare";
import { figureTotals } from "./figures";
import { lakeTotals } from "./lake";
import { rowTotals } from "./rows";
import { readingOf, StoreError, type StoreReading, type StoreReadings } from "./store";

const PAUSE_MILLISECONDS = 1000;

/** What the three stores hold. The lake is asked for the shops that the other two know. */
export async function readStores(config: PlatformConfig, clients: Clients): Promise<StoreReadings> {
  const [figures, rows] = await Promise.all([
    readingOf(() => figureTotals(config, clients)),
    readingOf(() => rowTotals(config, clients)),
  ]);
  const shops = [...new Set([...shopsOf(figures), ...shopsOf(rows)])].sort();
  const nobody = "unreachable" in figures && "unreachable" in rows;
  const lake = await readingOf(async () => {
    if (nobody) throw new StoreError("it is asked by shop, and none of the others says which there are");
    return lakeTotals(config, clients, shops);
  });
  return { figures, rows, lake };
}

/** Reads the stores until they agree, or the time is over; events that are on their way are in one store before another. */
export async function agreeing(
  config: PlatformConfig,
  clients: Clients,
  seconds: number,
): Promise<{ readonly stores: StoreReadings } & Comparison> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const stores = await readStores(config, clients);
    const comparison = compared(stores);
    if (comparison.agree || comparison.differences.length === 0 || Date.now() > deadline) {
      return { stores, ...comparison };
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  }
}

function shopsOf(reading: StoreReading): string[] {
  return "totals" in reading ? reading.totals.map(({ shopId }) => shopId) : [];
}
