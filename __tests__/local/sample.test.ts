import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mistakesIn } from "../../lambdas/shared/event";
import { purchasesIn, SAMPLE_FILE, sampleEvents, sampleNdjson } from "../../local/sample";

interface Row {
  readonly customer: string;
  readonly day: string;
  readonly quantity: number;
  readonly cents: bigint;
}

/** The file read by another way than the code's: columns by white space, money by dropping the point. */
const rows: readonly Row[] = readFileSync(SAMPLE_FILE, "latin1")
  .trimEnd()
  .split("\n")
  .map((line) => line.trim().split(/ +/))
  .map(([customer = "", , day = "", quantity = "", amount = ""]) => {
    const [dollars = "", cents = ""] = amount.split(".");
    return {
      customer,
      day,
      quantity: Number.parseInt(quantity, 10),
      cents: BigInt(dollars) * 100n + BigInt(cents),
    };
  });

const events = [...sampleEvents()].map((line) => JSON.parse(line));
const centsOf = (amount: string) => BigInt(amount.replace(".", ""));

test("the file is the published one, byte for byte", () => {
  const digest = createHash("sha256").update(readFileSync(SAMPLE_FILE)).digest("hex");
  expect(digest).toBe("6fae10155c0b0ba363c2c386e30f77990d22328220efd862a5edd1443420d94a");
});

test("every line is one purchase, with a number of its own", () => {
  expect(rows).toHaveLength(6919);
  expect(events).toHaveLength(rows.length);
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(rows.length);
});

test("quantity and amount are the file's, to the cent", () => {
  expect(events.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(
    rows.reduce((sum, { quantity }) => sum + quantity, 0),
  );
  expect(events.map(({ amount }) => centsOf(amount)).join()).toBe(rows.map(({ cents }) => cents).join());
  expect(events.reduce((sum, { amount }) => sum + centsOf(amount), 0n)).toBe(24_409_194n);
});

test("customer and day are the file's", () => {
  expect(events.map(({ visitorId, occurredAt }) => `${visitorId} ${occurredAt}`)).toEqual(
    rows.map(({ customer, day }) => {
      const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
      return `cdnow-${customer} ${date}T12:00:00Z`;
    }),
  );
});

test("an event has these fields in this order", () => {
  expect([...sampleEvents()][0]).toBe(
    '{"schemaVersion":1,"eventId":"cdnow-00001","type":"purchase","occurredAt":"1997-01-01T12:00:00Z",' +
      '"shopId":"cdnow","visitorId":"cdnow-00004","quantity":2,"amount":"29.33","currency":"USD"}',
  );
});

test("every event is one that the pipeline takes", () => {
  expect(events.map(mistakesIn).filter((mistake) => mistake !== undefined)).toEqual([]);
});

test("a purchase of nothing keeps its two decimals", () => {
  const free = rows.filter(({ cents }) => cents === 0n).length;
  expect(free).toBeGreaterThan(0);
  expect(events.filter(({ amount }) => amount === "0.00")).toHaveLength(free);
});

test("NDJSON is the events, each ended by a line feed, the same bytes every time", () => {
  expect(sampleNdjson().toString()).toBe([...sampleEvents()].map((line) => `${line}\n`).join(""));
  expect(sampleNdjson().equals(sampleNdjson())).toBe(true);
});

test("blank lines count, and hold no purchase", () => {
  const line = " 00004 0001 19970101  2   29.33";
  expect([...purchasesIn(`${line}\r\n\r\n${line}\r\n`)].map(({ eventId }) => eventId)).toEqual([
    "cdnow-00001",
    "cdnow-00003",
  ]);
});

test.each([" 00004 0001 19970101  2   29.3", " 00004 19970101 2 29.33", "00004 0001 19970101 2 -29.33", "x"])(
  "rejects the line %p by its number",
  (line) => {
    expect(() => [...purchasesIn(`\n${line}\n`)]).toThrow(
      "line 2 of the sample must be customer id, sample id, YYYYMMDD, quantity and amount with two decimals, " +
        `got ${JSON.stringify(line)}`,
    );
  },
);
