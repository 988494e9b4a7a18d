import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { DynamoFigures, headOf } from "../../../lambdas/shared/dynamo-figures";
import { TransientError } from "../../../lambdas/shared/errors";
import { S3Objects, s3Client } from "../../../lambdas/shared/s3-objects";

type Sent = { readonly constructor: { readonly name: string }; readonly input: Record<string, unknown> };

/** A client that answers with `answers` in turn, and what it was asked. */
function client<T>(...answers: unknown[]): { client: T; sent: Sent[] } {
  const sent: Sent[] = [];
  const send = async (command: Sent): Promise<unknown> => {
    sent.push(command);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  };
  return { client: { send } as T, sent };
}

const s3Error = (httpStatusCode: number): S3ServiceException =>
  new S3ServiceException({ name: `E${httpStatusCode}`, $fault: "client", $metadata: { httpStatusCode } });
const $metadata = {};
const answered = { ETag: '"e"', LastModified: new Date(0), ContentLength: 3 };

describe("a bucket in S3", () => {
  test("is read in the version that is asked for", async () => {
    const body = (async function* () {
      yield Buffer.from("abc");
    })();
    const { client: s3, sent } = client<S3Client>({ ...answered, Body: body });
    const found = await new S3Objects(s3, "b").open("k", "e");
    expect(found).toMatchObject({ etag: "e", lastModified: "1970-01-01T00:00:00.000Z", size: 3 });
    expect(sent[0]?.input).toEqual({ Bucket: "b", Key: "k", IfMatch: '"e"' });
  });

  test.each([
    [412, "changed"],
    [404, "missing"],
  ])("says that an object is not read for %d: %s", async (status, said) => {
    expect(await new S3Objects(client<S3Client>(s3Error(status)).client, "b").open("k", "e")).toBe(said);
  });

  test("says what is there at this moment, and what is gone", async () => {
    const { client: s3, sent } = client<S3Client>(answered, s3Error(404), s3Error(403));
    const bucket = new S3Objects(s3, "b");
    expect(await bucket.head("k")).toEqual({ etag: "e", lastModified: "1970-01-01T00:00:00.000Z", size: 3 });
    expect(await bucket.head("k")).toBe("missing");
    await expect(bucket.head("k")).rejects.toThrow(s3Error(403));
    expect(sent.map(({ input }) => input)).toEqual(Array(3).fill({ Bucket: "b", Key: "k" }));
  });

  test("rejects what it may not open, since that is no object that is gone", async () => {
    await expect(new S3Objects(client<S3Client>(s3Error(403)).client, "b").open("k", "e")).rejects.toThrow(
      s3Error(403),
    );
  });

  test("rejects a body that ends early, to read it again", async () => {
    const body = (async function* () {
      yield Buffer.from("ab");
    })();
    const found = await new S3Objects(client<S3Client>({ ...answered, Body: body }).client, "b").open("k");
    if (typeof found === "string") throw new Error(found);
    const drain = async (): Promise<void> => {
      for await (const _chunk of found.body);
    };
    await expect(drain()).rejects.toThrow(
      new TransientError("s3://b/k: must have 3 bytes, got 2: it is read again"),
    );
  });

  test("takes forbidden for missing where it may not list", async () => {
    expect(await new S3Objects(client<S3Client>(s3Error(403)).client, "b").readText("k")).toBe("missing");
    expect(await new S3Objects(client<S3Client>(s3Error(404)).client, "b").readBytes("k")).toBe("missing");
  });

  test.each([412, 409, 404])("loses a conditional put for %d", async (status) => {
    expect(
      await new S3Objects(client<S3Client>(s3Error(status)).client, "b").put("k", "x", "t", { absent: true }),
    ).toBe(false);
  });

  test("rejects an unconditional put that fails", async () => {
    await expect(
      new S3Objects(client<S3Client>(s3Error(404)).client, "b").put("k", "x", "t"),
    ).rejects.toThrow(s3Error(404));
  });

  test("uses path style only where an endpoint is named", async () => {
    expect(
      s3Client({ AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_REGION: "eu-central-1" }).config.forcePathStyle,
    ).toBe(true);
    expect(s3Client({}).config.forcePathStyle).toBe(false);
  });
});

