import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { TransientError } from "./errors";
import type { FileBody, ObjectBody, ObjectHead, ObjectStore, PutCondition, Unread } from "./object-store";

/** A client for the function's life; path style where an endpoint is named, since the embedded AWS has no bucket hosts. */
export function s3Client(env: NodeJS.ProcessEnv = process.env): S3Client {
  return new S3Client({ forcePathStyle: env.AWS_ENDPOINT_URL !== undefined });
}

/** Bytes up to which a file is sent from memory: then the SDK tries again itself when S3 throttles or fails. */
const HELD_BYTES = 8 * 1024 * 1024;
/** Times that a larger file is sent, from its start each time: the SDK does not repeat a stream. */
const STREAM_TRIES = 3;

const status = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

const isMissing = (error: unknown): boolean => status(error) === 404 || status(error) === 403;
/** 412: the condition does not hold; 409: another conditional write was under way at the same time. */
const isLost = (error: unknown): boolean => status(error) === 412 || status(error) === 409;

/** @throws TransientError when S3 leaves out what an object always has. */
export function headOf(output: GetObjectCommandOutput | HeadObjectCommandOutput): ObjectHead {
  const { ETag, LastModified, ContentLength } = output;
  if (ETag === undefined || LastModified === undefined || ContentLength === undefined)
    throw new TransientError("s3: an object must come with ETag, Last-Modified and Content-Length, got less");
  return { etag: ETag.replaceAll('"', ""), lastModified: LastModified.toISOString(), size: ContentLength };
}

/** One bucket in S3. */
export class S3Objects implements ObjectStore {
  constructor(
    private readonly client: S3Client,
    readonly bucket: string,
  ) {}

  async open(
    key: string,
    etag?: string,
  ): Promise<(ObjectHead & { readonly body: AsyncIterable<Uint8Array> }) | Unread> {
    try {
      const IfMatch = etag === undefined ? {} : { IfMatch: `"${etag}"` };
      const output = await this.client.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: key, ...IfMatch }),
      );
      const head = headOf(output);
      return {
        ...head,
        body: whole(output.Body as AsyncIterable<Uint8Array>, head.size, `s3://${this.bucket}/${key}`),
      };
    } catch (error) {
      if (status(error) === 412) return "changed";
      // Missing and forbidden are told apart here: a raw object that may not be read is no object that is gone.
      if (status(error) === 404) return "missing";
      throw error;
    }
  }

  async head(key: string): Promise<ObjectHead | "missing"> {
    try {
      return headOf(await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key })));
    } catch (error) {
      // A raw object that may not be read is no object that is gone.
      if (status(error) === 404) return "missing";
      throw error;
    }
  }

  async readText(key: string): Promise<(ObjectHead & { readonly text: string }) | "missing"> {
    const output = await this.get(key);
    if (output === "missing") return output;
    return { ...headOf(output), text: (await output.Body?.transformToString()) ?? "" };
  }

  async readBytes(key: string): Promise<Uint8Array | "missing"> {
    const output = await this.get(key);
    return output === "missing" ? output : ((await output.Body?.transformToByteArray()) ?? new Uint8Array());
  }

  async put(key: string, body: ObjectBody, contentType: string, condition?: PutCondition): Promise<boolean> {
    const when =
      condition === undefined
        ? {}
        : "absent" in condition
          ? { IfNoneMatch: "*" }
          : { IfMatch: `"${condition.etag}"` };
    const put = { Bucket: this.bucket, Key: key, ContentType: contentType, ...when };
    try {
      if (typeof body === "string" || body instanceof Uint8Array)
        await this.client.send(new PutObjectCommand({ ...put, Body: body }));
      else if (body.bytes <= HELD_BYTES)
        await this.client.send(new PutObjectCommand({ ...put, Body: await readFile(body.path) }));
      else await this.stream(put, body);
      return true;
    } catch (error) {
      // A conditional put on a key that is gone by now answers 404.
      if (condition !== undefined && (isLost(error) || status(error) === 404)) return false;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  private async stream(put: Omit<PutObjectCommandInput, "Body">, file: FileBody): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const body = createReadStream(file.path);
      try {
        await this.client.send(new PutObjectCommand({ ...put, Body: body, ContentLength: file.bytes }));
        return;
      } catch (error) {
        if (tries >= STREAM_TRIES || (status(error) ?? 500) < 500) throw error;
      } finally {
        body.destroy();
      }
    }
  }

  private async get(key: string): Promise<GetObjectCommandOutput | "missing"> {
    try {
      return await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    } catch (error) {
      if (isMissing(error)) return "missing";
      throw error;
    }
  }
}

/** Passes `body` on and fails, so that it is read again, when it ends before its length. */
async function* whole(
  body: AsyncIterable<Uint8Array>,
  size: number,
  where: string,
): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.length;
    yield chunk;
  }
  if (seen !== size)
    throw new TransientError(`${where}: must have ${size} bytes, got ${seen}: it is read again`);
}
