const SHAPE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/;
const DAY_MICROS = 86_400_000_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** Years whose microseconds since 1970 a double still counts exactly (2^53 µs end in 2255). */
const YEARS = { first: 1970, last: 2199 } as const;

/** How an instant must look, for messages. */
export const INSTANT_RULE = `must be a UTC instant like "2024-05-17T12:00:00Z", at most 6 decimals, ${YEARS.first} to ${YEARS.last}`;

const two = (text: string, at: number): number =>
  (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;

let lastDay = "";
let lastDayMicros: number | undefined;

/** µs since 1970 of the day `YYYY-MM-DD`; undefined when the calendar has no such day. */
function dayMicros(day: string): number | undefined {
  if (day === lastDay) return lastDayMicros;
  const year = two(day, 0) * 100 + two(day, 2);
  const month = two(day, 5);
  const date = two(day, 8);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
  const valid = year >= YEARS.first && year <= YEARS.last && date >= 1 && date <= length;
  lastDay = day;
  lastDayMicros = valid ? Date.UTC(year, month - 1, date) * 1000 : undefined;
  return lastDayMicros;
}

let lastText = "";
let lastMicros: number | undefined;

/**
 * Microseconds since 1970 of an ISO 8601 instant in UTC (RFC 3339, section 5.6, with `Z` only); undefined when
 * `text` is none. No leap seconds, no 24:00. The last answer is kept, since an event is first judged and then taken.
 */
export function parseInstant(text: string): number | undefined {
  if (text === lastText) return lastMicros;
  lastText = text;
  lastMicros = parsed(text);
  return lastMicros;
}

function parsed(text: string): number | undefined {
  if (!SHAPE.test(text)) return undefined;
  const day = dayMicros(text.slice(0, 10));
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  if (day === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = text.length > 20 ? Number(text.slice(20, -1).padEnd(6, "0")) : 0;
  return day + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction;
}

/** The UTC day `YYYY-MM-DD` that holds an instant, given in µs since 1970. */
export function dayOf(micros: number): string {
  return new Date(Math.floor(micros / DAY_MICROS) * 86_400_000).toISOString().slice(0, 10);
}
