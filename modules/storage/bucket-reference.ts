import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { dependable } from "cdktf";
import { Construct } from "constructs";
import type { Grantee } from "../iam";
import { accountOf, ModuleError } from "../shared";
import { grantKey } from "./encryption-key";
import type { WorkQueue } from "./work-queue";

export interface BucketReferenceProps {
  /** Name in AWS. */
  readonly bucketName: string;
  /** Alias of the key that encrypts the bucket. */
  readonly keyAlias: string;
}

/** Which objects of a bucket a notification is about. */
export interface ObjectFilter {
  /** What the key begins with, such as `events/`. */
  readonly prefix: string;
  /** What the key ends with. @default any ending */
  readonly suffix?: string;
}

/** A bucket by its name, wherever it is made: grants on it, and its notifications. */
export class BucketReference extends Construct {
  readonly bucketName: string;
  /** Literal. */
  readonly bucketArn: string;
  readonly keyAlias: string;
  private readonly filters: ObjectFilter[] = [];
  private notification: S3BucketNotification | undefined;

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
   * Sends a message to `queue` for every object that is made. A bucket has one notification resource: all
   * calls on one reference share it, so a bucket is referred to once per platform.
   *
   * @throws ModuleError when a prefix overlaps one that is there: AWS refuses it for the same ending
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
   */
  addObjectCreatedNotification(queue: WorkQueue, filter: ObjectFilter): void {
    const overlap = this.filters.find((known) => overlaps(known, filter));
    if (overlap) {
      throw new ModuleError(this, `prefix must not overlap ${describe(overlap)}, got ${describe(filter)}`);
    }
    this.filters.push(filter);
    const entry = {
      queueArn: queue.queueArn,
      events: ["s3:ObjectCreated:*"],
      filterPrefix: filter.prefix,
      ...(filter.suffix === undefined ? {} : { filterSuffix: filter.suffix }),
    };
    queue.grantSendFromBucket(this.bucketArn);
    if (this.notification) {
      const known = this.notification.queueInput;
      this.notification.putQueue([...(Array.isArray(known) ? known : []), entry]);
      this.notification.dependsOn = [...(this.notification.dependsOn ?? []), dependable(queue.resource)];
    } else {
      // S3 checks that it may send when the notification is made, and a literal ARN hides that order.
      this.notification = new S3BucketNotification(this, "Notification", {
        bucket: this.bucketName,
        queue: [entry],
        dependsOn: [queue.resource],
      });
    }
  }

  private objects(prefix: string): string {
    if (prefix.startsWith("/") || !prefix.endsWith("/")) {
      throw new ModuleError(this, `prefix must end with / and not begin with it, got ${prefix || "nothing"}`);
    }
    if (/[*?]/.test(prefix)) throw new ModuleError(this, `prefix must not hold * or ?, got ${prefix}`);
    return `${this.bucketArn}/${prefix}*`;
  }
}

function overlaps(a: ObjectFilter, b: ObjectFilter): boolean {
  const nested = (x: string, y: string) => x.startsWith(y) || y.startsWith(x);
  const sameEnding = (x = "", y = "") => x.endsWith(y) || y.endsWith(x);
  return nested(a.prefix, b.prefix) && sameEnding(a.suffix, b.suffix);
}

function describe({ prefix, suffix = "" }: ObjectFilter): string {
  return `${prefix}*${suffix}`;
}
