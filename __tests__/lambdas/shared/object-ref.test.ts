import { PermanentError } from "../../../lambdas/shared/errors";
import {
  attemptKey,
  manifestKey,
  outputKey,
  parseAttempt,
  parseManifest,
  rejectedKey,
  sourceId,
  versionId,
} from "../../../lambdas/shared/manifest";
import { objectsIn } from "../../../lambdas/shared/object-ref";

const body = (key: string, with_: object = {}): string =>
  JSON.stringify({
    Records: [
      {
        eventVersion: "2.1",
        eventTime: "2024-05-17T12:00:00.123Z",
        eventName: "ObjectCreated:Put",
        s3: { bucket: { name: "raw" }, object: { key, size: 1, eTag: "0af1", sequencer: "0065F", ...with_ } },
      },
    ],
  });

describe("a message of S3", () => {
  test.each([
    ["a plain key", "in/a.ndjson", "in/a.ndjson"],
    ["a space as a plus", "a+b", "a b"],
    ["a space as %20", "a%20b", "a b"],
    ["a plus", "a%2Bb", "a+b"],
    ["a percent sign", "100%25", "100%"],
    ["an umlaut", "%C3%BC.ndjson", "ü.ndjson"],
    ["1,024 bytes", "%C3%BC".repeat(512), "ü".repeat(512)],
  ])("names a key with %s", (_what, encoded, key) => {
    expect(objectsIn(body(encoded))).toEqual([
      { kind: "created", bucket: "raw", key, etag: "0af1", sequencer: "0065F" },
    ]);
  });

  test("needs no sequencer, and an etag may have quotes", () => {
    const found = objectsIn(body("a", { sequencer: undefined, eTag: '"0af1"' }));
    expect(found).toEqual([{ kind: "created", bucket: "raw", key: "a", etag: "0af1", sequencer: null }]);
  });

  test.each(["ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated"])(
    "tells of a delete: %s",
    (name) => {
      const text = body("a+b", { eTag: undefined }).replace("ObjectCreated:Put", name);
      expect(objectsIn(text)).toEqual([
        { kind: "removed", bucket: "raw", key: "a b", sequencer: "0065F", at: "2024-05-17T12:00:00.123Z" },
      ]);
    },
  );

  test("tells of a delete with an empty etag, and rejects a created object with one", () => {
    const empty = body("a", { eTag: "" });
    const removed = empty.replace("ObjectCreated:Put", "ObjectRemoved:Delete");
    expect(objectsIn(removed)).toMatchObject([{ kind: "removed", key: "a" }]);
    expect(() => objectsIn(empty)).toThrow("got none: look at Records.0.s3.object.eTag");
  });

  test("holds no object when it is S3's test event", () => {
    const test = {
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: "2024-01-01T00:00:00.000Z",
      Bucket: "raw",
    };
    expect(objectsIn(JSON.stringify(test))).toEqual([]);
  });

  test.each([
    ["no JSON", "hello", "message: body must be the JSON of an S3 event notification, got no JSON"],
    ["null", "null", "message: body must be an S3 event notification, got none: look at body"],
    ["another JSON", '{"a":1}', "message: body must be an S3 event notification, got none: look at Records"],
    [
      "no etag",
      body("a", { eTag: undefined }),
      "message: body must be an S3 event notification, got none: look at Records.0.s3.object.eTag",
    ],
    [
      "a sequencer that is not hexadecimal",
      body("a", { sequencer: "xyz" }),
      "message: body must be an S3 event notification, got none: look at Records.0.s3.object.sequencer",
    ],
    ["a broken key", body("%E0%A4%A"), "message: s3.object.key must be URL-encoded, got %E0%A4%A"],
    [
      "an object that a lifecycle rule expired",
      body("a").replace("ObjectCreated:Put", "LifecycleExpiration:Delete"),
      "message: eventName must be ObjectCreated:…, ObjectRemoved:Delete or ObjectRemoved:DeleteMarkerCreated, got LifecycleExpiration:Delete",
    ],
    [
      "a delete without a time",
      body("a").replace("ObjectCreated:Put", "ObjectRemoved:Delete").replace("eventTime", "other"),
      "message: body must be an S3 event notification, got none: look at Records.0.eventTime",
    ],
    [
      "a time that is none",
      body("a").replace("2024-05-17T12:00:00.123Z", "noon"),
      "message: body must be an S3 event notification, got none: look at Records.0.eventTime",
    ],
    [
      "the envelope of SNS",
      JSON.stringify({ Type: "Notification", TopicArn: "arn:aws:sns:x", Message: body("a") }),
      "message: body must be an S3 event notification, got one in an SNS envelope: switch raw message delivery on for the subscription",
    ],
  ])("rejects %s for good", (_what, text, message) => {
    expect(() => objectsIn(text)).toThrow(new PermanentError(message));
  });
});

describe("the keys of a raw object", () => {
  const source = sourceId("raw", "ü".repeat(512));
  const version = versionId("0af1", "0065F");

  test("do not grow with the raw key", () => {
    const keys = [
      manifestKey(source),
      attemptKey(source, version),
      rejectedKey(source, version),
      outputKey("s".repeat(64), "2024-05", source, version),
    ];
    expect(keys.map((key) => Buffer.byteLength(key))).toEqual([47, 63, 68, 150]);
    expect(source).toMatch(/^[0-9a-f]{32}$/);
    expect(version).toMatch(/^[0-9a-f]{16}$/);
  });

  test("differ by bucket, key and content", () => {
    expect(new Set([sourceId("a", "b"), sourceId("a", "c"), sourceId("b", "b")]).size).toBe(3);
    expect(new Set([versionId("a", "1"), versionId("a", "2"), versionId("b", "1")]).size).toBe(3);
    expect(outputKey("shop", "2024-05", "s", "v")).toBe("versions/shop=shop/month=2024-05/s-v.parquet");
  });
});

describe("a manifest", () => {
  test("rejects text that is no JSON", () => {
    expect(() => parseManifest("{", "s3://c/m")).toThrow(
      new PermanentError("s3://c/m: must be JSON, got none: delete it and send the raw object again"),
    );
  });

  test("rejects another version of its schema, by path", () => {
    expect(() => parseManifest('{"schemaVersion":2}', "s3://c/m")).toThrow(
      "s3://c/m: breaks its contract at schemaVersion, source, lines, outputs, rejected, replaced: send the raw object again",
    );
    expect(() => parseAttempt('{"outputs":[]}', "s3://c/a")).toThrow(
      "s3://c/a: breaks its contract at rejected: send the raw object again",
    );
  });
});
