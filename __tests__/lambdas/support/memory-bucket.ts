import { createHash } from "node:crypto";
import type { ObjectHead, ObjectStore, PutCondition, Unread } from "../../../lambdas/shared/object-store";
import { Fuse } from "./fuse";

interface Stored extends ObjectHead {
  readonly body: Buffer;
}

/** A bucket in memory that honours conditions as S3 does. */
export class MemoryBucket implements ObjectStore {
  readonly objects = new Map<string, Stored>();
  /** Every put and delete, in order. */
  readonly log: string[] = [];
  fuse = new Fuse();
  /** Bytes of the pieces that a body comes in. */
  pieceBytes = 64 * 1024;

  constructor(readonly bucket: string) {}

  get keys(): string[] {
    return [...this.objects.keys()].sort();
  }

  /** Puts an object past the fuse, as somebody else would; gives its etag. */
  place(key: string, body: Uint8Array | string, lastModified = "2024-01-01T00:00:00.000Z"): string {
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

  async readText(key: string): Promise<(ObjectHead & { readonly text: string }) | "missing"> {
    await this.fuse.tick();
    const found = this.objects.get(key);
    return found === undefined ? "missing" : { ...found, text: found.body.toString("utf8") };
  }

  async readBytes(key: string): Promise<Uint8Array | "missing"> {
    await this.fuse.tick();
    return this.objects.get(key)?.body ?? "missing";
  }

  async put(
    key: string,
    body: Uint8Array | string,
    _type: string,
    condition?: PutCondition,
  ): Promise<boolean> {
    await this.fuse.tick();
    const found = this.objects.get(key);
    const free = condition === undefined || ("absent" in condition ? !found : found?.etag === condition.etag);
    if (!free) return false;
    this.log.push(`put ${key}`);
    this.place(key, body);
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
