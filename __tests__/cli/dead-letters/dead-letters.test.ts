import { deadLetter, deadLetters, redrive } from "../../../cli/dead-letters/dead-letters";
import { deadLettersText, deadLetterText, redriveText } from "../../../cli/dead-letters/text";
import { CommandError } from "../../../cli/failure";
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
jest.mock("@aws-sdk/client-cloudwatch-logs", () => ({
  paginateFilterLogEvents: async function* () {
    yield aws.answer({ constructor: { name: "FilterLogEventsCommand" }, input: {} });
  },
}));

const SENT = Date.parse("2026-03-04T05:06:07Z");
const DEAD = "atlas-dev-structure-dead";
const again = (command: string) => `npx groundplan ${command} dev`;

const event = (key: string) =>
  JSON.stringify({
    Records: [
      { eventName: "ObjectCreated:Put", s3: { bucket: { name: "raw" }, object: { key, eTag: "e" } } },
    ],
  });
/** `a0000000-…`, `a0000001-…` */
const idOf = (n: number) => `a${String(n).padStart(7, "0")}-0000-4000-8000-000000000000`;
const failed = (n: number, receiveCount: number, message = "gzip ends too early") => ({
  timestamp: SENT + receiveCount * 1000,
  message: JSON.stringify({
    ...{ level: "ERROR", message: "message failed", service: "structure", messageId: idOf(n), receiveCount },
    error: { name: "PermanentError", message },
  }),
});

function letters(count: number): void {
  aws.queues.set(
    DEAD,
    Array.from({ length: count }, (_, n) => ({ id: idOf(n), body: event(`events/${n}`), sentAt: SENT + n })),
  );
}

beforeEach(() => {
  aws = new FakeAws();
  context = new FakeContext();
  for (const stage of ["structure", "load-figures", "load-rows", "load-lake"]) {
    aws.queues.set(`atlas-dev-${stage}`, []);
    aws.queues.set(`atlas-dev-${stage}-dead`, []);
  }
});

describe("the list", () => {
  test("names stage, object, reason, deliveries and time of each, and takes nothing away", async () => {
    letters(23);
    aws.logLines.push(failed(0, 1, "a first one"), failed(0, 5), failed(1, 5, "no gzip"));
    const result = await deadLetters(context, {});
    expect(result.letters).toHaveLength(23);
    expect(result.letters[0]).toEqual({
      stage: "structure",
      id: idOf(0),
      objects: [{ bucket: "raw", key: "events/0" }],
      deliveries: 5,
      since: "2026-03-04T05:06:07.000Z",
      why: "PermanentError: gzip ends too early",
      failures: [
        { at: "2026-03-04T05:06:08.000Z", delivery: 1, error: "PermanentError: a first one" },
        { at: "2026-03-04T05:06:12.000Z", delivery: 5, error: "PermanentError: gzip ends too early" },
      ],
    });
    expect(result.letters[1]).toMatchObject({ why: "PermanentError: no gzip" });
    expect(result.letters[2]).toMatchObject({
      why: "no reason logged: the function was ended (time-out or out of memory)",
    });
    expect(aws.visible(DEAD)).toHaveLength(23);
  });

  test("is a few lines a letter, and says what to do next", async () => {
    aws.queues.set(DEAD, [{ id: idOf(7), body: "no event", sentAt: SENT }]);
    aws.logLines.push({ timestamp: SENT, message: '2026 INFO {"message":"message failed"' }, failed(7, 5));
    expect(deadLettersText(await deadLetters(context, { stage: "structure" }), again)).toBe(
      `structure: 1 dead letter
  a0000007  5 deliveries, since 2026-03-04 05:06:07 UTC
    no S3 event
    PermanentError: gzip ends too early

Next:
  npx groundplan dead-letters show dev <id>
  npx groundplan dead-letters redrive dev <id…> or --all, when the fault is mended`,
    );
    expect(deadLettersText(await deadLetters(context, { stage: "load-lake" }), again)).toBe(
      "dev has no dead letters.",
    );
  });

  test("leaves out stages that are not deployed", async () => {
    letters(1);
    for (const name of ["atlas-dev-load-rows", "atlas-dev-load-rows-dead"]) aws.queues.delete(name);
    expect((await deadLetters(context, {})).letters).toHaveLength(1);
  });

  test("rejects an environment without any queue as not deployed", async () => {
    aws.queues.clear();
    await expect(deadLetters(context, {})).rejects.toMatchObject({
      details: { message: "dev is not deployed, or not all of it" },
    });
  });
});

