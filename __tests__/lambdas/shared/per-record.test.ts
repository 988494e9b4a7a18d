import { Logger } from "@aws-lambda-powertools/logger";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { PermanentError } from "../../../lambdas/shared/errors";
import type { ObjectChange } from "../../../lambdas/shared/object-ref";
import { type FailureLog, MESSAGE_FAILED, perRecord } from "../../../lambdas/shared/per-record";

const message = (messageId: string, body: string, receiveCount = 1): SQSRecord =>
  ({
    messageId,
    receiptHandle: `handle-${messageId}`,
    body,
    attributes: { ApproximateReceiveCount: String(receiveCount) },
    eventSource: "aws:sqs",
  }) as unknown as SQSRecord;

const created = (key: string): string =>
  JSON.stringify({
    Records: [
      { eventName: "ObjectCreated:Put", s3: { bucket: { name: "raw" }, object: { key, eTag: "e" } } },
    ],
  });

function handling(
  take: (object: ObjectChange) => Promise<object>,
  postpone = jest.fn(async () => undefined),
) {
  const logged: unknown[] = [];
  const log = (...args: unknown[]): void => void logged.push(args);
  const logger = { info: log, warn: log, error: log } as unknown as Logger;
  const handle = perRecord({ logger, postpone, take, random: () => 0 });
  return { run: (...Records: SQSRecord[]) => handle({ Records } as SQSEvent), postpone, logged };
}

