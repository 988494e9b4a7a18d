import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, stat, utimes } from "node:fs/promises";
import { basename, dirname, join, posix, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { S3Client } from "@aws-sdk/client-s3";

const AT_ONCE = 16;
/** Larger files are not held in memory, for which the SDK cannot try them again. */
const STREAMED_BYTES = 8 * 1024 * 1024;
/** Objects whose copy stands for a whole: readers look there first, so they are put last. */
const NAMES_OTHERS: ReadonlySet<string> = new Set(["manifest.json", "index.json", "report.json"]);

/** An object as it was when it was copied. */
interface Copied {
  readonly etag: string;
  /** Of its file, to see whether the job has replaced it. */
  readonly bytes: number;
  readonly modifiedMs: number;
}

interface Listed {
  readonly key: string;
  readonly etag: string;
  readonly modified: Date;
}

/** What a job has done to a copy. */
export interface CopyChanges {
  /** New or changed. */
  readonly written: readonly string[];
  readonly deleted: readonly string[];
}

/** An object has changed since it was copied, or has a key that is no path of a file. */
export class CopyError extends Error {
  override readonly name = "CopyError";
}

/** Prefixes of a bucket as files of this machine, and what became of them back in the bucket. */
export class BucketCopy {
  private readonly copied = new Map<string, Copied>();
  private found: readonly Listed[] = [];

  /** @param places what is copied: objects by their key, and with a slash at the end (or empty) all that begins so */
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly places: readonly string[],
    private readonly folder: string,
  ) {}

  /** Looks what there is to copy. @returns how many objects */
  async find(): Promise<number> {
    this.found = (await this.list()).filter(({ key }) => !key.endsWith("/")); // a folder of the console's
    return this.found.length;
  }

  /**
   * Copies what was found, with its times: jobs know files again by these. Ends early when `isStopped` says so.
   *
   * @throws CopyError on a key that is no path of a file
   */
  async take(isStopped: () => boolean, onOne: () => void = () => {}): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await atOnce(this.found, async (object) => {
      if (isStopped()) return;
      await this.get(object);
      onOne();
    });
  }

  /** What differs from what was copied. Hidden files are drafts and Hadoop's checksums. */
  async changes(): Promise<CopyChanges> {
    const written: string[] = [];
    for (const name of (await readdir(this.folder, { recursive: true })).sort()) {
      const key = name.split(sep).join("/");
      const before = this.copied.get(key);
      const status = await stat(join(this.folder, name));
      if (!status.isFile() || basename(name).startsWith(".")) continue;
      if (before?.bytes !== status.size || before.modifiedMs !== status.mtimeMs) written.push(key);
    }
    const deleted: string[] = [];
    for (const key of this.copied.keys()) if (!(await isThere(this.path(key)))) deleted.push(key);
    return { written, deleted };
  }

  /**
   * Puts the changes back: files, then what names them, one after the other; then it deletes. Readers see what was there before,
   * or all of it.
   *
   * @throws CopyError when an object has changed since it was copied: it stays as it is, and where that is seen at the
   * beginning, so do all
   */
  async giveBack({ written, deleted }: CopyChanges, onOne: () => void = () => {}): Promise<void> {
    if (written.length + deleted.length === 0) return;
    await this.refuseChanged([...written, ...deleted]);
    const put = async (key: string) => {
      await this.put(key);
      onOne();
    };
    await atOnce(
      written.filter((key) => !namesOthers(key)),
      put,
    );
    for (const key of written.filter(namesOthers)) await put(key);
    const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
    await atOnce(deleted, (Key) => this.s3.send(new DeleteObjectCommand({ Bucket: this.bucket, Key })));
  }

  private async list(): Promise<Listed[]> {
    const found = await Promise.all(
      this.places.map(async (place) => {
        if (place === "" || place.endsWith("/")) return this.below(place);
        const object = await this.look(place);
        if (object === "no such object") return this.below(`${place}/`);
        return object === "not to be seen" ? [] : [object];
      }),
    );
    return [...new Map(found.flat().map((object) => [object.key, object])).values()];
  }

  private async below(Prefix: string): Promise<Listed[]> {
    const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
    const found: Listed[] = [];
    const input = { Bucket: this.bucket, Prefix, EncodingType: "url" } as const;
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.s3 }, input)) {
      for (const { Key = "", ETag = "", LastModified = new Date(0) } of Contents) {
        found.push({ key: decodeURIComponent(Key.replaceAll("+", " ")), etag: ETag, modified: LastModified });
      }
    }
    return found;
  }

  /** One object, for which a role need not be allowed to list; S3 does not tell it then whether there is one. */
  private async look(key: string): Promise<Listed | "no such object" | "not to be seen"> {
    const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
    try {
      const asked = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
      const { ETag = "", LastModified = new Date(0) } = await this.s3.send(asked);
      return { key, etag: ETag, modified: LastModified };
    } catch (error) {
      if (statusOf(error) === 404) return "no such object";
      if (statusOf(error) === 403) return "not to be seen";
      throw error;
    }
  }

  /** An object that is replaced meanwhile is looked up again; one that goes is none. */
  private async get({ key, etag, modified }: Listed): Promise<void> {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const path = this.path(key);
    await mkdir(dirname(path), { recursive: true });
    try {
      const asked = new GetObjectCommand({ Bucket: this.bucket, Key: key, IfMatch: etag });
      const { Body } = await this.s3.send(asked);
      await pipeline(Body as Readable, createWriteStream(path));
    } catch (error) {
      if (![404, 412].includes(statusOf(error))) throw error;
      const now = await this.look(key);
      return typeof now === "string" ? undefined : this.get(now);
    }
    // In the middle of its millisecond: a time of a file is no exact number of them.
    const time = (modified.getTime() + 0.5) / 1000;
    await utimes(path, time, time);
    const { size, mtimeMs } = await stat(path);
    this.copied.set(key, { etag, bytes: size, modifiedMs: mtimeMs });
  }

  private async put(key: string): Promise<void> {
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    const path = this.path(key);
    const before = this.copied.get(key);
    const condition = before === undefined ? { IfNoneMatch: "*" } : { IfMatch: before.etag };
    const { size } = await stat(path);
    const Body = size > STREAMED_BYTES ? createReadStream(path) : await readFile(path);
    const object = { Bucket: this.bucket, Key: key, Body, ContentLength: size };
    try {
      await this.s3.send(new PutObjectCommand({ ...object, ...condition }));
    } catch (error) {
      throw [404, 409, 412].includes(statusOf(error)) ? this.changed([key]) : error;
    }
  }

  private async refuseChanged(keys: readonly string[]): Promise<void> {
    const now = new Map((await this.list()).map(({ key, etag }) => [key, etag]));
    const changed = keys.filter((key) => now.get(key) !== this.copied.get(key)?.etag);
    if (changed.length > 0) throw this.changed(changed);
  }

  private changed([first, ...others]: readonly string[]): CopyError {
    const more = others.length === 0 ? "" : `, and so were ${others.length} others`;
    return new CopyError(
      `s3://${this.bucket}/${first} was changed while the job ran, and is as it was put there${more}`,
    );
  }

  private path(key: string): string {
    if (posix.join("/", key) === `/${key}`) return join(this.folder, key);
    throw new CopyError(`s3://${this.bucket}/${key} has no key that a file of this machine can have`);
  }
}

const namesOthers = (key: string) => NAMES_OTHERS.has(basename(key));

const statusOf = (error: unknown) =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** Some at a time; the first failure ends it, once what is under way has ended. */
async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items].reverse();
  const worker = async () => {
    try {
      for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
    } catch (error) {
      left.length = 0;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}
