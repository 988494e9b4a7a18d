import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { Clients } from "../../cli/clients";
import type { DeadLettersResult, RedriveResult } from "../../cli/dead-letters/dead-letters";
import type { ReplayResult } from "../../cli/replay/replay";
import { StageQueues } from "../../cli/stage-queues";
import type { StatusResult } from "../../cli/status";
import type { UpResult } from "../../cli/up";
import { loadConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { TestCommand } from "../support/command";

jest.setTimeout(900_000);

/** Objects of a test: 1,000 where the whole table of faults is wanted. */
const OBJECTS = process.env.FAULTS === "full" ? 1_000 : 100;

const command = new TestCommand("queues");
let clients: Clients;
let queues: StageQueues;
let names: ReturnType<typeof namesFor>;

beforeAll(async () => {
  await command.run("local", "down", "local", "--clean");
  command.clean("local");
  const { code, stdout, stderr } = await command.run("local", "up", "local", "--without", "spark");
  if (code !== 0) throw new Error(`up failed: ${stdout}${stderr}`);
  const config = loadConfig("local", { home: command.home });
  names = namesFor(config);
  clients = new Clients(config);
  queues = new StageQueues(config, clients);
});

afterAll(async () => {
  clients?.close();
  await command.run("local", "down", "local", "--clean");
});

function events(shopId: string, object: number): Buffer {
  const event = {
    ...{ eventId: `${shopId}-${object}`, type: "purchase", occurredAt: "2026-03-04T05:06:07Z", shopId },
    ...{ contentId: "story-1", visitorId: "v-1", quantity: 1, amount: "1.25", currency: "EUR" },
  };
  return gzipSync(JSON.stringify(event));
}

const key = (shopId: string, object: number) => `events/${shopId}/${object}.ndjson.gz`;

async function put(shopId: string, object: number, body: Buffer): Promise<void> {
  const send = { Bucket: names.rawBucket, Key: key(shopId, object), Body: body };
  await (await clients.s3()).send(new PutObjectCommand(send));
}

async function sendToStructure(body: string): Promise<void> {
  const QueueUrl = await queues.url(names.structure);
  await (await clients.sqs()).send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
}

/** The work of each stage; fails where a stage is not there. */
async function work() {
  return Object.fromEntries(
    (await queues.counts()).map((stage) => {
      if ("missing" in stage) throw new Error(`${stage.stage} is missing`);
      return [stage.stage, stage];
    }),
  );
}

async function until(what: string, check: () => Promise<boolean>, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > deadline)
      throw new Error(`${what} took over ${seconds} s: ${JSON.stringify(await work())}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const idle = (seconds = 300) =>
  until(
    "the work",
    async () => Object.values(await work()).every((s) => s.waiting + s.inFlight === 0),
    seconds,
  );

/** The totals of one shop, by the store that says so. */
async function totalsOf(shopId: string) {
  const { document } = await command.json<StatusResult>("local", "status", "local");
  return document.totals
    .filter(({ total }) => total.shopId === shopId)
    .map(({ stores, total: { orders, amount } }) => ({ stores, orders, amount }));
}

const everywhere = (orders: number, amount: string) => [
  { stores: ["figures", "rows", "lake"], orders, amount },
];
const euros = (orders: number) => (orders * 1.25).toFixed(2);

test(`sets aside the poison among ${OBJECTS} objects, and holds no good one back`, async () => {
  for (let object = 0; object < OBJECTS; object += 1) {
    const whole = events("poisoned", object);
    await put("poisoned", object, object % 10 === 0 ? whole.subarray(0, whole.length - 9) : whole);
  }
  await idle();
  expect(await work()).toMatchObject({
    structure: { deadLetters: OBJECTS / 10 },
    ...{
      "load-figures": { deadLetters: 0 },
      "load-rows": { deadLetters: 0 },
      "load-lake": { deadLetters: 0 },
    },
  });
  expect(await totalsOf("poisoned")).toEqual(everywhere(OBJECTS * 0.9, euros(OBJECTS * 0.9)));
});

test("says of every dead letter which object, why, how often and since when", async () => {
  const { document } = await command.json<DeadLettersResult>("local", "dead-letters", "local");
  expect(document.letters).toHaveLength(OBJECTS / 10);
  const objects = document.letters.flatMap((letter) => letter.objects.map((object) => object.key)).sort();
  const poison = Array.from({ length: OBJECTS / 10 }, (_, tenth) => key("poisoned", tenth * 10)).sort();
  expect(objects).toEqual(poison);
  for (const letter of document.letters) {
    expect(letter).toMatchObject({
      ...{ stage: "structure", deliveries: 5, since: expect.stringMatching(/^20\d\d-/) },
      why: expect.stringContaining("gzip data must be whole"),
    });
    expect(letter.failures).toHaveLength(5);
  }
});

test("empties the dead-letter queue once the objects are put right and redriven", async () => {
  for (let object = 0; object < OBJECTS; object += 10)
    await put("poisoned", object, events("poisoned", object));
  const one = (await command.json<DeadLettersResult>("local", "dead-letters", "local")).document.letters[0];
  const some = await command.json<RedriveResult>("local", "dead-letters", "redrive", "local", one?.id ?? "");
  expect(some.document.moved).toHaveLength(1);
  const rest = await command.json<RedriveResult>("local", "dead-letters", "redrive", "local", "--all");
  expect(rest).toMatchObject({ code: 0, document: { refused: [] } });
  expect(rest.document.moved).toHaveLength(OBJECTS / 10 - 1);
  await idle();
  expect((await work()).structure).toMatchObject({ deadLetters: 0 });
  expect(await totalsOf("poisoned")).toEqual(everywhere(OBJECTS, euros(OBJECTS)));
});

test("acknowledges the test event of S3, and sets a malformed message aside", async () => {
  await sendToStructure(JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "any" }));
  await sendToStructure("{not json");
  await until("the malformed message", async () => (await work()).structure?.deadLetters === 1, 120);
  await idle();
  const { document } = await command.json<DeadLettersResult>("local", "dead-letters", "local");
  expect(document.letters).toMatchObject([{ objects: [], why: expect.stringContaining("got no JSON") }]);
});

test("takes back what a deleted object had brought, from every store", async () => {
  const Key = key("poisoned", 1);
  await (await clients.s3()).send(new DeleteObjectCommand({ Bucket: names.rawBucket, Key }));
  await until("the delete", async () => (await totalsOf("poisoned"))[0]?.orders === OBJECTS - 1, 120);
  await idle();
  expect(await totalsOf("poisoned")).toEqual(everywhere(OBJECTS - 1, euros(OBJECTS - 1)));
});

test("changes nothing when everything is replayed", async () => {
  const window = ["--prefix", "events/poisoned/", "--from", "2020-01-01", "--to", "2100-01-01"];
  const count = await command.json<ReplayResult>("local", "replay", "local", ...window, "--dry-run");
  expect(count.document).toMatchObject({ dryRun: true, objects: OBJECTS - 1 });
  const { document } = await command.json<ReplayResult>("local", "replay", "local", ...window);
  expect(document).toMatchObject({ dryRun: false, objects: OBJECTS - 1 });
  await idle();
  expect(await totalsOf("poisoned")).toEqual(everywhere(OBJECTS - 1, euros(OBJECTS - 1)));
});

test("loses nothing while the database is down, and holds the other stores back for nothing", async () => {
  const record = JSON.parse(readFileSync(join(command.home, "local", "embedded.json"), "utf8")) as {
    databaseProcess: { pid: number };
  };
  process.kill(record.databaseProcess.pid, "SIGINT"); // a fast shutdown
  const sent = 20;
  for (let object = 0; object < sent; object += 1) await put("outage", object, events("outage", object));
  const heldBack = async () => {
    const { structure, "load-figures": figures, "load-lake": lake, "load-rows": rows } = await work();
    const done = [structure, figures, lake].every(
      (stage) => stage !== undefined && stage.waiting + stage.inFlight === 0,
    );
    return done && rows !== undefined && rows.waiting + rows.inFlight === sent;
  };
  await until("figures and lake beside a database that is down", heldBack, 120);
  const { document } = await command.json<UpResult>("local", "up", "local", "--without", "spark");
  expect(document.changed).toBe(false);
  await idle();
  expect(await work()).toMatchObject({ "load-rows": { deadLetters: 0 } });
  expect(await totalsOf("outage")).toEqual(everywhere(sent, euros(sent)));
});
