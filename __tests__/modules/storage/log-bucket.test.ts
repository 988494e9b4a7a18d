import type { TerraformStack } from "cdktf";
import { LogBucket, type LogBucketProps } from "../../../modules";
import { statementsOf, tlsStatement } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const aLogBucket = (stack: TerraformStack, props: Partial<LogBucketProps> = {}) =>
  new LogBucket(stack, "Logs", { bucketName: "logs", ...props });
const bucket = (props?: Partial<LogBucketProps>) => synth((stack) => aLogBucket(stack, props));

test("is kept on destroy unless told otherwise", () => {
  bucket().one("aws_s3_bucket", {
    bucket: "logs",
    force_destroy: false,
    lifecycle: { prevent_destroy: true },
  });
});

test("goes with all that is in it when it need not be kept", () => {
  bucket({ keepOnDestroy: false }).one("aws_s3_bucket", {
    force_destroy: true,
    lifecycle: { prevent_destroy: false },
  });
});

test("is encrypted with S3's own key, the only one that load balancers write with", () => {
  bucket().one("aws_s3_bucket_server_side_encryption_configuration", {
    rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
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

test("takes nothing but TLS, and nothing from anybody until granted", () => {
  const { policy } = bucket().one("aws_s3_bucket_policy");
  expect(statementsOf(policy)).toEqual([tlsStatement("s3:*", ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"])]);
});

test("lets each load balancer write below its own prefix", () => {
  const tf = synth((stack) => {
    const logs = aLogBucket(stack);
    logs.grantBalancer("web", "web");
    logs.grantBalancer("api", "other");
  });
  const mayWrite = (name: string, prefix: string) => ({
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::logs/${prefix}/AWSLogs/123456789012/*`,
    Condition: {
      ArnLike: {
        "aws:SourceArn": `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/${name}/*`,
      },
    },
  });
  expect(statementsOf(tf.one("aws_s3_bucket_policy").policy).slice(1)).toEqual([
    mayWrite("web", "web"),
    mayWrite("api", "other"),
  ]);
});

test.each([
  [undefined, 90],
  [7, 7],
])("forgets a log after its days: told %s, %d", (expireDays, days) => {
  const lifecycle = bucket(expireDays === undefined ? {} : { expireDays });
  lifecycle.one("aws_s3_bucket_versioning", { versioning_configuration: { status: "Enabled" } });
  expect(lifecycle.one("aws_s3_bucket_lifecycle_configuration").rule).toEqual([
    expect.objectContaining({
      id: "old-versions",
      noncurrent_version_expiration: [{ noncurrent_days: 1 }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    }),
    { id: "expire", status: "Enabled", filter: [{ prefix: "" }], expiration: [{ days }] },
  ]);
});

test("rejects a name that S3 refuses and days that are none, at once", () => {
  expect(messageOf(() => bucket({ bucketName: "Logs", expireDays: 0 }))).toBe(
    [
      "Test/Logs: bucketName must be 3 to 63 small letters, digits, dots and hyphens, got Logs",
      "Test/Logs: expireDays must be a whole number of 1 or more, got 0",
    ].join("\n"),
  );
});
