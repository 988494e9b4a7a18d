import { FiguresStore } from "../../../lambdas/load/figures";
import { load } from "../../../lambdas/load/load";
import type { Loaded } from "../../../lambdas/load/store";
import { manifestKey, sourceId } from "../../../lambdas/shared/manifest";
import type {
  CreatedObject,
  ObjectChange,
  ObjectRef,
  RemovedObject,
} from "../../../lambdas/shared/object-ref";
import type { Limits } from "../../../lambdas/structure/partitions";
import { type Removed, remove } from "../../../lambdas/structure/remove";
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
  /** Seconds that pass before each change of the raw bucket. */
  pace = 1;
  private seconds = 0;
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
  send(key: string, body: Uint8Array | string): CreatedObject {
    const etag = this.rawBucket.place(key, body, this.tick());
    return { kind: "created", bucket: "raw", key, etag, sequencer: this.nextSequencer() };
  }

  /** Deletes a raw object and gives its event. */
  delete(key: string): RemovedObject {
    this.rawBucket.objects.delete(key);
    return { kind: "removed", bucket: "raw", key, sequencer: this.nextSequencer(), at: this.tick() };
  }

  /** The event that a listing gives for a raw object; undefined when there is none. */
  replay(key: string): CreatedObject | undefined {
    const found = this.rawBucket.objects.get(key);
    return found && { kind: "created", bucket: "raw", key, etag: found.etag, sequencer: null };
  }

  structure(ref: ObjectRef, limits?: Limits): Promise<Structured> {
    return structure(ref, this.buckets, limits);
  }

  /** What the structure stage does with an event, with a fuse of its own. */
  take(change: ObjectChange, fuse = new Fuse()): Promise<Structured | Removed> {
    const raw = this.rawBucket.seenThrough(fuse);
    const curated = this.curatedBucket.seenThrough(fuse);
    const buckets = { raw: () => raw, curated, rejected: this.rejected.seenThrough(fuse) };
    return change.kind === "created" ? structure(change, buckets) : remove(change, buckets);
  }

  load(key: string): Promise<Loaded> {
    const now = (): Date => new Date("2024-06-01T00:00:00Z");
    return load(
      { bucket: "curated", key: manifestKey(sourceId("raw", key)) },
      {
        curated: () => this.curatedBucket,
        store: new FiguresStore({ figures: this.figures, now }),
        newRun: () => `run-${++this.runs}`,
        pause: async () => undefined,
      },
    );
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

  private tick(): string {
    this.seconds += this.pace;
    return new Date(Date.UTC(2024, 5, 1) + this.seconds * 1000).toISOString();
  }

  private nextSequencer(): string {
    this.sequence += 1;
    return this.sequence.toString(16).padStart(8, "0");
  }
}
