import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { SQSRecord } from "aws-lambda";
import { CONTRIBUTION_KEYS, FIGURE_KEYS } from "../../lambdas/shared/figures";
import { MANIFEST_PREFIX } from "../../lambdas/shared/manifest";
import type { Limits } from "../../lambdas/structure/partitions";
import { seeded } from "../lambdas/support/events";
import type { Shown } from "./faults-events";
import { handlerOf, type Surroundings } from "./faults-handlers";
import { type Call, Instance, seenThrough } from "./faults-instance";
import { S3Events } from "./faults-messages";
import { Clock, ModelQueue } from "./faults-queue";
import type { Servers } from "./faults-servers";
import { contributionsShown, figuresShown, keysOf, lakeShown, manifestsOf, rowsShown } from "./faults-shown";
import { LOADS, STAGES, type Stage } from "./faults-stages";

/** Functions of the structure stage that run at the same time; of a load stage there is one. */
const STRUCTURE_FUNCTIONS = 2;

let worlds = 0;

/** A function: its process, and the handler in it. */
export interface Worker {
  readonly instance: Instance;
  readonly stage: Stage;
  /** @returns ids of the messages that failed */
  deliver(records: SQSRecord[]): Promise<readonly string[]>;
  /** Gives its connection back. */
  close(): Promise<void>;
}

/**
 * The whole pipeline: the code of all stages, in this process, over real stores; queues and notifications are a model, in a time
 * of its own. The database is emptied, all else is new.
 */
export class World implements Surroundings {
  readonly clock = new Clock();
  readonly random: () => number;
  readonly queues: Readonly<Record<Stage, ModelQueue>>;
  readonly failures: { readonly stage: Stage; readonly error: string }[] = [];
  limits: Limits | undefined;
  /** What stands between all functions and the stores. */
  weather: (call: Call, stage: Stage) => Promise<void> | void = () => {};
  readonly raw: string;
  readonly curated: string;
  readonly rejected: string;
  readonly figures: string;
  readonly contributions: string;
  readonly events = new S3Events();
  private readonly workers: Worker[] = [];

  private constructor(
    readonly servers: Servers,
    seed: number,
  ) {
    this.random = seeded(seed);
    worlds += 1;
    const named = (part: string) => `world-${worlds}-${part}`;
    this.raw = named("raw");
    this.curated = named("curated");
    this.rejected = named("rejected");
    this.figures = named("figures");
    this.contributions = named("contributions");
    const queue = () => new ModelQueue(this.clock, this.random);
    this.queues = { structure: queue(), figures: queue(), rows: queue(), lake: queue() };
  }

  static async make(servers: Servers, seed: number): Promise<World> {
    const world = new World(servers, seed);
    for (const Bucket of [world.raw, world.curated, world.rejected])
      await servers.s3.send(new CreateBucketCommand({ Bucket }));
    await world.table(world.figures, FIGURE_KEYS);
    await world.table(world.contributions, CONTRIBUTION_KEYS);
    await servers.owner.query("TRUNCATE event_rows, sources");
    return world;
  }

  async close(): Promise<void> {
    for (const { close } of this.workers) await close();
  }

  /** Writes a raw object; S3 tells the queue. @returns the message */
  async put(key: string, body: Uint8Array | string): Promise<string> {
    const put = new PutObjectCommand({ Bucket: this.raw, Key: key, Body: body });
    const { ETag = "" } = await this.servers.s3.send(put);
    return this.tell(this.events.created(this.raw, key, ETag));
  }

  /** Deletes a raw object; S3 tells the queue. @returns the message */
  async delete(key: string): Promise<string> {
    await this.servers.s3.send(new DeleteObjectCommand({ Bucket: this.raw, Key: key }));
    return this.tell(this.events.removed(this.raw, key));
  }

  /** Tells the queue of a raw object as a replay from a listing does: without a sequencer. @returns the message */
  async replay(key: string): Promise<string> {
    const { ETag = "" } = await this.servers.s3.send(new HeadObjectCommand({ Bucket: this.raw, Key: key }));
    return this.tell(this.events.listed(this.raw, key, ETag));
  }

  tell(message: string): string {
    this.queues.structure.send(message);
    return message;
  }

