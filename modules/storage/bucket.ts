import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { Construct } from "constructs";
import { denyWithoutTls, policyJson } from "../iam";
import { ModuleError } from "../shared";
import { closeBucket } from "./bucket-access";
import { type LifecycleProps, lifecycleMistakes, lifecycleRules } from "./bucket-lifecycle";
import { BucketReference, type BucketReferenceProps } from "./bucket-reference";
import { keyAliasArn } from "./encryption-key";

const DEFAULTS = { keepOnDestroy: true } as const;

export interface BucketProps extends BucketReferenceProps, LifecycleProps {
  /** Refuses to destroy the bucket; otherwise it goes with all that is in it. @default true */
  readonly keepOnDestroy?: boolean;
}

/** A bucket: versioned, encrypted with the environment's key, private, TLS only. */
export class Bucket extends BucketReference {
  readonly resource: S3Bucket;

  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id, props);
    const { keepOnDestroy = DEFAULTS.keepOnDestroy } = props;
    const mistakes = lifecycleMistakes(props);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    this.resource = new S3Bucket(this, "Resource", {
      bucket: this.bucketName,
      forceDestroy: !keepOnDestroy,
      lifecycle: { preventDestroy: keepOnDestroy },
    });
    this.createEncryption();
    const tlsOnly = denyWithoutTls("s3", [this.bucketArn, `${this.bucketArn}/*`]);
    closeBucket(this, this.resource.id, policyJson([tlsOnly]));
    const versioning = this.createVersioning();
    this.createLifecycle(versioning, props);
  }

  /** Reference to a bucket that another stack makes. */
  static fromName(scope: Construct, id: string, props: BucketReferenceProps): BucketReference {
    return new BucketReference(scope, id, props);
  }

  private createEncryption(): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket: this.resource.id,
      rule: [
        {
          bucketKeyEnabled: true,
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: keyAliasArn(this, this.keyAlias),
          },
        },
      ],
    });
  }

  private createVersioning(): S3BucketVersioningA {
    return new S3BucketVersioningA(this, "Versioning", {
      bucket: this.resource.id,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  private createLifecycle(versioning: S3BucketVersioningA, props: LifecycleProps): void {
    const rule = lifecycleRules(props);
    if (rule.length === 0) return;
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket: this.resource.id,
      rule,
      dependsOn: [versioning],
    });
  }
}
