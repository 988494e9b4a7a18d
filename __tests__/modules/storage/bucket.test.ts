import { Bucket } from "../../../modules";
import { granted, keyStatement, statementsOf, tlsStatement } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aBucket, aBucketReference, aQueue } from "../../support/storage";
import { type Synthesised, synth } from "../../support/synth";

const bucket = () => synth((stack) => aBucket(stack));

test("is kept on destroy unless told otherwise", () => {
  bucket().one("aws_s3_bucket", {
    bucket: "raw",
    force_destroy: false,
    lifecycle: { prevent_destroy: true },
  });
});

test("goes with all that is in it when it need not be kept", () => {
  const tf = synth((stack) => aBucket(stack, { keepOnDestroy: false }));
  tf.one("aws_s3_bucket", { force_destroy: true, lifecycle: { prevent_destroy: false } });
});

test("is encrypted with the key that its alias names, which saves calls by a bucket key", () => {
  bucket().one("aws_s3_bucket_server_side_encryption_configuration", {
    rule: [
      {
        bucket_key_enabled: true,
        apply_server_side_encryption_by_default: {
          sse_algorithm: "aws:kms",
          kms_master_key_id: "arn:aws:kms:eu-central-1:123456789012:alias/orders",
        },
      },
    ],
  });
});