  /** A new function of a stage. */
  worker(stage: Stage, instance = this.alive(stage)): Worker {
    const s3 = seenThrough(this.servers.s3, "s3", (call, make) => this.notifying(call, make));
    const { handler, close } = handlerOf(this, { stage, instance, s3 });
    const deliver = (Records: SQSRecord[]) =>
      instance.run(async () => {
        const { batchItemFailures } = await handler({ Records });
        return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      });
    const worker = { instance, stage, deliver, close };
    this.workers.push(worker);
    return worker;
  }

  /** Lets all functions work until every queue is empty. */
  async drain(
    workers = [...Array(STRUCTURE_FUNCTIONS - 1).fill("structure"), ...STAGES].map((stage) =>
      this.worker(stage as Stage),
    ),
  ): Promise<void> {
    for (;;) {
      const busy = workers.map((worker) => this.work(worker));
      if ((await Promise.all(busy)).includes(true)) continue;
      const times = STAGES.flatMap((stage) => this.queues[stage].times);
      if (!(await this.clock.advance(times))) return;
    }
  }

  /** One delivery, if there is a message that can be seen. */
  async work({ stage, instance, deliver }: Worker): Promise<boolean> {
    const queue = this.queues[stage];
    const records = queue.receive();
    if (records.length === 0) return false;
    const failed = await deliver(records);
    // What a dead process returns nobody gets.
    if (!instance.isDead) queue.end(records, failed);
    return true;
  }

  /** What all three stores show. */
  async shown(): Promise<Shown> {
    const { s3, dynamo, owner } = this.servers;
    return {
      figures: await figuresShown(dynamo, this.figures),
      rows: await rowsShown(owner),
      lake: await lakeShown(s3, this.curated),
    };
  }

  /** What is wrong in a world whose work is done: all of it must be empty. */
  async leftovers(): Promise<Record<string, unknown>> {
    const { s3, dynamo } = this.servers;
    const manifests = await manifestsOf(s3, this.curated);
    const outputs = new Set(manifests.flatMap((one) => one.outputs.map(({ key }) => key)));
    const refused = new Set(manifests.flatMap((one) => one.rejected ?? []));
    const versions = await keysOf(s3, this.curated, "versions/");
    const rejected = await keysOf(s3, this.rejected);
    const { figures, loading } = await contributionsShown(dynamo, this.contributions);
    const shown = await figuresShown(dynamo, this.figures);
    return {
      attempts: await keysOf(s3, this.curated, "attempts/"),
      unnamed: [
        ...versions.filter((key) => !outputs.has(key)),
        ...rejected.filter((key) => !refused.has(key)),
      ],
      missing: [
        ...[...outputs].filter((key) => !versions.includes(key)),
        ...[...refused].filter((key) => !rejected.includes(key)),
      ],
      loading,
      unequal: Object.keys({ ...figures, ...shown }).filter(
        (key) => JSON.stringify(sorted(figures[key])) !== JSON.stringify(sorted(shown[key])),
      ),
      miscounted: manifests.filter(({ lines }) => lines.in !== lines.good + lines.rejected),
      dead: STAGES.flatMap((stage) => this.queues[stage].dead.map(({ body }) => `${stage}: ${body}`)),
    };
  }

  private alive(stage: Stage): Instance {
    return new Instance({ before: (call) => this.weather(call, stage) });
  }

  private async table(TableName: string, { partition, sort }: { partition: string; sort: string }) {
    const create = new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [partition, sort].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [
        { AttributeName: partition, KeyType: "HASH" },
        { AttributeName: sort, KeyType: "RANGE" },
      ],
    });
    await this.servers.dynamo.send(create);
  }

  /** S3 tells of each manifest that was written, and a topic tells three queues; also when its writer is dead by then. */
  private async notifying({ name, input }: Call, make: () => Promise<unknown>): Promise<unknown> {
    const result = await make();
    if (
      name !== "PutObject" ||
      input.Bucket !== this.curated ||
      !String(input.Key).startsWith(MANIFEST_PREFIX)
    )
      return result;
    const message = this.events.created(
      this.curated,
      String(input.Key),
      (result as { ETag?: string }).ETag ?? "",
    );
    for (const stage of LOADS) this.queues[stage].send(message);
    return result;
  }
}

const sorted = (counters: Readonly<Record<string, string>> = {}) => Object.entries(counters).sort();

/** What `leftovers` gives when nothing is wrong. */
export const NOTHING = {
  attempts: [],
  unnamed: [],
  missing: [],
  loading: [],
  unequal: [],
  miscounted: [],
  dead: [],
};
