import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CuratedStore } from "../../../lambdas/shared/curated-store";
import type { ObjectBody, ObjectHead, PutCondition, Unread } from "../../../lambdas/shared/object-store";
import { Fuse } from "./fuse";

interface Stored extends ObjectHead {
  readonly body: Buffer;
}

/** A bucket in memory that honours conditions as S3 does. */
export class MemoryBucket implements CuratedStore {
  /** Every put and delete, in order. */
  readonly log: string[] = [];
  fuse = new Fuse();
  /** Bytes of the pieces that a body comes in. */
  pieceBytes = 64 * 1024;

  constructor(
    readonly bucket: string,
    readonly objects = new Map<string, Stored>(),
  ) {}

  /** The same bucket for a worker with a fuse of its own. */
  seenThrough(fuse: Fuse): MemoryBucket {
    const view = new MemoryBucket(this.bucket, this.objects);
    view.fuse = fuse;
    return view;
  }

  get keys(): string[] {
    return [...this.objects.keys()].sort();
  }

  /** Puts an object past the fuse, as somebody else would; gives its etag. */
  place(key: string, body: Uint8Array | string, lastModified = "2024-06-01T00:00:00.000Z"): string {
    const bytes = Buffer.from(body as string);
    const etag = createHash("md5").update(bytes).digest("hex");
    this.objects.set(key, { body: bytes, etag, size: bytes.length, lastModified });
    return etag;
  }

  async open(
    key: string,
    etag?: string,
  ): Promise<(ObjectHead & { readonly body: AsyncIterable<Uint8Array> }) | Unread> {
    await this.fuse.tick();
    const found = this.objects.get(key);
    if (found === undefined) return "missing";
    if (etag !== undefined && found.etag !== etag) return "changed";
    return { ...found, body: pieces(found.body, this.pieceBytes) };
  }

  async head(key: string): Promise<ObjectHead | "missing"> {
    await this.fuse.tick();
    const found = this.objects.get(key);
    if (found === undefined) return "missing";
    const { etag, lastModified, size } = found;
    return { etag, lastModified, size };
  }

  async readText(key: string): Promise<(ObjectHead & { readonly text: string }) | "missing"> {
    await this.fuse.tick();
    const found = this.objects.get(key);
    return found === undefined ? "missing" : { ...found, text: found.body.toString("utf8") };
  }

  async readBytes(key: string): Promise<Uint8Array | "missing"> {
    await this.fuse.tick();
    return this.objects.get(key)?.body ?? "missing";
  }

  async readRange(
    key: string,
    start: number,
    end: number,
    etag?: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly etag: string } | Unread> {
    await this.fuse.tick();
    const found = this.objects.get(key);
    if (found === undefined) return "missing";
    if (etag !== undefined && found.etag !== etag) return "changed";
    return { bytes: found.body.subarray(start, end), etag: found.etag };
  }

  async put(key: string, body: ObjectBody, _type: string, condition?: PutCondition): Promise<boolean> {
    await this.fuse.tick();
    const found = this.objects.get(key);
    const free = condition === undefined || ("absent" in condition ? !found : found?.etag === condition.etag);
    if (!free) return false;
    this.log.push(`put ${key}`);
    this.place(key, typeof body === "object" && "path" in body ? readFileSync(body.path) : body);
    return true;
  }

  async delete(key: string): Promise<void> {
    await this.fuse.tick();
    this.log.push(`delete ${key}`);
    this.objects.delete(key);
  }
}

/** A body in pieces of `size` bytes. */
export async function* pieces(body: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}
