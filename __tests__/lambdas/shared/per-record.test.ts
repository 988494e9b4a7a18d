import type { Logger } from "@aws-lambda-powertools/logger";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { PermanentError } from "../../../lambdas/shared/errors";
import type { ObjectRef } from "../../../lambdas/shared/object-ref";
import { perRecord } from "../../../lambdas/shared/per-record";

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

function handling(take: (object: ObjectRef) => Promise<object>, postpone = jest.fn(async () => undefined)) {
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
      ["handle-2", 4],
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
    [
      "structure",
      "CURATED_BUCKET must be a non-empty string, got nothing; REJECTED_BUCKET must be a non-empty string, got nothing; QUEUE_URL",
    ],
    [
      "load",
      "FIGURES_TABLE must be a non-empty string, got nothing; CONTRIBUTIONS_TABLE must be a non-empty string, got nothing; QUEUE_URL",
    ],
  ])("of %s rejects missing variables by name", (stage, names) => {
    expect(() => jest.requireActual(`../../../lambdas/${stage}/handler`)).toThrow(
      `environment: ${names} must be a non-empty string, got nothing: set it in the function's configuration`,
    );
  });
});
