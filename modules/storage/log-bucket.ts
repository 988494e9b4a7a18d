import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import type { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { denyWithoutTls, policyJson, type ResourceStatement } from "../iam";
import { accountOf, arnOf, ModuleError } from "../shared";
import { closeBucket } from "./bucket-access";
import { lifecycleMistakes, lifecycleRules } from "./bucket-lifecycle";

const DEFAULTS = { expireDays: 90, keepOnDestroy: true } as const;

/** A log is written once; what replaces or deletes it is a mistake that somebody may still undo the next day. */
const NONCURRENT_DAYS = 1;

export interface LogBucketProps {
  /** Name in AWS. */
  readonly bucketName: string;
  /** Days that a log is kept, 1 or more. @default 90 */
  readonly expireDays?: number;
  /** Refuses to destroy the bucket; otherwise it goes with all that is in it. @default true */
  readonly keepOnDestroy?: boolean;
}

/**
 * Where load balancers write their access logs: private, TLS only, and gone after its days. It is encrypted with S3's
 * own key, because load balancers write to no bucket with another.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export class LogBucket extends Construct {
  readonly bucketName: string;
  /** Literal. */
  readonly bucketArn: string;
  readonly resource: S3Bucket;
  /** What must be there before a load balancer can write, for `dependsOn`. */
  readonly ready: ITerraformDependable[];
  private readonly policy: S3BucketPolicy;
  private readonly statements: ResourceStatement[];

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id);
    const { bucketName, expireDays = DEFAULTS.expireDays, keepOnDestroy = DEFAULTS.keepOnDestroy } = props;
    this.check(bucketName, expireDays);
    this.bucketName = bucketName;
    this.bucketArn = `arn:${accountOf(this).partition}:s3:::${bucketName}`;
    this.statements = [denyWithoutTls("s3", [this.bucketArn, `${this.bucketArn}/*`])];
    this.resource = new S3Bucket(this, "Resource", {
      bucket: bucketName,
      forceDestroy: !keepOnDestroy,
      lifecycle: { preventDestroy: keepOnDestroy },
    });
    this.createEncryption();
    this.policy = closeBucket(this, this.resource.id, policyJson(this.statements));
    this.ready = [this.policy];
    this.createLifecycle(expireDays);
  }

  /**
   * Lets a load balancer of this account and region write its logs below `prefix`. The service says which one it writes
   * for; AWS makes the last part of that ARN.
   */
  grantBalancer(balancerName: string, prefix: string): void {
    const balancerArn = arnOf(this, "elasticloadbalancing", `loadbalancer/app/${balancerName}/*`);
    this.statements.push({
      principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      actions: ["s3:PutObject"],
      resources: [`${this.bucketArn}/${prefix}/AWSLogs/${accountOf(this).accountId}/*`],
      conditions: { ArnLike: { "aws:SourceArn": balancerArn } },
    });
    this.policy.policy = policyJson(this.statements);
  }

  private createEncryption(): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket: this.resource.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
  }

  private createLifecycle(expireDays: number): void {
    const versioning = new S3BucketVersioningA(this, "Versioning", {
      bucket: this.resource.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket: this.resource.id,
      rule: lifecycleRules({ expireDays, noncurrentVersionDays: NONCURRENT_DAYS }),
      dependsOn: [versioning],
    });
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
  private check(bucketName: string, expireDays: number): void {
    const mistakes = [
      ...(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucketName)
        ? []
        : [
            `bucketName must be 3 to 63 small letters, digits, dots and hyphens, got ${bucketName || "nothing"}`,
          ]),
      ...lifecycleMistakes({ expireDays, noncurrentVersionDays: NONCURRENT_DAYS }),
    ];
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
  }
}
