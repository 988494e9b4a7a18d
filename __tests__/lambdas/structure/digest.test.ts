import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { PermanentError } from "../../../lambdas/shared/errors";
import { digest } from "../../../lambdas/structure/digest";
import { DEFAULT_LIMITS, type Limits } from "../../../lambdas/structure/partitions";
import { Scratch } from "../../../lambdas/structure/scratch";
import { ndjson, purchase, seeded, shuffled, view } from "../support/events";
import { pieces } from "../support/memory-bucket";

const SOURCE = "s3://raw/a file.ndjson";
const WRITTEN = "2024-07-01T00:00:00.000Z";

const parent = mkdtempSync(join(tmpdir(), "groundplan-digest-"));
afterAll(() => rmSync(parent, { recursive: true }));
afterEach(() => expect(readdirSync(parent)).toEqual([]));

/** A digest with the content of its files. */
async function digested(body: Uint8Array | string, limits: Partial<Limits> = {}, lastModified = WRITTEN) {
  const scratch = new Scratch(parent);
  try {
    const origin = { source: SOURCE, lastModified, body: pieces(Buffer.from(body as string), 4096) };
    const { lines, outputs, rejected } = await digest(origin, scratch, { ...DEFAULT_LIMITS, ...limits });
    const content = ({ path, bytes }: { path: string; bytes: number }): Uint8Array => {
      const found = readFileSync(path);
      expect(found).toHaveLength(bytes);
      return found;
    };
    return {
      lines,
      outputs: outputs.map((output) => ({ ...output, body: content(output.body) })),
      rejected: rejected === undefined ? undefined : content(rejected),
    };
  } finally {
    scratch.close();
  }
}
type Digested = Awaited<ReturnType<typeof digested>>;

const file = (bytes: Uint8Array) => {
  const copy = Uint8Array.from(bytes).buffer;
  return { byteLength: copy.byteLength, slice: (start: number, end?: number) => copy.slice(start, end) };
};
const rows = (bytes: Uint8Array | undefined) => parquetReadObjects({ file: file(bytes ?? new Uint8Array()) });
const rejectedOf = ({
  rejected,
}: Digested): { reason: string; lineNumber: number; source: string; line: string }[] =>
  gunzipSync(rejected ?? gzipSync(""))
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

