import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { dependable, type ITerraformDependable, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { ModuleError } from "../shared";

/** Which objects of a bucket a notification is about. */
export interface ObjectFilter {
  /** What the key begins with, such as `events/`. */
  readonly prefix: string;
  /** What the key ends with. @default any ending */
  readonly suffix?: string;
  /** Tells of objects that go as well, not only of those that are made. @default false */
  readonly removals?: boolean;
}

/** Where S3 sends what happens in a bucket: a queue or a topic. */
export type NotificationTarget = ({ readonly queueArn: string } | { readonly topicArn: string }) & {
  readonly resource: ITerraformDependable & IConstruct;
  /** Lets S3 send what happens in one bucket of this account; saying it again changes nothing. */
  grantSendFromBucket(bucketArn: string): void;
};

interface SharedNotification {
  readonly owner: Construct;
  readonly filters: ObjectFilter[];
  readonly resource: S3BucketNotification;
}

/** App → name of a bucket → its one notification resource, whoever adds to it. */
const KNOWN = new WeakMap<IConstruct, Map<string, SharedNotification>>();

/**
 * Adds to what a bucket tells of. A bucket has one notification resource, and a second would silently replace the
 * first: all references to a bucket in a stack share it, and a second stack is refused.
 *
 * @throws ModuleError when a prefix overlaps one that is there, because AWS refuses it for the same ending, or when
 * another stack has the bucket's notifications
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function addNotification(
  scope: Construct,
  bucket: { readonly bucketName: string; readonly bucketArn: string },
  target: NotificationTarget,
  filter: ObjectFilter,
): void {
  const known = notificationsOf(scope);
  const shared = known.get(bucket.bucketName);
  if (shared) check(scope, bucket.bucketName, shared, filter);
  target.grantSendFromBucket(bucket.bucketArn);
  const { resource, filters } = shared ?? createShared(scope, bucket.bucketName);
  if (!shared) known.set(bucket.bucketName, { owner: scope, filters, resource });
  filters.push(filter);
  if ("queueArn" in target) {
    resource.putQueue([...listOf(resource.queueInput), { queueArn: target.queueArn, ...eventsOf(filter) }]);
  } else {
    resource.putTopic([...listOf(resource.topicInput), { topicArn: target.topicArn, ...eventsOf(filter) }]);
  }
  // S3 checks that it may send when the notification is made, and a literal ARN hides that order.
  resource.dependsOn = [...(resource.dependsOn ?? []), dependable(target.resource)];
}

function notificationsOf(scope: Construct): Map<string, SharedNotification> {
  const known = KNOWN.get(scope.node.root) ?? new Map<string, SharedNotification>();
  KNOWN.set(scope.node.root, known);
  return known;
}

function createShared(scope: Construct, bucket: string): SharedNotification {
  return { owner: scope, filters: [], resource: new S3BucketNotification(scope, "Notification", { bucket }) };
}

function check(scope: Construct, bucket: string, shared: SharedNotification, filter: ObjectFilter): void {
  const stack = TerraformStack.of(shared.owner);
  if (stack !== TerraformStack.of(scope)) {
    throw new ModuleError(
      scope,
      `bucket ${bucket} must have its notifications in one stack, ${stack.node.path} has them: make an ObjectTopic there`,
    );
  }
  const overlap = shared.filters.find((known) => overlaps(known, filter));
  if (overlap) {
    throw new ModuleError(scope, `prefix must not overlap ${describe(overlap)}, got ${describe(filter)}`);
  }
}

function eventsOf({ prefix, suffix, removals = false }: ObjectFilter) {
  return {
    events: ["s3:ObjectCreated:*", ...(removals ? ["s3:ObjectRemoved:*"] : [])],
    filterPrefix: prefix,
    ...(suffix === undefined ? {} : { filterSuffix: suffix }),
  };
}

function overlaps(a: ObjectFilter, b: ObjectFilter): boolean {
  const nested = (x: string, y: string) => x.startsWith(y) || y.startsWith(x);
  const sameEnding = (x = "", y = "") => x.endsWith(y) || y.endsWith(x);
  return nested(a.prefix, b.prefix) && sameEnding(a.suffix, b.suffix);
}

function describe({ prefix, suffix = "" }: ObjectFilter): string {
  return `${prefix}*${suffix}`;
}

function listOf<T>(value: T[] | object | undefined): T[] {
  return Array.isArray(value) ? value : [];
}
