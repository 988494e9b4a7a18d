import * as z from "zod/mini";
import { Head } from "./head";
import { lakeHeadKey } from "./lake-keys";
import type { ObjectStore } from "./object-store";
import { parseContract } from "./parse-contract";

/** What the lake holds of a source. */
export const LakeHead = z.extend(Head, {
  /** Keys that hold its rows, or may while it is being loaded. */
  keys: z.array(z.string()),
});
export type LakeHead = z.infer<typeof LakeHead>;

/** Heads as objects in the curated bucket, replaced by compare-and-swap. */
export class LakeHeads {
  constructor(private readonly curated: Pick<ObjectStore, "bucket" | "readText" | "put">) {}

  async head(source: string): Promise<LakeHead | undefined> {
    return (await this.read(source))?.head;
  }

  /** Puts `head` where `seen` still stands (undefined: none); false when another has come between. */
  async putHead(source: string, head: LakeHead, seen: LakeHead | undefined): Promise<boolean> {
    const found = await this.read(source);
    if (found?.head.run !== seen?.run || found?.head.status !== seen?.status) return false;
    const condition = found === undefined ? ({ absent: true } as const) : { etag: found.etag };
    return this.curated.put(lakeHeadKey(source), JSON.stringify(head), "application/json", condition);
  }

  private async read(source: string): Promise<{ head: LakeHead; etag: string } | undefined> {
    const key = lakeHeadKey(source);
    const found = await this.curated.readText(key);
    if (found === "missing") return undefined;
    const where = `s3://${this.curated.bucket}/${key}`;
    return {
      head: parseContract(LakeHead, found.text, where, "restore its version before"),
      etag: found.etag,
    };
  }
}
