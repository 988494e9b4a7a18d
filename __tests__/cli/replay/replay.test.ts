import { CommandError } from "../../../cli/failure";
import { createdEvent, encodedKey } from "../../../cli/replay/created-event";
import { replay } from "../../../cli/replay/replay";
import { replayText, sizeText } from "../../../cli/replay/text";
import { windowOf } from "../../../cli/replay/window";
import { objectsIn } from "../../../lambdas/shared/object-ref";
import { FakeAws } from "../fake-aws";
import { FakeContext } from "../fake-context";

let aws: FakeAws;
let context: FakeContext;

jest.mock("../../../cli/clients", () => ({
  Clients: class {
    constructor() {
      Object.assign(this, aws.clients);
    }
  },
}));
jest.mock("@aws-sdk/client-s3", () => ({
  paginateListObjectsV2: async function* (_: unknown, input: Record<string, unknown>) {
    yield aws.answer({ constructor: { name: "ListObjectsV2Command" }, input });
  },
}));

const QUEUE = "atlas-dev-structure";
const MARCH = { prefix: "events/", from: "2026-03-01", to: "2026-03-02" };
const again = (command: string) => `npx groundplan ${command} dev`;

beforeEach(() => {
  aws = new FakeAws();
  context = new FakeContext();
  aws.queues.set(QUEUE, []);
});

/** An object of the listing, its key as S3 writes it there. */
function object(key: string, at = "2026-03-01T12:00:00Z"): void {
  aws.objects.push({ Key: encodedKey(key), ETag: `"${key.length}"`, Size: 1024, LastModified: new Date(at) });
}

const sentKeys = () => aws.visible(QUEUE).flatMap((body) => objectsIn(body).map(({ key }) => key));

describe("the window", () => {
  test("takes days and instants in UTC", () => {
    expect(windowOf({ ...MARCH, to: "2026-03-01T00:00:00.5Z", after: "events/x" })).toEqual({
      prefix: "events/",
      from: Date.UTC(2026, 2, 1),
      to: Date.UTC(2026, 2, 1) + 500,
      after: "events/x",
    });
  });

  const rule =
    "must be a day like 2026-03-01, or a UTC instant like 2024-05-17T12:00:00Z, at most 6 decimals, 1970 to 2199";
  test.each([
    [{ ...MARCH, prefix: "even" }, "--prefix must begin with events/, as events/collector-1/, got even"],
    [{ ...MARCH, from: "2026-02-30" }, `--from ${rule}, got 2026-02-30`],
    [{ ...MARCH, to: "2026-03-02T00:00:00+01:00" }, `--to ${rule}, got 2026-03-02T00:00:00+01:00`],
    [
      { ...MARCH, from: "2026-03-02" },
      "--from must be before --to 2026-03-02, which is not part of it, got 2026-03-02",
    ],
    [{ ...MARCH, after: "other" }, "--after must be a key below --prefix events/, got other"],
    [
      {},
      `--prefix must begin with events/, as events/collector-1/, got nothing\n--from ${rule}, got nothing\n--to ${rule}, got nothing`,
    ],
  ])("rejects %j with all that is wrong", (options, message) => {
    expect(() => windowOf(options)).toThrow(new CommandError({ message }));
  });
});

describe("an event", () => {
  test.each(["events/a b+c%d/ü 日本.gz", "events/'(!*)'~", `events/${"ä".repeat(500)}`])(
    "is read by the stages as the object %j, without a sequencer",
    (key) => {
      const listed = { key, etag: "0123", size: 5, lastModified: new Date("2026-03-01T00:00:01Z") };
      const [read] = objectsIn(createdEvent({ name: "raw", region: "eu-central-1" }, listed));
      expect(read).toMatchObject({ bucket: "raw", key, etag: "0123", sequencer: null });
    },
  );

  test("has keys as S3 encodes them", () => {
    expect(encodedKey("events/a b+c.gz")).toBe("events/a+b%2Bc.gz");
  });
});

describe("a replay", () => {
  test("sends an event for each object of the window, its begin in, its end out", async () => {
    object("events/1 before", "2026-02-28T23:59:59Z");
    object("events/2 first+", "2026-03-01T00:00:00Z");
    object("events/3", "2026-03-01T23:59:59Z");
    object("events/4 after", "2026-03-02T00:00:00Z");
    const result = await replay(context, MARCH);
    expect(sentKeys()).toEqual(["events/2 first+", "events/3"]);
    expect(result).toEqual({
      ...{ environment: "dev", dryRun: false, listed: 4, objects: 2, bytes: 2048, lastKey: "events/3" },
    });
    expect(replayText(result, again)).toBe(
      "2 of 4 objects, 2.0 KiB, were sent to the structure stage again.\nnpx groundplan status dev shows how far they are.",
    );
  });

  test("sends ten in a call, and again what SQS did not take", async () => {
    for (let n = 10; n < 35; n++) object(`events/${n}`);
    const place = { name: "atlas-dev-raw-111111111111-eu-central-1", region: "eu-central-1" };
    const lastModified = new Date("2026-03-01T12:00:00Z");
    const body = createdEvent(place, { key: "events/12", etag: "9", size: 1024, lastModified });
    aws.refused.set(body, { times: 1, SenderFault: false });
    await replay(context, MARCH);
    expect(sentKeys().sort()).toEqual(Array.from({ length: 25 }, (_, n) => `events/${n + 10}`));
    expect(aws.calls.filter((call) => call === "SendMessageBatch")).toHaveLength(4);
  });

  test("counts only in a dry run", async () => {
    object("events/1");
    const result = await replay(context, { ...MARCH, dryRun: true });
    expect(replayText(result, again)).toBe(
      "1 of 1 objects, 1.0 KiB, would be sent to the structure stage again.",
    );
    expect(aws.calls).toEqual(["ListObjectsV2"]);
  });

  test("says how to go on when it is stopped, and goes on behind the last key", async () => {
    for (let n = 100; n < 160; n++) object(`events/it's ${n}`);
    aws.before = (call) =>
      call === "SendMessageBatch" && !context.interrupt.isAsked && context.signals.emit("SIGINT");
    await expect(replay(context, MARCH)).rejects.toMatchObject({
      name: "InterruptedError",
      message: "stopped: 40 objects are sent, the last is events/it's 139",
      next: "npx groundplan replay dev --prefix events/ --from 2026-03-01T00:00:00.000Z --to 2026-03-02T00:00:00.000Z --after 'events/it'\\''s 139'",
    });
    expect(sentKeys()).toHaveLength(40);
    aws.before = () => {};
    context = new FakeContext();
    aws.objects.splice(0, 40); // what StartAfter leaves out
    await replay(context, { ...MARCH, after: "events/it's 139" });
    expect(new Set(sentKeys()).size).toBe(60);
  });

  test("rejects a message that SQS refuses, and says how to go on", async () => {
    object("events/1");
    const place = { name: "atlas-dev-raw-111111111111-eu-central-1", region: "eu-central-1" };
    const lastModified = new Date("2026-03-01T12:00:00Z");
    const body = createdEvent(place, { key: "events/1", etag: "8", size: 1024, lastModified });
    aws.refused.set(body, { times: 1, SenderFault: true });
    await expect(replay(context, MARCH)).rejects.toMatchObject({
      details: {
        message: "SQS did not take the message for events/1, nor 0 others",
        said: "Refused: not now",
      },
    });
  });
});

test.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1536, "1.5 KiB"],
  [5 * 1024 ** 4, "5.0 TiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
