import * as z from "zod/mini";
import { PermanentError } from "./errors";

/** One version of an S3 object, as an event named it. */
export interface ObjectRef {
  readonly bucket: string;
  /** The key itself, not its form in the event. */
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  /** Hexadecimal order of the events of one key; null where the event has none. */
  readonly sequencer: string | null;
}

const Record = z.object({
  eventName: z.string(),
  s3: z.object({
    bucket: z.object({ name: z.string().check(z.minLength(1)) }),
    object: z.object({
      key: z.string().check(z.minLength(1)),
      eTag: z.string().check(z.minLength(1)),
      sequencer: z.optional(z.nullable(z.string().check(z.regex(/^[0-9A-Fa-f]+$/)))),
    }),
  }),
});
const Notification = z.object({ Records: z.array(Record) });
const TestEvent = z.object({ Event: z.literal("s3:TestEvent") });

/** A key as it stands in an event: URL-encoded, `+` for a space. */
function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw new PermanentError(`message: s3.object.key must be URL-encoded, got ${encoded.slice(0, 128)}`);
  }
}

/**
 * The objects whose creation a queue message tells of; none for the `s3:TestEvent` that S3 sends when a
 * notification is set up. Form: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @throws PermanentError when the message is anything else.
 */
export function objectsIn(body: string): readonly ObjectRef[] {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    // Without its cause, which quotes the body.
    throw new PermanentError("message: body must be the JSON of an S3 event notification, got no JSON");
  }
  if (TestEvent.safeParse(message).success) return [];
  const parsed = Notification.safeParse(message);
  if (!parsed.success) {
    const paths = parsed.error.issues.map((issue) => issue.path.join(".") || "body");
    throw new PermanentError(
      `message: body must be an S3 event notification, got none: look at ${paths.join(", ")}`,
    );
  }
  return parsed.data.Records.map(({ eventName, s3: { bucket, object } }) => {
    if (!/^(?:s3:)?ObjectCreated:/.test(eventName))
      throw new PermanentError(`message: eventName must be ObjectCreated:…, got ${eventName.slice(0, 64)}`);
    const etag = object.eTag.replaceAll('"', "");
    return { bucket: bucket.name, key: decodeKey(object.key), etag, sequencer: object.sequencer ?? null };
  });
}
