import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import type { Clients } from "../clients";
import { CommandError, InterruptedError } from "../failure";
import { batchesOf, sendBatch } from "../message-batches";
import { calm, type StepReporter } from "../progress";
import { type CommandContext, runningConfigOf, typed, withClients } from "../session";
import { StageQueues } from "../stage-queues";
import { grouped } from "../table";
import { createdEvent, type ListedObject } from "./created-event";
import { type ReplayArguments, type ReplayWindow, windowOf } from "./window";

/** Batches of messages that are on their way at once. */
const BATCHES_AT_ONCE = 4;

export interface ReplayOptions extends ReplayArguments {
  /** Whether to count only. @default false */
  readonly dryRun?: boolean;
}

export interface ReplayResult {
  readonly environment: string;
  readonly dryRun: boolean;
  /** Objects below the prefix that were looked at. */
  readonly listed: number;
  /** Those of the window: sent again, or counted. */
  readonly objects: number;
  /** Bytes of the latter. */
  readonly bytes: number;
  /** The last of them, in the order of a listing. */
  readonly lastKey?: string;
}

/**
 * Sends an event for each raw object of the window, as if it had just been made; it waits for none of them.
 *
 * @throws CommandError where the window is wrong, or SQS refuses a message; InterruptedError when the user stops it: its
 * next command goes on where it ended
 */
export async function replay(context: CommandContext, options: ReplayOptions): Promise<ReplayResult> {
  const window = windowOf(options);
  const config = await runningConfigOf(context);
  return withClients(config, (clients) =>
    context.interrupt.looping(() =>
      context.progress.step("replay", async (step) => {
        const result = await new Replay(context, config, clients, window, options.dryRun === true).run(
          calm(step),
        );
        const { objects, listed, dryRun } = result;
        const said = `${grouped(objects)} of ${grouped(listed)} objects ${dryRun ? "counted" : "sent"}`;
        return [result, said] as const;
      }),
    ),
  );
}

class Replay {
  private listed = 0;
  private objects = 0;
  private bytes = 0;
  private lastKey: string | undefined;
  private readonly since = Date.now();
  private readonly bucket: string;

  constructor(
    private readonly context: CommandContext,
    private readonly config: PlatformConfig,
    private readonly clients: Clients,
    private readonly window: ReplayWindow,
    private readonly dryRun: boolean,
  ) {
    this.bucket = namesFor(config).rawBucket;
  }

  async run(step: StepReporter): Promise<ReplayResult> {
    for await (const page of this.pages()) {
      if (this.context.interrupt.isAsked) throw this.stopped();
      this.listed += page.length;
      const { from, to } = this.window;
      const chosen = page.filter(({ lastModified }) => +lastModified >= from && +lastModified < to);
      for (const group of this.dryRun ? [chosen] : groupsOf(chosen)) {
        if (this.context.interrupt.isAsked) throw this.stopped();
        if (!this.dryRun) await this.send(group);
        this.objects += group.length;
        this.bytes += group.reduce((sum, { size }) => sum + size, 0);
        this.lastKey = group.at(-1)?.key ?? this.lastKey;
        const seconds = Math.max((Date.now() - this.since) / 1000, 0.001);
        step.update(
          `${grouped(this.objects)} objects, ${grouped(Math.round(this.objects / seconds))} a second`,
        );
      }
    }
    const { listed, objects, bytes, lastKey } = this;
    return {
      ...{ environment: this.config.environment, dryRun: this.dryRun, listed, objects, bytes },
      ...(lastKey === undefined ? {} : { lastKey }),
    };
  }

  /** In the order of keys; encoded on their way, since XML has no place for some characters that a key may have. */
  private async *pages(): AsyncGenerator<ListedObject[]> {
    const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
    const { prefix, after } = this.window;
    const pages = paginateListObjectsV2(
      { client: await this.clients.s3() },
      {
        ...{ Bucket: this.bucket, Prefix: prefix, EncodingType: "url" },
        ...(after === undefined ? {} : { StartAfter: after }),
      },
    );
    for await (const { Contents = [] } of pages) {
      yield Contents.map(({ Key = "", ETag = "", Size = 0, LastModified = new Date(0) }) => ({
        key: decodeURIComponent(Key.replaceAll("+", " ")),
        etag: ETag.replaceAll('"', ""),
        size: Size,
        lastModified: LastModified,
      }));
    }
  }

  private async send(objects: readonly ListedObject[]): Promise<void> {
    const queues = new StageQueues(this.config, this.clients);
    const url = await queues.url(queues.queuesOf("structure").work);
    const sqs = await this.clients.sqs();
    const place = { name: this.bucket, region: this.config.region };
    const messages = objects.map((object) => ({ body: createdEvent(place, object), key: object.key }));
    const refused = await Promise.all(batchesOf(messages).map((batch) => sendBatch(sqs, url, batch)));
    const [first] = refused.flat();
    if (first === undefined) return;
    throw new CommandError({
      message: `SQS did not take the message for ${first.message.key}, nor ${refused.flat().length - 1} others`,
      said: first.reason,
      next: this.again(),
    });
  }

  private stopped(): InterruptedError {
    const done = this.dryRun ? "counted" : "sent";
    return new InterruptedError(
      `stopped: ${grouped(this.objects)} objects are ${done}${this.lastKey === undefined ? "" : `, the last is ${this.lastKey}`}`,
      this.again(),
    );
  }

  /** The command that goes on after what is sent. */
  private again(): string {
    const { prefix, from, to, after } = this.window;
    const last = this.lastKey ?? after;
    return typed(
      "replay",
      this.context,
      `--prefix ${quoted(prefix)}`,
      `--from ${new Date(from).toISOString()}`,
      `--to ${new Date(to).toISOString()}`,
      last === undefined ? "" : `--after ${quoted(last)}`,
      this.dryRun ? "--dry-run" : "",
    );
  }
}

/** What is sent at once. */
function groupsOf(objects: readonly ListedObject[]): ListedObject[][] {
  const size = BATCHES_AT_ONCE * 10;
  return Array.from({ length: Math.ceil(objects.length / size) }, (_, n) =>
    objects.slice(n * size, (n + 1) * size),
  );
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./=:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
