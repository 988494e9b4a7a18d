/** A stored object's head. `etag` has no quotes, `lastModified` is ISO 8601. */
export interface ObjectHead {
  readonly etag: string;
  readonly lastModified: string;
  /** Bytes. */
  readonly size: number;
}

/** A file that is the body of an object: for what is too large to be held. */
export interface FileBody {
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
}

/** What an object is made of. */
export type ObjectBody = Uint8Array | string | FileBody;

/** Why an object was not read: not (or no longer) there, or there in another version than the one asked for. */
export type Unread = "missing" | "changed";

/** What a put waits for: that the key is free, or that it holds the version with this etag. */
export type PutCondition = { readonly absent: true } | { readonly etag: string };

/**
 * One bucket, as the stages see it. Reads and deletes tolerate a missing key; a role that may not list the bucket
 * is told "forbidden" for one (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html), which counts as missing.
 */
export interface ObjectStore {
  readonly bucket: string;
  /** The object as a stream, `etag` being the version that is wanted. */
  open(
    key: string,
    etag?: string,
  ): Promise<(ObjectHead & { readonly body: AsyncIterable<Uint8Array> }) | Unread>;
  /** The object's head, as it is at this moment. Here a role must be allowed to list: "forbidden" is an error. */
  head(key: string): Promise<ObjectHead | "missing">;
  /** The whole object, as text, for small ones. */
  readText(key: string): Promise<(ObjectHead & { readonly text: string }) | "missing">;
  /** The whole object. */
  readBytes(key: string): Promise<Uint8Array | "missing">;
  /** Writes the object whole; false when `condition` did not hold. */
  put(key: string, body: ObjectBody, contentType: string, condition?: PutCondition): Promise<boolean>;
  delete(key: string): Promise<void>;
}
