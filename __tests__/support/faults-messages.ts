/**
 * Messages of S3's events, with keys and sequencers as S3 writes them:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export class S3Events {
  private sequence = 0;

  created(bucket: string, key: string, etag: string): string {
    return this.message("ObjectCreated:Put", bucket, { key, eTag: bare(etag), sequencer: this.next() });
  }

  removed(bucket: string, key: string): string {
    return this.message("ObjectRemoved:Delete", bucket, { key, sequencer: this.next() });
  }

  /** As a replay from a listing makes it: without a sequencer. */
  listed(bucket: string, key: string, etag: string): string {
    return this.message("ObjectCreated:Put", bucket, { key, eTag: bare(etag) });
  }

  private message(eventName: string, bucket: string, object: SentObject): string {
    const key = encodeURIComponent(object.key).replaceAll("%20", "+").replaceAll("%2F", "/");
    const s3 = { bucket: { name: bucket }, object: { ...object, key } };
    return JSON.stringify({ Records: [{ eventName, eventTime: new Date().toISOString(), s3 }] });
  }

  private next(): string {
    this.sequence += 1;
    return this.sequence.toString(16).toUpperCase().padStart(16, "0");
  }
}

interface SentObject {
  readonly key: string;
  readonly eTag?: string;
  readonly sequencer?: string;
}

const bare = (etag: string): string => etag.replaceAll('"', "");