test("is closed to the public in all four ways, and belongs to its owner alone", () => {
  bucket().one("aws_s3_bucket_public_access_block", {
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  bucket().one("aws_s3_bucket_ownership_controls", { rule: { object_ownership: "BucketOwnerEnforced" } });
});

test("takes nothing but TLS, for itself and its objects", () => {
  const { policy } = bucket().one("aws_s3_bucket_policy");
  expect(statementsOf(policy)).toEqual([tlsStatement("s3:*", ["arn:aws:s3:::raw", "arn:aws:s3:::raw/*"])]);
});

test("gets its policy after its access block, because two changes at once are refused", () => {
  expect(bucket().one("aws_s3_bucket_policy").depends_on).toEqual([
    expect.stringMatching(/^aws_s3_bucket_public_access_block\.Raw_PublicAccessBlock_\w+$/),
  ]);
});

test("keeps older versions for ever unless told otherwise", () => {
  bucket().one("aws_s3_bucket_versioning", { versioning_configuration: { status: "Enabled" } });
  expect(bucket().all("aws_s3_bucket_lifecycle_configuration")).toEqual([]);
});

test("drops older versions after the days it is told, and uploads that never ended after seven", () => {
  const tf = synth((stack) => aBucket(stack, { noncurrentVersionDays: 30 }));
  const lifecycle = tf.one("aws_s3_bucket_lifecycle_configuration", {
    rule: [
      {
        id: "old-versions",
        status: "Enabled",
        filter: [{ prefix: "" }],
        noncurrent_version_expiration: [{ noncurrent_days: 30 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      },
    ],
  });
  expect(lifecycle.depends_on).toEqual([expect.stringMatching(/^aws_s3_bucket_versioning\./)]);
});

test.each([0, -1, 1.5, Number.NaN])("rejects %d days for older versions", (noncurrentVersionDays) => {
  const make = () => synth((stack) => aBucket(stack, { noncurrentVersionDays }));
  expect(messageOf(make)).toBe(
    `Test/Raw: noncurrentVersionDays must be a whole number of 1 or more, got ${noncurrentVersionDays}`,
  );
});

test("is referred to from another stack without making anything", () => {
  const tf = synth((stack) => {
    const reference = Bucket.fromName(stack, "Raw", { bucketName: "raw", keyAlias: "alias/orders" });
    expect(reference.bucketArn).toBe("arn:aws:s3:::raw");
  });
  expect(tf.json.resource).toBeUndefined();
});

describe("a grant", () => {
  test("to read is for the objects below its prefix, and decrypts through S3", () => {
    expect(granted((stack, role) => aBucketReference(stack).grantRead(role, "events/"))).toEqual([
      { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::raw/events/*" },
      keyStatement("s3", "kms:Decrypt"),
    ]);
  });

  test("to write covers uploads in parts", () => {
    expect(granted((stack, role) => aBucketReference(stack).grantWrite(role, "events/"))).toEqual([
      { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::raw/events/*" },
      keyStatement("s3", "kms:GenerateDataKey", "kms:Decrypt"),
    ]);
  });

  test("to delete needs no key", () => {
    expect(granted((stack, role) => aBucketReference(stack).grantDelete(role, "events/"))).toEqual([
      { Effect: "Allow", Action: "s3:DeleteObject", Resource: "arn:aws:s3:::raw/events/*" },
    ]);
  });

  test.each(["", "events", "/events/", "/"])("rejects the prefix %j", (prefix) => {
    const grant = () => granted((stack, role) => aBucketReference(stack).grantRead(role, prefix));
    expect(messageOf(grant)).toBe(
      `Test/Raw: prefix must end with / and not begin with it, got ${prefix || "nothing"}`,
    );
  });

  test.each(["events/*/", "events/?/"])("rejects the pattern %s for a prefix", (prefix) => {
    const grant = () => granted((stack, role) => aBucketReference(stack).grantRead(role, prefix));
    expect(messageOf(grant)).toBe(`Test/Raw: prefix must not hold * or ?, got ${prefix}`);
  });
});

describe("a notification", () => {
  const notify = (...filters: { prefix: string; suffix?: string }[]): Synthesised =>
    synth((stack) => {
      const reference = aBucketReference(stack);
      for (const [index, filter] of filters.entries()) {
        reference.addObjectCreatedNotification(aQueue(stack, { queueName: `q${index}` }), filter);
      }
    });

  test("tells a queue of every new object below a prefix, once the queue lets it", () => {
    const tf = notify({ prefix: "events/" });
    const notification = tf.one("aws_s3_bucket_notification", { bucket: "raw" });
    expect(notification.queue).toEqual([
      {
        queue_arn: "arn:aws:sqs:eu-central-1:123456789012:q0",
        events: ["s3:ObjectCreated:*"],
        filter_prefix: "events/",
      },
    ]);
    expect(notification.depends_on).toEqual([expect.stringMatching(/^aws_sqs_queue\.Work-q0_\w+$/)]);
    expect(tf.one("aws_sqs_queue", { name: "q0" }).policy).toContain('"aws:SourceArn":"arn:aws:s3:::raw"');
  });

  test("is shared by all queues of a bucket, and waits for each", () => {
    const notification = notify({ prefix: "a/" }, { prefix: "b/", suffix: ".json" }, { prefix: "c/" }).one(
      "aws_s3_bucket_notification",
    );
    expect(notification.queue).toMatchObject([
      { queue_arn: expect.stringMatching(/:q0$/), filter_prefix: "a/" },
      { queue_arn: expect.stringMatching(/:q1$/), filter_prefix: "b/", filter_suffix: ".json" },
      { queue_arn: expect.stringMatching(/:q2$/), filter_prefix: "c/" },
    ]);
    expect(notification.depends_on).toEqual(
      ["q0", "q1", "q2"].map((name) => expect.stringMatching(`^aws_sqs_queue\\.Work-${name}_\\w+$`)),
    );
  });

  test("admits the same prefix with endings that exclude each other", () => {
    const tf = notify({ prefix: "a/", suffix: ".json" }, { prefix: "a/", suffix: ".parquet" });
    expect(tf.one("aws_s3_bucket_notification").queue).toHaveLength(2);
  });

  test.each([
    ["the same prefix", { prefix: "a/" }, { prefix: "a/" }, "a/*", "a/*"],
    ["a prefix inside", { prefix: "a/" }, { prefix: "a/b/" }, "a/*", "a/b/*"],
    ["a prefix around", { prefix: "a/b/" }, { prefix: "a/" }, "a/b/*", "a/*"],
    ["an ending inside", { prefix: "a/", suffix: ".json" }, { prefix: "a/" }, "a/*.json", "a/*"],
    [
      "an ending of an ending",
      { prefix: "a/", suffix: ".json" },
      { prefix: "a/", suffix: "n" },
      "a/*.json",
      "a/*n",
    ],
  ])("rejects %s beside another", (_, first, second, known, got) => {
    expect(messageOf(() => notify(first, second))).toBe(
      `Test/Raw: prefix must not overlap ${known}, got ${got}`,
    );
  });
});
