import * as z from "zod/mini";
import { PermanentError } from "./errors";

/** One version of an S3 object, as an event names it. */
export interface ObjectRef {
  readonly bucket: string;
  /** The key itself, not its form in the event. */
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  /** Hexadecimal order of the events of one key; null where the event has none. */
  readonly sequencer: string | null;
}

/** A version that was written. */
export interface CreatedObject extends ObjectRef {
  readonly kind: "created";
}

/** An object that was deleted, or hidden by a delete marker in a bucket with versions. */
export interface RemovedObject {
  readonly kind: "removed";
  readonly bucket: string;
  readonly key: string;
  readonly sequencer: string | null;
  /** When, ISO 8601. */
  readonly at: string;
}

/** What an event tells of one object. */
export type ObjectChange = CreatedObject | RemovedObject;

/** @throws PermanentError when `change` tells of the removal of a `what`: no stage removes one. */
export function createdOnly(change: ObjectChange, what: string): CreatedObject {
  if (change.kind === "created") return change;
  throw new PermanentError(
    `message: a ${what} must have been created, got the removal of s3://${change.bucket}/${change.key}: restore it`,
  );
}

const name = z.string().check(z.minLength(1));
const Record = z.object({
  eventName: z.string(),
  eventTime: z.optional(z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text))))),
  s3: z.object({
    bucket: z.object({ name }),
    object: z.object({
      key: name,
      // Of a deleted object there is none, or an empty one.
      eTag: z.optional(z.string()),
      sequencer: z.optional(z.nullable(z.string().check(z.regex(/^[0-9A-Fa-f]+$/)))),
    }),
  }),
});
type Record = z.infer<typeof Record>;
const Notification = z.object({ Records: z.array(Record) });
const TestEvent = z.object({ Event: z.literal("s3:TestEvent") });
/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const Envelope = z.object({ Type: z.literal("Notification"), TopicArn: name, Message: z.string() });

const CREATED = /^(?:s3:)?ObjectCreated:/;
const REMOVED = /^(?:s3:)?ObjectRemoved:(?:Delete|DeleteMarkerCreated)$/;

/** A key as it stands in an event: URL-encoded, `+` for a space. */
function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw new PermanentError(`message: s3.object.key must be URL-encoded, got ${encoded.slice(0, 128)}`);
  }
}

function noNotification(paths: readonly string[]): PermanentError {
  return new PermanentError(
    `message: body must be an S3 event notification, got none: look at ${paths.join(", ")}`,
  );
}

/**
 * The objects that a queue message tells of, made or deleted; none for the `s3:TestEvent` that S3 sends when a
 * notification is set up. An object that a lifecycle rule expires has events of another name, which are refused: its
 * rows stay. Form: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @throws PermanentError when the message is anything else.
 */
export function objectsIn(body: string): readonly ObjectChange[] {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    // Without its cause, which quotes the body.
    throw new PermanentError("message: body must be the JSON of an S3 event notification, got no JSON");
  }
  if (TestEvent.safeParse(message).success) return [];
  if (Envelope.safeParse(message).success)
    throw new PermanentError(
      "message: body must be an S3 event notification, got one in an SNS envelope: switch raw message delivery on for the subscription",
    );
  const parsed = Notification.safeParse(message);
  if (!parsed.success)
    throw noNotification(parsed.error.issues.map((issue) => issue.path.join(".") || "body"));
  return parsed.data.Records.map(changeOf);
}

function changeOf({ eventName, eventTime, s3: { bucket, object } }: Record, at: number): ObjectChange {
  const common = {
    bucket: bucket.name,
    key: decodeKey(object.key),
    sequencer: object.sequencer ?? null,
  };
  if (CREATED.test(eventName)) {
    if (!object.eTag) throw noNotification([`Records.${at}.s3.object.eTag`]);
    return { kind: "created", ...common, etag: object.eTag.replaceAll('"', "") };
  }
  if (REMOVED.test(eventName)) {
    if (eventTime === undefined) throw noNotification([`Records.${at}.eventTime`]);
    return { kind: "removed", ...common, at: new Date(eventTime).toISOString() };
  }
  throw new PermanentError(
    `message: eventName must be ObjectCreated:…, ObjectRemoved:Delete or ObjectRemoved:DeleteMarkerCreated, got ${eventName.slice(0, 64)}`,
  );
}
