import { type Loaded, load } from "../../../lambdas/load/load";
import { manifestKey, sourceId } from "../../../lambdas/shared/manifest";
import type { ObjectRef } from "../../../lambdas/shared/object-ref";
import type { Limits } from "../../../lambdas/structure/partitions";
import { type Structured, structure } from "../../../lambdas/structure/structure";
import { Fuse } from "./fuse";
import { MemoryBucket } from "./memory-bucket";
import { MemoryFigures } from "./memory-figures";

/** Both stages over stores in memory. */
export class Pipeline {
  readonly rawBucket = new MemoryBucket("raw");
  readonly curatedBucket = new MemoryBucket("curated");
  readonly rejected = new MemoryBucket("rejected");
  readonly figures = new MemoryFigures();
  private sequence = 0;
  private runs = 0;

  readonly buckets = { raw: () => this.rawBucket, curated: this.curatedBucket, rejected: this.rejected };

  /** Every external call goes through `fuse` from now on. */
  arm(fuse: Fuse): Fuse {
    for (const store of [this.rawBucket, this.curatedBucket, this.rejected, this.figures]) store.fuse = fuse;
    return fuse;
  }

  disarm(): void {
    this.arm(new Fuse());
  }

  /** Puts a raw object and gives its event. */
  send(key: string, body: Uint8Array | string): ObjectRef {
    this.sequence += 1;
    const lastModified = new Date(Date.UTC(2024, 0, 1) + this.sequence * 1000).toISOString();
    const etag = this.rawBucket.place(key, body, lastModified);
    return { bucket: "raw", key, etag, sequencer: this.sequence.toString(16).padStart(8, "0") };
  }

  structure(ref: ObjectRef, limits?: Limits): Promise<Structured> {
    return structure(ref, this.buckets, limits);
  }

  load(key: string): Promise<Loaded> {
    const manifest = manifestKey(sourceId("raw", key));
    const ref = { bucket: "curated", key: manifest, etag: "", sequencer: null };
    return load(ref, {
      curated: () => this.curatedBucket,
      figures: this.figures,
      newRun: () => `run-${++this.runs}`,
      now: () => new Date("2024-06-01T00:00:00Z"),
      pause: async () => undefined,
    });
  }

  manifest(key: string): Record<string, never> {
    const found = this.curatedBucket.objects.get(manifestKey(sourceId("raw", key)));
    return JSON.parse(found?.body.toString() ?? "null");
  }

  /** What is left in the stores, without the names of versions that are gone. */
  get state(): object {
    return {
      curated: this.curatedBucket.keys,
      rejected: this.rejected.keys,
      figures: this.figures.totals,
      heads: [...this.figures.heads.values()].map(({ etag, status }) => ({ etag, status })),
    };
  }
}
