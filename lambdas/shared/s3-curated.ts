import { GetObjectCommand, HeadObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import type { CuratedStore } from "./curated-store";
import type { ObjectHead, Unread } from "./object-store";
import { headOf, S3Objects } from "./s3-objects";

/** Why a read found nothing; a role that may not list is told "forbidden" for a missing key. */
function unread(error: unknown): Unread {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  // 416: the object is shorter than the version that the range was meant for.
  if (status === 412 || status === 416) return "changed";
  if (status === 404 || status === 403) return "missing";
  throw error;
}

/** The curated bucket in S3. */
export class S3Curated extends S3Objects implements CuratedStore {
  constructor(
    private readonly s3: S3Client,
    bucket: string,
  ) {
    super(s3, bucket);
  }

  override async head(key: string): Promise<ObjectHead | "missing"> {
    try {
      return headOf(await this.s3.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key })));
    } catch (error) {
      unread(error);
      return "missing";
    }
  }

  async readRange(
    key: string,
    start: number,
    end: number,
    etag?: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly etag: string } | Unread> {
    const version = etag === undefined ? {} : { IfMatch: `"${etag}"` };
    const read = { Bucket: this.bucket, Key: key, Range: `bytes=${start}-${end - 1}`, ...version };
    try {
      const { Body, ETag = "" } = await this.s3.send(new GetObjectCommand(read));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return { bytes, etag: ETag.replaceAll('"', "") };
    } catch (error) {
      return unread(error);
    }
  }
}
