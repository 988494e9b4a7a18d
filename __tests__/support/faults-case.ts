import { manifestKey, sourceId } from "../../lambdas/shared/manifest";
import { bodyOf, eventsOf, expectedOf, type SentEvent } from "./faults-events";
import { ModelQueue } from "./faults-queue";
import {
  contributionsShown,
  figuresShown,
  keysOf,
  lakeFilesShown,
  manifestsOf,
  rowsShown,
} from "./faults-shown";
import { type LoadStage, STAGES, type Stage } from "./faults-stages";
import type { Worker, World } from "./faults-world";

export const KINDS = ["first", "overwrite", "delete"] as const;
export type Kind = (typeof KINDS)[number];

/** One raw object with a shop of its own, before and after its next change. */
export class Case {
  readonly source: string;
  readonly before: readonly SentEvent[];
  readonly after: readonly SentEvent[];
  private readonly calm: Readonly<Record<Stage, Worker>>;

  constructor(
    readonly world: World,
    readonly kind: Kind,
    readonly name: string,
    random: () => number,
  ) {
    this.source = sourceId(world.raw, this.key);
    const events = (version: string) => eventsOf(`${name}-${version}`, random, { count: 3, shops: [name] });
    this.before = kind === "first" ? [] : events("old");
    this.after = kind === "delete" ? [] : events("new");
    this.calm = Object.fromEntries(STAGES.map((stage) => [stage, world.worker(stage)])) as Record<
      Stage,
      Worker
    >;
  }

  /** Gives its connections back. */
  async close(): Promise<void> {
    for (const stage of STAGES) await this.calm[stage].close();
  }

  get key(): string {
    return `in/${this.name}.ndjson`;
  }

  /** A file of events, with a line that is refused. */
  body(events: readonly SentEvent[]): string {
    return `${bodyOf(events)}no event\n`;
  }

  /** Brings what was before into the manifest and `stages`, then makes the change. @returns its message */
  async begin(stages: readonly LoadStage[]): Promise<string> {
    if (this.kind !== "first") {
      await this.deliver("structure", await this.world.put(this.key, this.body(this.before)));
      for (const stage of stages) await this.load(stage);
    }
    if (this.kind === "delete") return this.world.delete(this.key);
    return this.world.put(this.key, this.body(this.after));
  }

  /** One delivery, to a function that nothing happens to unless it is named; whether it is done. */
  async deliver(stage: Stage, message: string, worker = this.calm[stage]): Promise<boolean> {
    const queue = new ModelQueue(this.world.clock, this.world.random);
    queue.send(message);
    return (await worker.deliver(queue.receive())).length === 0;
  }

  /** Delivers until it is done. */
  async redeliver(stage: Stage, message: string): Promise<void> {
    for (let tries = 0; tries < 4; tries += 1) if (await this.deliver(stage, message)) return;
    throw new Error(`is never done: ${JSON.stringify(this.world.failures.at(-1))}`);
  }

  /** Delivers what the topic has told of the manifest, the last first. */
  async load(stage: LoadStage): Promise<void> {
    const told = this.world.queues[stage].bodies(manifestKey(this.source)).reverse();
    expect(told).not.toEqual([]);
    for (const message of told) await this.redeliver(stage, message);
  }

  /** What a store shows of this object, or of its shop. */
  async shown(stage: LoadStage): Promise<unknown> {
    const { s3, dynamo, owner } = this.world.servers;
    const { world, source, name } = this;
    if (stage === "rows") return rowsShown(owner, source);
    if (stage === "lake") return lakeFilesShown(s3, world.curated, `events/shop=${name}/`);
    const figures = await figuresShown(dynamo, world.figures, name);
    const brought = await contributionsShown(dynamo, world.contributions, source);
    expect(brought.figures).toEqual(figures);
    return figures;
  }

  /** What it must show of events. */
  expected(stage: LoadStage, events: readonly SentEvent[]): unknown {
    const expected = expectedOf(events);
    if (stage !== "lake") return expected[stage];
    const files = Object.entries(expected.lake).map(([partition, rows]) => {
      const [shop, month] = partition.split(" ");
      return [`events/shop=${shop}/month=${month}/${this.source}.parquet`, rows];
    });
    return Object.fromEntries(files);
  }

  /** No store shows a part of a version. */
  async expectWhole(stage: Stage): Promise<void> {
    if (stage === "structure") return this.expectWholeManifest();
    const [before, after] = [this.before, this.after].map((events) => this.expected(stage, events));
    const shown = await this.shown(stage);
    if (stage !== "lake") return expect([before, after]).toContainEqual(shown);
    // A file is replaced by itself: each is that of before or of after.
    for (const key of Object.keys({ ...Object(before), ...Object(after), ...Object(shown) }))
      expect([Object(before)[key], Object(after)[key]]).toContainEqual(Object(shown)[key]);
  }

  private async expectWholeManifest(): Promise<void> {
    const { s3 } = this.world.servers;
    const { curated } = this.world;
    const [manifest] = await manifestsOf(s3, curated, manifestKey(this.source));
    const rows = manifest?.lines.good ?? 0;
    expect([this.before.length, this.after.length]).toContain(rows);
    const written = await keysOf(s3, curated, `versions/shop=${this.name}/`);
    expect(written).toEqual(expect.arrayContaining(manifest?.outputs.map(({ key }) => key) ?? []));
  }

  /** The stores show `events` and nothing else of this object. */
  async expectDone(stages: readonly LoadStage[], events = this.after): Promise<void> {
    for (const stage of stages)
      expect([this.name, await this.shown(stage)]).toEqual([this.name, this.expected(stage, events)]);
  }
}
