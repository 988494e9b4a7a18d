import type { Event } from "../shared/event";
import { parseInstant } from "../shared/instant";

const AHEAD_HOURS = 24;
/** Characters of an instant before its decimals. */
const TO_SECONDS = 19;

/**
 * How late an event of an object may have happened: a day after the object was written, which forgives the clock of
 * a browser or collector. The function's own clock is not asked, so that a replay comes to the same result.
 */
export class Horizon {
  private readonly last: string;
  private readonly lastMicros: number;

  /** `lastModified` is the object's, ISO 8601. */
  constructor(private readonly lastModified: string) {
    const last = Date.parse(lastModified) + AHEAD_HOURS * 3_600_000;
    this.last = new Date(last).toISOString().slice(0, TO_SECONDS);
    this.lastMicros = last * 1000;
  }

  /** Why a valid event is refused; undefined when it is not from the future. */
  mistakeIn({ occurredAt }: Event): string | undefined {
    // Text decides for all but the last second: an instant's digits are in the order of time.
    if (occurredAt < this.last || (parseInstant(occurredAt) ?? 0) <= this.lastMicros) return undefined;
    return `occurredAt must be at most ${AHEAD_HOURS} hours after its file was written (${this.lastModified}), got ${JSON.stringify(occurredAt)}`;
  }
}
