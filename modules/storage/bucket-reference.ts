import { Construct } from "constructs";
import type { Grantee } from "../iam";
import { accountOf, ModuleError } from "../shared";
import { addNotification, type NotificationTarget, type ObjectFilter } from "./bucket-notifications";
import { grantKey } from "./encryption-key";

export interface BucketReferenceProps {
  /** Name in AWS. */
  readonly bucketName: string;
  /** Alias of the key that encrypts the bucket. */
  readonly keyAlias: string;
}

/** A bucket by its name, wherever it is made: grants on it, and its notifications. */
export class BucketReference extends Construct {
  readonly bucketName: string;
  /** Literal. */
  readonly bucketArn: string;
  readonly keyAlias: string;

  constructor(scope: Construct, id: string, props: BucketReferenceProps) {
    super(scope, id);
    this.bucketName = props.bucketName;
    this.keyAlias = props.keyAlias;
    this.bucketArn = `arn:${accountOf(this).partition}:s3:::${this.bucketName}`;
  }

  /** Lets `grantee` read objects below `prefix`. Without the right to list, a missing key answers 403. */
  grantRead(grantee: Grantee, prefix: string): void {
    grantee.allow({ actions: ["s3:GetObject"], resources: [this.objects(prefix)] });
    grantKey(this, grantee, this.keyAlias, "s3", ["kms:Decrypt"]);
  }

  /**
   * Tells `grantee` the truth about a key that is not there: 404 instead of 403. The right that S3 asks for is to list
   * the bucket, all of it: a request for one object names no prefix that a condition could look at.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  grantSeeMissing(grantee: Grantee): void {
    grantee.allow({ actions: ["s3:ListBucket"], resources: [this.bucketArn] });
  }

  /** Lets `grantee` write objects below `prefix`, whole or in parts. */
  grantWrite(grantee: Grantee, prefix: string): void {
    grantee.allow({ actions: ["s3:PutObject"], resources: [this.objects(prefix)] });
    // A multipart upload also decrypts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
    grantKey(this, grantee, this.keyAlias, "s3", ["kms:GenerateDataKey", "kms:Decrypt"]);
  }

  /** Lets `grantee` delete objects below `prefix`; in a versioned bucket the older version stays. */
  grantDelete(grantee: Grantee, prefix: string): void {
    grantee.allow({ actions: ["s3:DeleteObject"], resources: [this.objects(prefix)] });
  }

  /**
   * Lets `grantee` list the keys below `prefix`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#condition-key-bucket-ops-2
   */
  grantList(grantee: Grantee, prefix: string): void {
    this.objects(prefix);
    grantee.allow({
      actions: ["s3:ListBucket"],
      resources: [this.bucketArn],
      conditions: { StringLike: { "s3:prefix": `${prefix}*` } },
    });
  }

  /**
   * Lets `grantee` see and drop the parts of uploads below `prefix` that have not ended.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
   */
  grantUploads(grantee: Grantee, prefix: string): void {
    const actions = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
    grantee.allow({ actions, resources: [this.objects(prefix)] });
    grantee.allow({ actions: ["s3:ListBucketMultipartUploads"], resources: [this.bucketArn] });
  }

  /**
   * Sends a message to a queue or a topic for every object that is made, and where told for every one that goes.
   *
   * @throws ModuleError when a prefix overlaps one that is there, or when another stack has the bucket's notifications
   */
  addNotification(target: NotificationTarget, filter: ObjectFilter): void {
    addNotification(this, this, target, filter);
  }

  private objects(prefix: string): string {
    if (prefix.startsWith("/") || !prefix.endsWith("/")) {
      throw new ModuleError(this, `prefix must end with / and not begin with it, got ${prefix || "nothing"}`);
    }
    if (/[*?]/.test(prefix)) throw new ModuleError(this, `prefix must not hold * or ?, got ${prefix}`);
    return `${this.bucketArn}/${prefix}*`;
  }
}
