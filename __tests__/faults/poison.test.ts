import { gunzipSync, gzipSync } from "node:zlib";
import { type Manifest, manifestKey, sourceId } from "../../lambdas/shared/manifest";
import { DEFAULT_LIMITS } from "../../lambdas/structure/partitions";
import { ndjson, purchase, view } from "../lambdas/support/events";
import { bodyOf, eventsOf, expectedOf, type SentEvent } from "../support/faults-events";
import { inParallel } from "../support/faults-parallel";
import { MAX_RECEIVE_COUNT } from "../support/faults-queue";
import { Servers } from "../support/faults-servers";
import { bytesOf, keysOf, manifestsOf } from "../support/faults-shown";
import { STAGES } from "../support/faults-stages";
import { NOTHING, World } from "../support/faults-world";

const FULL = process.env.FAULTS === "full";
const OBJECTS = FULL ? 1_000 : 100;
const POISON = OBJECTS / 10;
/** Objects with lines that are no events. */
const MIXED = FULL ? 1_000 : 40;
jest.setTimeout(FULL ? 1_200_000 : 120_000);

const servers = new Servers();

const corrupt = (body: string): Uint8Array => gzipSync(body).subarray(0, -6);
/** What the function takes before the fix. */
const UNPACKED_BYTES = 64 * 1024;

describe(`of ${OBJECTS} objects in batches of ten`, () => {
  let world: World;
  const sent: SentEvent[] = [];
  const fixes: { key: string; body: string }[] = [];
  /** Messages of the objects that are no poison. */
  const good: string[] = [];
  const padding = "\n".repeat(UNPACKED_BYTES);

  beforeAll(async () => {
    world = await World.make(servers, 3);
  });
  afterAll(() => world.close());

  test(`${POISON} poisoned ones are set aside after five deliveries, and no neighbour is held back`, async () => {
    // Half of the poison is corrupt, the other half too much for the function as it is deployed.
    world.limits = { ...DEFAULT_LIMITS, unpackedBytes: UNPACKED_BYTES };
    const files = Array.from({ length: OBJECTS }, (_, at) => {
      const events = eventsOf(`e-${at}`, world.random, { shops: ["atlas"], months: ["2024-05"] });
      sent.push(...events);
      return { at, key: `in/${at}.ndjson`, body: bodyOf(events) };
    });
    await inParallel(files, async ({ at, key, body }) => {
      if (at % 20 === 3) {
        fixes.push({ key, body });
        await world.put(key, corrupt(body));
      } else if (at % 20 === 13) await world.put(key, padding + body);
      else good.push(await world.put(key, body));
    });
    await world.drain();

    const { structure } = world.queues;
    expect(structure.dead).toHaveLength(POISON);
    expect(good).toHaveLength(OBJECTS - POISON);
    expect(good.filter((body) => structure.deliveries.get(body) !== 1)).toEqual([]);
    expect(structure.dead.map(({ body }) => structure.deliveries.get(body))).toEqual(
      Array(POISON).fill(MAX_RECEIVE_COUNT),
    );
    expect(await manifestsOf(servers.s3, world.curated)).toHaveLength(OBJECTS - POISON);
    expect(Object.keys((await world.shown()).rows)).toHaveLength(4 * (OBJECTS - POISON));
    const reasons = new Set(world.failures.map(({ error }) => error));
    expect([...reasons].sort()).toEqual([
      "PermanentError: object: its gzip data must be whole, got unexpected end of file: send it again",
      "PermanentError: object: must unpack to at most 65536 bytes, got more: split the file into smaller ones",
    ]);
  });

  test("the poisoned ones come in after a fix and a redrive, and none is left", async () => {
    await inParallel(fixes, ({ key, body }) => world.put(key, gzipSync(body)));
    world.limits = undefined;
    world.queues.structure.redrive();
    await world.drain();
    expect(await world.leftovers()).toEqual(NOTHING);
    expect(await world.shown()).toEqual(expectedOf(sent));
    expect(await manifestsOf(servers.s3, world.curated)).toHaveLength(OBJECTS);
    expect(await keysOf(servers.s3, world.curated, "events/")).toHaveLength(OBJECTS);
  });
});

