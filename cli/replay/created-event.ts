/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly lastModified: Date;
}

/** Where the objects lie. */
export interface ListedBucket {
  readonly name: string;
  readonly region: string;
}

/** What S3 would send when the object is made, but for what only S3 knows: its `sequencer`, who made it, from where. */
export function createdEvent(
  { name, region }: ListedBucket,
  { key, etag, size, lastModified }: ListedObject,
): string {
  const s3 = {
    s3SchemaVersion: "1.0",
    configurationId: "groundplan-replay",
    bucket: { name, arn: `arn:aws:s3:::${name}` },
    object: { key: encodedKey(key), size, eTag: etag },
  };
  const record = {
    ...{ eventVersion: "2.1", eventSource: "aws:s3", awsRegion: region },
    ...{ eventTime: lastModified.toISOString(), eventName: "ObjectCreated:Put", s3 },
  };
  return JSON.stringify({ Records: [record] });
}

/**
 * A key as S3 writes it into an event: URL-encoded, `+` for a space.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function encodedKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
}