describe("a handler", () => {
  test("takes every object and reports nothing when all went well", async () => {
    const taken: string[] = [];
    const { run, postpone } = handling(async ({ key }) => ({ key: taken.push(key) }));
    expect(await run(message("1", created("a")), message("2", created("b")))).toEqual({
      batchItemFailures: [],
    });
    expect(taken).toEqual(["a", "b"]);
    expect(postpone).not.toHaveBeenCalled();
  });

  test("reports the messages that failed and no other", async () => {
    const { run } = handling(async ({ key }) => {
      if (key === "bad") throw new Error("no");
      return {};
    });
    const result = await run(
      message("1", created("a")),
      message("2", created("bad")),
      message("3", created("c")),
    );
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
  });

  test("reports a batch that failed as a whole, message by message", async () => {
    const { run } = handling(async () => Promise.reject(new Error("no")));
    const result = await run(message("1", created("a")), message("2", created("b")));
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }, { itemIdentifier: "2" }] });
  });

  test("has a message that can never go well back at once, and others later each time", async () => {
    const { run, postpone } = handling(async ({ key }) => {
      throw key === "corrupt" ? new PermanentError("corrupt") : new Error("busy");
    });
    await run(message("1", created("corrupt"), 3), message("2", created("busy"), 3), message("3", "no json"));
    expect(postpone.mock.calls).toEqual([
      ["handle-1", 0],
      ["handle-2", 32],
      ["handle-3", 0],
    ]);
  });

  test("reports a message all the same when its visibility cannot be set", async () => {
    const { run } = handling(
      async () => Promise.reject(new Error("no")),
      jest.fn(async () => Promise.reject(new Error("gone"))),
    );
    expect(await run(message("1", created("a")))).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
  });

  test("leaves alone what is none of the stage's business", async () => {
    const take = jest.fn(async () => ({}));
    const logged: unknown[] = [];
    const logger = { info: (...args: unknown[]) => logged.push(args) } as unknown as Logger;
    const isLeftAlone = ({ key }: ObjectChange): boolean => key === "_SUCCESS";
    const handle = perRecord({ logger, postpone: jest.fn(), take, isLeftAlone });
    expect(await handle({ Records: [message("1", created("_SUCCESS"))] })).toEqual({ batchItemFailures: [] });
    expect(take).not.toHaveBeenCalled();
    expect(logged).toEqual([["object left alone", { messageId: "1", bucket: "raw", key: "_SUCCESS" }]]);
  });

  test("gives messages back that the time left would not do for", async () => {
    let now = 0;
    const context = { getRemainingTimeInMillis: () => 60_000 - now } as Context;
    const taken: string[] = [];
    const postpone = jest.fn(async () => undefined);
    const logger = { info: () => undefined, warn: () => undefined } as unknown as Logger;
    const take = async ({ key }: ObjectChange): Promise<object> => {
      taken.push(key);
      now += key === "slow" ? 20_000 : 1_000;
      return {};
    };
    const handle = perRecord({ logger, postpone, take });
    const slow = ["slow", "b", "slow", "c", "d"].map((key, at) => message(`${at}`, created(key)));
    expect(await handle({ Records: slow }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: "3" }, { itemIdentifier: "4" }],
    });
    expect(taken).toEqual(["slow", "b", "slow"]);
    expect(postpone.mock.calls).toEqual([
      ["handle-3", 0],
      ["handle-4", 0],
    ]);
  });

  test("begins its first message however little time is left", async () => {
    const context = { getRemainingTimeInMillis: () => 1 } as Context;
    const take = jest.fn(async () => ({}));
    const logger = { info: () => undefined } as unknown as Logger;
    await perRecord({ logger, postpone: jest.fn(), take })(
      { Records: [message("1", created("a"))] },
      context,
    );
    expect(take).toHaveBeenCalledTimes(1);
  });

  test("logs why a message failed, and at which object, for those who look for it later", async () => {
    const lines: string[] = [];
    const stderr = jest
      .spyOn(process.stderr, "write")
      .mockImplementation((line) => lines.push(String(line)) > 0);
    const logger = new Logger({ serviceName: "structure" });
    const take = async (): Promise<object> => Promise.reject(new PermanentError("object: is corrupt"));
    const handle = perRecord({ logger, postpone: async () => undefined, take });
    await handle({ Records: [message("1", created("in/a+b"), 3), message("2", "no json")] });
    stderr.mockRestore();
    const found = lines.map((line): FailureLog => JSON.parse(line));
    const common = {
      message: MESSAGE_FAILED,
      service: "structure",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      retryInSeconds: 0,
    };
    expect(found).toEqual([
      expect.objectContaining({
        ...common,
        messageId: "1",
        receiveCount: 3,
        bucket: "raw",
        key: "in/a b",
        error: expect.objectContaining({ name: "PermanentError", message: "object: is corrupt" }),
      }),
      expect.objectContaining({
        ...common,
        messageId: "2",
        receiveCount: 1,
        error: expect.objectContaining({ name: "PermanentError" }),
      }),
    ]);
    expect(found[1]).not.toHaveProperty("key");
  });

  test("takes S3's test event for done", async () => {
    const take = jest.fn(async () => ({}));
    const { run } = handling(take);
    expect(await run(message("1", JSON.stringify({ Event: "s3:TestEvent" })))).toEqual({
      batchItemFailures: [],
    });
    expect(take).not.toHaveBeenCalled();
  });

  test("logs keys and counts, never a body", async () => {
    const { run, logged } = handling(async () => ({ good: 1 }));
    await run(message("1", created("in/a")), message("2", "secret body"));
    expect(JSON.stringify(logged)).toContain("in/a");
    expect(
      JSON.stringify(logged, (_key, value) =>
        value instanceof Error ? [value.message, String(value.cause)] : value,
      ),
    ).not.toContain("secret");
  });
});

describe("a cold start", () => {
  test.each([
    ["structure/handler", ["CURATED_BUCKET", "REJECTED_BUCKET", "QUEUE_URL"]],
    ["load/figures-handler", ["QUEUE_URL", "FIGURES_TABLE", "CONTRIBUTIONS_TABLE", "FIGURES_KEPT_DAYS"]],
    ["load/lake-handler", ["QUEUE_URL"]],
  ])("of %s rejects missing variables by name", (entry, names) => {
    const missing = names.map((name) => `${name} must be a non-empty string, got nothing`).join("; ");
    expect(() => jest.requireActual(`../../../lambdas/${entry}`)).toThrow(
      `environment: ${missing}: set it in the function's configuration`,
    );
  });
});