const EVENT = { Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: "b" }, object: {} } }] };
const MALFORMED: readonly string[] = [
  "",
  "no JSON",
  "[]",
  "{}",
  '{"Records":[null]}',
  JSON.stringify(EVENT),
  JSON.stringify({ Type: "Notification", TopicArn: "t", Message: "{}" }),
  JSON.stringify({ Event: "s3:OtherEvent" }),
];

test("the message of S3's test is done at once, a malformed one is set aside by every stage, good ones pass", async () => {
  const world = await World.make(servers, 6);
  const test = JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: world.raw });
  const events = eventsOf("good", world.random);
  for (const stage of STAGES) for (const body of [test, ...MALFORMED]) world.queues[stage].send(body);
  await world.put("in/good.ndjson", bodyOf(events));
  await world.drain();
  for (const stage of STAGES) {
    const { dead, deliveries } = world.queues[stage];
    expect([stage, dead.map(({ body }) => body).sort()]).toEqual([stage, [...MALFORMED].sort()]);
    expect([...deliveries.entries()].filter(([, times]) => times === 1)).toHaveLength(2);
  }
  // What is malformed stays so: another redrive changes nothing.
  world.queues.rows.redrive();
  await world.drain();
  expect(world.queues.rows.dead).toHaveLength(MALFORMED.length);
  expect(await world.shown()).toEqual(expectedOf(events));
  await world.close();
});

test("keys of every kind come in under their own name, what nobody means as data is left alone", async () => {
  const world = await World.make(servers, 7);
  const long = (letter: string) => `in/${letter.repeat(Math.floor(1021 / Buffer.byteLength(letter)))}`;
  const keys = [
    "in/a b+c%d.ndjson",
    "in/100%25.ndjson",
    "in/%2F%20.ndjson",
    "in/+ +.ndjson",
    "in/grün/東京 🛒.ndjson",
    "in/e\u0301 and \u00e9.ndjson",
    "in/'quoted' \"twice\" & <tag>; #?=:@,$!*()~^`{|}[]\\.ndjson",
    "in/a//b.c/d..e",
    "in/no-ending",
    long("x"),
    long("é"),
    long("漢"),
  ];
  const alone = [
    "in/",
    "in/folder/",
    "_SUCCESS",
    "in/_SUCCESS",
    "in/_temporary/0/part-0.ndjson",
    "in/.part.ndjson",
    "in/.hidden/a.ndjson",
  ];
  const sent = keys.flatMap((_, at) => eventsOf(`k-${at}`, world.random));
  for (const [at, key] of keys.entries()) await world.put(key, bodyOf(sent.slice(4 * at, 4 * at + 4)));
  for (const key of alone) await world.put(key, bodyOf(eventsOf("never", world.random)));
  await world.drain();
  expect(world.failures).toEqual([]);
  expect(await world.leftovers()).toEqual(NOTHING);
  expect(await world.shown()).toEqual(expectedOf(sent));
  const manifests = await manifestsOf(servers.s3, world.curated);
  expect(manifests.map(({ source }) => source.key).sort()).toEqual([...keys].sort());
  await world.close();
});