describe("figures in DynamoDB", () => {
  const canceled = (...codes: string[]): TransactionCanceledException =>
    new TransactionCanceledException({
      message: "",
      $metadata,
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
  const change = {
    shopId: "a",
    contentDay: "#d",
    before: undefined,
    after: new Map([
      ["amount_EUR", -3_000n],
      ["orders", 1n],
    ]),
  };

  test("change with the contribution, exactly, while the run holds the head", async () => {
    const { client: dynamo, sent } = client<DynamoDBClient>();
    expect(await new DynamoFigures("f", "c", dynamo).apply("s", "run", [change])).toBe("applied");
    const [check, put, update] = (sent[0]?.input.TransactItems ?? []) as Record<
      string,
      Record<string, unknown>
    >[];
    expect(check?.ConditionCheck).toMatchObject({
      Key: { source: { S: "s" }, figure: { S: "#" } },
      ConditionExpression: "#run = :run",
    });
    expect(put?.Put?.Item).toMatchObject({
      figure: { S: "a##d" },
      amount_EUR: { N: "-0.3" },
      orders: { N: "1" },
    });
    expect(put?.Put?.ConditionExpression).toBe("attribute_not_exists(#is)");
    expect(update?.Update).toMatchObject({
      Key: { shopId: { S: "a" }, contentDay: { S: "#d" } },
      UpdateExpression: "ADD #n0 :v0, #n1 :v1",
      ExpressionAttributeNames: { "#n0": "amount_EUR", "#n1": "orders" },
      ExpressionAttributeValues: { ":v0": { N: "-0.3" }, ":v1": { N: "1" } },
    });
  });

  test("take a contribution back by the values that were read", async () => {
    const { client: dynamo, sent } = client<DynamoDBClient>();
    await new DynamoFigures("f", "c", dynamo).apply("s", "run", [
      { ...change, before: change.after, after: undefined },
    ]);
    const [, taken, update] = (sent[0]?.input.TransactItems ?? []) as Record<
      string,
      Record<string, unknown>
    >[];
    expect(taken?.Delete?.ConditionExpression).toBe("#is = :is");
    expect(update?.Update?.ExpressionAttributeValues).toEqual({ ":v0": { N: "0.3" }, ":v1": { N: "-1" } });
  });

  test("are tried again after a conflict", async () => {
    const { client: dynamo, sent } = client<DynamoDBClient>(canceled("None", "TransactionConflict"), {});
    expect(await new DynamoFigures("f", "c", dynamo).apply("s", "run", [change])).toBe("applied");
    expect(sent).toHaveLength(2);
  });

  test("are stale when a condition does not hold", async () => {
    const { client: dynamo } = client<DynamoDBClient>(
      canceled("ConditionalCheckFailed", "TransactionConflict"),
    );
    expect(await new DynamoFigures("f", "c", dynamo).apply("s", "run", [change])).toBe("stale");
  });

  test("rejects a transaction that is canceled for another reason", async () => {
    const { client: dynamo } = client<DynamoDBClient>(canceled("ValidationError"));
    await expect(new DynamoFigures("f", "c", dynamo).apply("s", "run", [change])).rejects.toThrow(
      TransactionCanceledException,
    );
  });

  test("have a head that is put only where the one read still stands", async () => {
    const head = {
      etag: "e",
      sequencer: null,
      lastModified: "t",
      status: "loading" as const,
      manifestEtag: "m",
      run: "r",
      loadedAt: null,
    };
    const failed = new ConditionalCheckFailedException({ message: "", $metadata });
    const { client: dynamo, sent } = client<DynamoDBClient>({}, failed);
    const figures = new DynamoFigures("f", "c", dynamo);
    expect(await figures.putHead("s", head, undefined)).toBe(true);
    expect(await figures.putHead("s", head, head)).toBe(false);
    expect(sent.map(({ input }) => input.ConditionExpression)).toEqual([
      "attribute_not_exists(#source)",
      "#run = :run AND #status = :status",
    ]);
    expect(headOf(sent[0]?.input.Item as never)).toEqual(head);
  });

  test("rejects a broken head by path", () => {
    expect(() => headOf({ source: { S: "s" }, etag: { S: "e" } })).toThrow(
      "contributions: head s is broken at sequencer, lastModified, status, manifestEtag, run, loadedAt",
    );
  });
});
