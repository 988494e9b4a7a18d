import { Bucket } from "../../../modules";
import { granted, keyStatement, statementsOf, tlsStatement } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aBucket, aBucketReference } from "../../support/storage";
import { synth } from "../../support/synth";

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

test("deletes objects after the days it is told, those below a prefix earlier", () => {
  const tf = synth((stack) =>
    aBucket(stack, {
      noncurrentVersionDays: 3,
      expireDays: 400,
      expirations: [{ prefix: "attempts/", days: 7 }],
    }),
  );
  const { rule } = tf.one("aws_s3_bucket_lifecycle_configuration");
  expect(rule).toEqual([
    expect.objectContaining({ id: "old-versions" }),
    { id: "expire", status: "Enabled", filter: [{ prefix: "" }], expiration: [{ days: 400 }] },
    {
      id: "expire-attempts/",
      status: "Enabled",
      filter: [{ prefix: "attempts/" }],
      expiration: [{ days: 7 }],
    },
  ]);
});

test.each<[string, Parameters<typeof aBucket>[1], string]>([
  [
    "days that are no days, each named",
    { noncurrentVersionDays: 1, expireDays: 2.5, expirations: [{ prefix: "a/", days: 0 }] },
    "expireDays must be a whole number of 1 or more, got 2.5\nTest/Raw: expirations of a/ must be a whole number of 1 or more, got 0",
  ],
  [
    "objects that expire and stay as old versions",
    { expireDays: 30 },
    "noncurrentVersionDays must be set where objects expire, or every version stays, got nothing",
  ],
  [
    "more days below a prefix, which S3 would not look at",
    { noncurrentVersionDays: 1, expireDays: 30, expirations: [{ prefix: "a/", days: 30 }] },
    "expirations of a/ must be fewer days than expireDays (30), got 30",
  ],
  [
    "more days for a prefix inside another",
    {
      noncurrentVersionDays: 1,
      expirations: [
        { prefix: "a/b/", days: 9 },
        { prefix: "a/", days: 8 },
      ],
    },
    "expirations of a/b/ must be fewer days than expirations of a/ (8), got 9",
  ],
  [
    "a prefix that is no folder",
    { noncurrentVersionDays: 1, expirations: [{ prefix: "a", days: 8 }] },
    "expirations must have prefixes that end with /, got a",
  ],
  [
    "every key for a prefix",
    { noncurrentVersionDays: 1, expirations: [{ prefix: "", days: 8 }] },
    "expirations must have prefixes that end with /, got nothing",
  ],
])("rejects %s", (_, props, message) => {
  expect(messageOf(() => synth((stack) => aBucket(stack, props)))).toBe(`Test/Raw: ${message}`);
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

  test("to list is for the keys below its prefix", () => {
    expect(granted((stack, role) => aBucketReference(stack).grantList(role, "events/"))).toEqual([
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::raw",
        Condition: { StringLike: { "s3:prefix": "events/*" } },
      },
    ]);
  });

  test("to see uploads is for those below its prefix", () => {
    expect(granted((stack, role) => aBucketReference(stack).grantUploads(role, "events/"))).toEqual([
      {
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        Resource: "arn:aws:s3:::raw/events/*",
      },
      { Effect: "Allow", Action: "s3:ListBucketMultipartUploads", Resource: "arn:aws:s3:::raw" },
    ]);
  });

  test("to list or see uploads rejects everything of a bucket", () => {
    for (const grant of ["grantList", "grantUploads"] as const) {
      const give = () => granted((stack, role) => aBucketReference(stack)[grant](role, ""));
      expect(messageOf(give)).toBe("Test/Raw: prefix must end with / and not begin with it, got nothing");
    }
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
