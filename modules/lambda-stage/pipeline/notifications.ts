import { describePlace } from "./cycles";
import { type Place, sameEnding } from "./pattern";

/** One entry of a bucket's notification resource. */
export interface Notification extends Place {
  readonly events: readonly string[];
  /** ARN of the queue, topic or function that is told. */
  readonly target: string;
}

/** What a notification resource says: a bucket takes one. */
export interface BucketNotifications {
  readonly path: string;
  readonly bucket: string;
  readonly entries: readonly Notification[];
}

/**
 * Buckets with more than one notification resource, of which the last would silently replace the others, and entries
 * that S3 refuses because an object could be meant by both.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function mistakesInNotifications(all: readonly BucketNotifications[]): string[] {
  const byBucket = new Map<string, BucketNotifications[]>();
  for (const each of all) byBucket.set(each.bucket, [...(byBucket.get(each.bucket) ?? []), each]);
  return [...byBucket].flatMap(([bucket, resources]) => [
    ...(resources.length > 1
      ? [
          `bucket ${bucket}: must have one notification resource, got ${resources.map(({ path }) => path).join(" and ")}: ` +
            "add to the first through one reference to the bucket",
        ]
      : []),
    ...overlapsIn(resources.flatMap(({ entries }) => entries)),
  ]);
}

function overlapsIn(entries: readonly Notification[]): string[] {
  return entries.flatMap((a, index) =>
    entries
      .slice(index + 1)
      .filter((b) => nested(a.prefix, b.prefix) && sameEnding(a.suffix, b.suffix) && sameEvents(a, b))
      .map(
        (b) =>
          `bucket ${a.bucket}: notifications must not overlap, got ${describePlace(a)} of ${nameOf(a)} and ` +
          `${describePlace(b)} of ${nameOf(b)}: give each a prefix of its own, or both one ObjectTopic`,
      ),
  );
}

const nested = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);

const nameOf = ({ target }: Notification) => target.split(":").at(-1) ?? target;

/** `s3:ObjectCreated:*` holds `s3:ObjectCreated:Put`. */
function sameEvents(a: Notification, b: Notification): boolean {
  const stem = (event: string) => event.replace(/\*$/, "");
  return a.events.some((one) => b.events.some((other) => nested(stem(one), stem(other))));
}