/** Lines that are no events, with the beginning of their reason. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['{"eventId"', "a line must be JSON, got something else"],
  ["[]", "a line must be a JSON object, got []"],
  [JSON.stringify(view({ type: "wish" })), "type must be one of view, click, add_to_cart, purchase"],
  [JSON.stringify(view({ colour: "red" })), '"colour" is not a field of an event, got "red"'],
  [JSON.stringify({ ...view(), shopId: undefined }), "shopId is missing: it must be"],
  [
    JSON.stringify(purchase({ quantity: "2" })),
    'quantity must be a whole number from 1 to 2147483647, got "2"',
  ],
  [
    JSON.stringify(purchase({ amount: 11.77 })),
    "amount must be a string so that it stays exact, got the number 11.77",
  ],
  [
    JSON.stringify(view({ occurredAt: "2199-01-01T00:00:00Z" })),
    "occurredAt must be at most 24 hours after its file was written",
  ],
  [JSON.stringify(view({ schemaVersion: 3 })), "schemaVersion must be 1, 2 or absent, got 3"],
  [JSON.stringify(view({ sessionId: "s" })), "sessionId is a field of schema version 2 only"],
  [JSON.stringify(view({ schemaVersion: 2 })), "sessionId is missing"],
];

test(`of ${MIXED} objects with lines that are no events, each is refused with its reason and the others come in`, async () => {
  const world = await World.make(servers, 10);
  const { random } = world;
  const { s3 } = servers;
  const sent: SentEvent[] = [];
  let refused = 0;
  const files = Array.from({ length: MIXED }, (_, at) => {
    const events = eventsOf(`e-${at}`, random, { count: 3, shops: ["atlas"], months: ["2024-05"] });
    sent.push(...events);
    const bad = Array.from(
      { length: at % 4 },
      () => REFUSED[Math.floor(random() * REFUSED.length)]?.[0] ?? "",
    );
    refused += bad.length;
    // Blank lines are nothing, a carriage return and a byte order mark are no part of a line.
    const all = [...events.map((event) => JSON.stringify(event)), ...bad, "", " \t"];
    return { key: `in/${at}.ndjson`, body: `\ufeff${all.join("\r\n")}` };
  });
  await inParallel(files, ({ key, body }) => world.put(key, body));
  await world.put("in/all.ndjson", `${REFUSED.map(([line]) => line).join("\n")}\n`);
  await world.drain();
  expect(world.failures).toEqual([]);
  expect(await world.leftovers()).toEqual(NOTHING);
  expect(await world.shown()).toEqual(expectedOf(sent));

  const manifests = await manifestsOf(s3, world.curated);
  const sum = (name: keyof Manifest["lines"]) =>
    manifests.reduce((total, { lines }) => total + lines[name], 0);
  expect({ good: sum("good"), rejected: sum("rejected") }).toEqual({
    good: sent.length,
    rejected: refused + REFUSED.length,
  });
  const source = sourceId(world.raw, "in/all.ndjson");
  const [all] = await manifestsOf(s3, world.curated, manifestKey(source));
  const packed = await bytesOf(s3, world.rejected, all?.rejected ?? "");
  const records = gunzipSync(packed)
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(records).toEqual(
    REFUSED.map(([line, reason], at) => ({
      reason: expect.stringContaining(reason),
      lineNumber: at + 1,
      source: `s3://${world.raw}/in/all.ndjson`,
      line,
    })),
  );
  await world.close();
});

test("events of schema version 2 come in beside those of version 1, with their session", async () => {
  const world = await World.make(servers, 11);
  const at = { occurredAt: "2024-05-17T12:00:00Z", contentId: "story-7" };
  const first = [purchase({ ...at, eventId: "v1" }), view({ ...at, eventId: "v1-view", schemaVersion: 1 })];
  const second = [
    purchase({ ...at, eventId: "v2", schemaVersion: 2, sessionId: "s-2" }),
    view({ ...at, eventId: "v2-view", schemaVersion: 2, sessionId: "s-2" }),
  ];
  await world.put("in/1.ndjson", ndjson(...first));
  await world.put("in/2.ndjson", ndjson(...second));
  await world.put(
    "in/both.ndjson",
    ndjson(...first.map((event) => ({ ...event, eventId: `both-${event.eventId}` })), second[0] ?? {}),
  );
  await world.drain();
  expect(await world.leftovers()).toEqual(NOTHING);
  const { figures, rows, lake } = await world.shown();
  expect(figures).toEqual({
    "atlas#story-7#2024-05-17": {
      views: "3",
      orders: "4",
      quantity: "8",
      orders_EUR: "4",
      quantity_EUR: "8",
      amount_EUR: "470800",
    },
  });
  const session = (row = "") => row.split(" | ")[7];
  expect(
    Object.entries(rows)
      .map(([id, row]) => [id, session(row)])
      .sort(),
  ).toEqual([
    ["both-v1", ""],
    ["both-v1-view", ""],
    ["v1", ""],
    ["v1-view", ""],
    ["v2", "s-2"],
    ["v2-view", "s-2"],
  ]);
  expect(lake["atlas 2024-05"]?.map(session).sort()).toEqual(["", "", "", "", "s-2", "s-2", "s-2"]);
  await world.close();
});
