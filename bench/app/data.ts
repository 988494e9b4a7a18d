import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { Construct } from "constructs";
import { BaseStack } from "./base";

const BUCKETS = ["raw", "curated", "rejected", "models", "logs", "exports", "archive"];
const TABLES = ["figures", "contents", "products", "shops", "manifests", "sessions", "prices", "stories"];

/** Buckets, tables and the key that encrypts them: 45 blocks. */
export class DataStack extends BaseStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new KmsKey(this, "Key", { description: "data of bench dev", enableKeyRotation: true });
    new KmsAlias(this, "Alias", { name: "alias/bench-dev-data", targetKeyId: key.id });
    for (const name of BUCKETS) this.createBucket(name, key);
    for (const name of TABLES) this.createTable(name, key);
  }

  private createBucket(name: string, key: KmsKey): void {
    const bucket = new S3Bucket(this, `Bucket-${name}`, {
      bucket: `bench-dev-${name}-123456789012-eu-central-1`,
    });
    new S3BucketVersioningA(this, `Versioning-${name}`, {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, `Encryption-${name}`, {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } }],
    });
    new S3BucketPublicAccessBlock(this, `Access-${name}`, {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketPolicy(this, `Policy-${name}`, {
      bucket: bucket.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [bucket.arn, `${bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
    });
  }

  private createTable(name: string, key: KmsKey): void {
    new DynamodbTable(this, `Table-${name}`, {
      name: `bench-dev-${name}`,
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      rangeKey: "sk",
      attribute: [
        { name: "pk", type: "S" },
        { name: "sk", type: "S" },
      ],
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
    });
  }
}