describe("a raw object", () => {
  test("becomes Parquet with every field of its events", async () => {
    const { outputs, lines, rejected } = await digested(
      ndjson(purchase(), view({ eventId: "e-2", contentId: undefined, productId: undefined })),
    );
    expect(lines).toEqual({ in: 2, good: 2, rejected: 0 });
    expect(rejected).toBeUndefined();
    expect(outputs.map(({ shopId, month, rows: count }) => [shopId, month, count])).toEqual([
      ["atlas", "2024-05", 2],
    ]);
    const occurredAt = new Date("2024-05-17T12:00:00Z");
    expect(await rows(outputs[0]?.body)).toEqual(
      [
        {
          occurredAt,
          eventId: "e-1",
          type: "purchase",
          shopId: "atlas",
          contentId: "story-7",
          productId: "sku-1",
          visitorId: "v-1",
          quantity: 2,
          amount: 11.77,
          currency: "EUR",
        },
        {
          occurredAt,
          eventId: "e-2",
          type: "view",
          shopId: "atlas",
          contentId: null,
          productId: null,
          visitorId: "v-1",
          quantity: null,
          amount: null,
          currency: null,
        },
      ].map((row) =>
        expect.objectContaining(
          Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
        ),
      ),
    );
  });

  test("of schema version 2 has sessions, beside version 1 without", async () => {
    const { outputs, lines } = await digested(
      ndjson(view({ schemaVersion: 2, sessionId: "s-1" }), view({ schemaVersion: 1, eventId: "e-2" })),
    );
    expect(lines).toEqual({ in: 2, good: 2, rejected: 0 });
    const metadata = await parquetMetadataAsync(file(outputs[0]?.body ?? new Uint8Array()));
    expect(metadata.schema.at(-1)).toMatchObject({ name: "sessionId", repetition_type: "OPTIONAL" });
    expect((await rows(outputs[0]?.body)).map(({ sessionId }) => sessionId ?? null)).toEqual(["s-1", null]);
  });

  test("is split by shop and month, in their order", async () => {
    const { outputs } = await digested(
      ndjson(
        view({ shopId: "b", occurredAt: "2024-05-01T00:00:00Z" }),
        view({ shopId: "a", occurredAt: "2024-05-31T23:59:59Z" }),
        view({ shopId: "a", occurredAt: "2024-06-01T00:00:00Z" }),
        view({ shopId: "b", occurredAt: "2024-05-02T00:00:00Z" }),
      ),
    );
    expect(outputs.map(({ shopId, month, rows: count }) => `${shopId} ${month} ${count}`)).toEqual([
      "a 2024-05 1",
      "a 2024-06 1",
      "b 2024-05 2",
    ]);
  });

  test("is sorted by time and then by event id, so that statistics tell days apart", async () => {
    const random = seeded(3);
    const events = Array.from({ length: 400 }, (_, at) =>
      view({
        eventId: `e-${String(at % 50).padStart(2, "0")}-${at}`,
        occurredAt: new Date(Date.UTC(2024, 4, 1 + Math.floor(at / 50))).toISOString(),
      }),
    );
    const { outputs } = await digested(ndjson(...shuffled(events, random)), { groupRows: 1000 });
    const found = (await rows(outputs[0]?.body)).map(
      ({ occurredAt, eventId }) => `${occurredAt.toISOString()} ${eventId}`,
    );
    expect(found).toEqual([...found].sort());
    expect(found).toHaveLength(400);
    const metadata = await parquetMetadataAsync(file(outputs[0]?.body ?? new Uint8Array()));
    expect(metadata.row_groups[0]?.columns[0]?.meta_data?.statistics).toMatchObject({
      min_value: new Date("2024-05-01T00:00:00Z"),
      max_value: new Date("2024-05-08T00:00:00Z"),
    });
  });

  test("has row groups of bounded size, however many shops there are", async () => {
    const events = Array.from({ length: 1000 }, (_, at) =>
      view({ eventId: `e-${at}`, shopId: `shop-${at % 3}` }),
    );
    const { outputs, lines } = await digested(ndjson(...events), { groupRows: 100, bufferedRows: 150 });
    const groups = await Promise.all(
      outputs.map(async ({ body }) => (await parquetMetadataAsync(file(body))).row_groups),
    );
    for (const group of groups.flat()) expect(Number(group.num_rows)).toBeLessThanOrEqual(100);
    expect(outputs.reduce((sum, output) => sum + output.rows, 0)).toBe(1000);
    expect(lines.good).toBe(1000);
  });

  test("becomes the same bytes each time", async () => {
    const body = ndjson(purchase(), view({ shopId: "b" }), { no: "event" });
    const [first, second] = [await digested(body), await digested(gzipSync(body))];
    expect(second).toEqual(first);
  });

  test("keeps amounts to the last decimal", async () => {
    const { outputs } = await digested(
      ndjson(purchase({ amount: "99999999999999.9999" }), purchase({ amount: "0.0001", eventId: "e-2" })),
    );
    const metadata = await parquetMetadataAsync(file(outputs[0]?.body ?? new Uint8Array()));
    const schema = metadata.schema.map(({ converted_type: _c, logical_type: _l, ...element }) => element);
    const found = await parquetReadObjects({
      file: file(outputs[0]?.body ?? new Uint8Array()),
      metadata: { ...metadata, schema },
      columns: ["amount"],
    });
    expect(found).toEqual([{ amount: 999_999_999_999_999_999n }, { amount: 1n }]);
    expect(metadata.schema.find(({ name }) => name === "amount")).toMatchObject({
      converted_type: "DECIMAL",
      precision: 18,
      scale: 4,
    });
  });

  test.each<[string, Uint8Array | string, number]>([
    ["an empty file", "", 0],
    ["an empty gzip file", gzipSync(""), 0],
    ["blank lines", "\n \n\r\n", 0],
    ["a byte order mark and a line", `\ufeff${ndjson(view())}`, 1],
    ["a last line without a break", ndjson(view()).trimEnd(), 1],
  ])("may be %s", async (_what, body, good) => {
    const { lines, outputs } = await digested(body);
    expect(lines).toEqual({ in: good, good, rejected: 0 });
    expect(outputs).toHaveLength(good);
  });

  test("gives its bad lines with reason, number and source, and its good ones all the same", async () => {
    const lines = [
      JSON.stringify(view()),
      "{",
      "",
      '{"type":"view"',
      JSON.stringify(purchase({ amount: 1 })),
      "7",
      JSON.stringify(view({ eventId: "e-3" })),
    ];
    const found = await digested(lines.join("\n"));
    expect(found.lines).toEqual({ in: 6, good: 2, rejected: 4 });
    expect(rejectedOf(found)).toEqual([
      { reason: "a line must be JSON, got something else", lineNumber: 2, source: SOURCE, line: "{" },
      {
        reason: "a line must be JSON, got something else",
        lineNumber: 4,
        source: SOURCE,
        line: '{"type":"view"',
      },
      {
        reason: "amount must be a string so that it stays exact, got the number 1",
        lineNumber: 5,
        source: SOURCE,
        line: lines[4],
      },
      { reason: "a line must be a JSON object, got 7", lineNumber: 6, source: SOURCE, line: "7" },
    ]);
  });

  test("that is neither gzip nor NDJSON has bad lines only", async () => {
    const binary = Buffer.concat([
      Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0x80, 10]),
      Buffer.alloc(3000, 0xc3),
      Buffer.from("\n\u0000\n"),
    ]);
    const found = await digested(binary);
    expect(found.lines).toEqual({ in: 3, good: 0, rejected: 3 });
    expect(found.outputs).toEqual([]);
    expect(rejectedOf(found).map(({ reason }) => reason)).toEqual([
      "a line must be UTF-8, got other bytes",
      "a line must be UTF-8, got other bytes",
      "a line must be JSON, got something else",
    ]);
  });

  test("shows a kilobyte of a line of 10 MB, and reads on", async () => {
    const found = await digested(
      Buffer.concat([Buffer.alloc(10_000_000, 0x61), Buffer.from(`\n${ndjson(view())}`)]),
    );
    expect(found.lines).toEqual({ in: 2, good: 1, rejected: 1 });
    expect(rejectedOf(found)).toEqual([
      {
        reason: "a line must have at most 1048576 bytes, got more",
        lineNumber: 1,
        source: SOURCE,
        line: "a".repeat(1024),
      },
    ]);
  });

  test("shows a kilobyte of a bad line without cutting a character in two", async () => {
    const [first] = rejectedOf(await digested(`x${"ü".repeat(1000)}`));
    expect(first?.line).toBe(`x${"ü".repeat(511)}`);
    const [ascii] = rejectedOf(await digested("y".repeat(2000)));
    expect(ascii?.line).toBe("y".repeat(1024));
  });

  test("may have so many bad lines that they are packed in parts", async () => {
    const found = await digested(`${"z".repeat(1000)}\n`.repeat(2500));
    expect(found.lines).toEqual({ in: 2500, good: 0, rejected: 2500 });
    expect(rejectedOf(found).at(-1)?.lineNumber).toBe(2500);
  });

  test("refuses what happened more than a day after the file was written, whenever it is read", async () => {
    const found = await digested(
      ndjson(
        view({ occurredAt: "2024-07-01T12:00:00.5Z" }),
        view({ occurredAt: "2024-07-02T12:00:00.250Z" }),
        view({ occurredAt: "2024-07-02T12:00:00.250001Z" }),
      ),
      {},
      "2024-07-01T12:00:00.250Z",
    );
    expect(found.lines).toEqual({ in: 3, good: 2, rejected: 1 });
    expect(rejectedOf(found)).toEqual([
      expect.objectContaining({
        lineNumber: 3,
        reason:
          'occurredAt must be at most 24 hours after its file was written (2024-07-01T12:00:00.250Z), got "2024-07-02T12:00:00.250001Z"',
      }),
    ]);
  });

  test("rejects a gzip file that unpacks to a thousand times its size, past the limit", async () => {
    const bomb = gzipSync(Buffer.alloc(8_000_000, "\n"));
    expect(8_000_000 / bomb.length).toBeGreaterThan(900);
    expect((await digested(bomb, { unpackedBytes: 8_000_000 })).lines.in).toBe(0);
    await expect(digested(bomb, { unpackedBytes: 7_999_999 })).rejects.toThrow(
      new PermanentError(
        "object: must unpack to at most 7999999 bytes, got more: split the file into smaller ones",
      ),
    );
  });

  test.each<[string, string, Partial<Limits>, string]>([
    [
      "more shop months than allowed",
      ndjson(view(), view({ shopId: "b" })),
      { partitions: 1 },
      "object: must hold at most 1 shop months, got more at b/2024-05: split the file by shop or month",
    ],
    [
      "more row groups than allowed",
      ndjson(...["a", "b", "a", "b"].map((shopId) => view({ shopId }))),
      { bufferedRows: 1, groups: 3 },
      "object: must make at most 3 row groups, got more with its 2 shop months in turns: sort or split the file by shop or month",
    ],
    [
      "more plain text than allowed",
      ndjson(view()),
      { unpackedBytes: 10 },
      "object: must unpack to at most 10 bytes, got more: split the file into smaller ones",
    ],
    [
      "more Parquet than allowed",
      ndjson(view()),
      { encodedBytes: 10 },
      "object: its Parquet must stay within 10 bytes, got more: split the file into smaller ones",
    ],
    [
      "more bad lines than allowed",
      "x\nx\n",
      { rejectedLines: 1 },
      "object: must hold at most 1 lines that are no events, got more (a line must be JSON, got something else): see whether it holds events at all",
    ],
    [
      "more bytes of bad lines than allowed",
      "x\n",
      { encodedBytes: 10 },
      "object: its refused lines must stay within 10 bytes packed, got more: see whether it holds events at all",
    ],
  ])("rejects %s for good", async (_what, body, limits, message) => {
    await expect(digested(body, limits)).rejects.toThrow(new PermanentError(message));
  });
});