describe("one letter", () => {
  test("is shown in full, by the beginning of its id", async () => {
    letters(2);
    aws.logLines.push(failed(1, 5));
    const text = deadLetterText(await deadLetter(context, "a0000001", {}), again);
    expect(text).toContain(
      `${idOf(1)} of structure\ns3://raw/events/1\n5 deliveries, since 2026-03-04 05:06:07 UTC\n`,
    );
    expect(text).toContain("  2026-03-04T05:06:12.000Z delivery 5: PermanentError: gzip ends too early\n");
    expect(text).toContain("  The other deliveries logged no reason: the function was ended in them\n");
    expect(text).toContain('"key": "events/1"');
    expect(text).toMatch(/Next: npx groundplan dead-letters redrive dev a0000001$/);
    expect(aws.visible(DEAD)).toHaveLength(2);
  });

  test("rejects ids that choose none or several, all at once, and moves nothing", async () => {
    letters(12);
    const ids = ["a000001", "ffff", "a00", idOf(3)];
    await expect(redrive(context, { ids, all: false })).rejects.toThrow(
      new CommandError({
        message:
          "2 dead letters have ids that begin with a000001\nno dead letter has the id ffff\nan id must be at least its first 4 characters, got a00",
      }),
    );
    expect(aws.visible(DEAD)).toHaveLength(12);
    expect(aws.calls).not.toContain("SendMessageBatch");
  });
});

describe("redrive", () => {
  test("moves all letters back, each sent before it is deleted", async () => {
    letters(23);
    const result = await redrive(context, { ids: [], all: true });
    expect(result.moved.map(({ id }) => id)).toEqual(Array.from({ length: 23 }, (_, n) => idOf(n)));
    expect(aws.visible("atlas-dev-structure")).toEqual(
      Array.from({ length: 23 }, (_, n) => event(`events/${n}`)),
    );
    expect(aws.queues.get(DEAD)).toEqual([]);
    const moves = aws.calls.filter((call) => /^(Send|Delete)/.test(call));
    expect(moves).toEqual([1, 2, 3].flatMap(() => ["SendMessageBatch", "DeleteMessageBatch"]));
    expect(redriveText(result, again)).toBe(
      "23 dead letters are back in the queue of structure.\nnpx groundplan status dev shows what becomes of them.",
    );
  });

  test("moves only those that are named, and those of the stage that is named", async () => {
    letters(3);
    aws.queues.set("atlas-dev-load-rows-dead", [{ id: idOf(9), body: "x", sentAt: SENT }]);
    await redrive(context, { ids: ["a0000001"], all: false });
    expect(aws.visible("atlas-dev-structure")).toEqual([event("events/1")]);
    await redrive(context, { ids: [], all: true, stage: "load-rows" });
    expect(aws.visible("atlas-dev-load-rows")).toEqual(["x"]);
    expect(aws.visible(DEAD)).toEqual([event("events/0"), event("events/2")]);
  });

  test("tries again what SQS did not take, and leaves what it refuses where it was", async () => {
    letters(3);
    aws.refused.set(event("events/0"), { times: 2, SenderFault: false });
    aws.refused.set(event("events/1"), { times: 1, SenderFault: true });
    const result = await redrive(context, { ids: [], all: true });
    expect(result.moved.map(({ id }) => id)).toEqual([idOf(0), idOf(2)]);
    expect(aws.visible(DEAD)).toEqual([event("events/1")]);
    expect(redriveText(result, again)).toContain("\n  a0000001 stays: Refused: not now\n");
  });

  test("loses nothing when it is stopped, makes the others visible, and says how to go on", async () => {
    letters(23);
    aws.before = (call) => {
      if (call === "DeleteMessageBatch") context.signals.emit("SIGINT");
      aws.before = call === "DeleteMessageBatch" ? () => {} : aws.before;
    };
    await expect(redrive(context, { ids: [], all: true, stage: "structure" })).rejects.toMatchObject({
      name: "InterruptedError",
      message: "stopped: 10 of 23 letters are back in their queues, the others are where they were",
      next: "npx groundplan dead-letters redrive dev --stage structure --all",
    });
    expect(context.said).toContain("Stopping after what is under way.");
    expect(aws.visible("atlas-dev-structure")).toHaveLength(10);
    expect(aws.visible(DEAD)).toHaveLength(13);
  });

  test("loses nothing when it is killed between sending and deleting", async () => {
    letters(3);
    aws.before = (call) => {
      if (call === "DeleteMessageBatch") throw new Error("killed");
    };
    await expect(redrive(context, { ids: [], all: true })).rejects.toThrow("killed");
    expect(aws.visible(DEAD)).toHaveLength(3);
  });

  test.each([
    [[], false, "name the letters to move, or --all"],
    [["a0000001"], true, "--all moves every letter: name no ids with it"],
  ])("rejects %j with --all %p", async (ids, all, message) => {
    await expect(redrive(context, { ids, all })).rejects.toThrow(new CommandError({ message }));
  });
});
