import type { PlatformConfig } from "../config/load";
import { deadLetterQueue, namesFor } from "../config/naming";
import type { Clients } from "./clients";
import { type Stage, stageName, stagesOf } from "./stages";

/** How much work a stage has. */
export interface StageWork {
  /** Messages that wait. */
  readonly waiting: number;
  /** Messages that a function holds, or that wait to be tried again. */
  readonly inFlight: number;
  /** Messages that were set aside. */
  readonly deadLetters: number;
}

/** A stage and its work; none where its queues are not there. */
export type StageQueue = { readonly stage: Stage } & (StageWork | { readonly missing: string });

/** The queues of the pipeline, as SQS counts them: about right at any moment. */
export class StageQueues {
  private readonly urls = new Map<string, string>();

  constructor(
    private readonly config: PlatformConfig,
    private readonly clients: Pick<Clients, "sqs">,
  ) {}

  /** The queue that feeds a stage, and the one behind it. */
  queuesOf(stage: Stage): { readonly work: string; readonly dead: string } {
    const work = stageName(namesFor(this.config), stage);
    return { work, dead: deadLetterQueue(work) };
  }

  /** @throws QueueDoesNotExist when none of the stages has its queues */
  async counts(): Promise<StageQueue[]> {
    const read = await Promise.all(
      stagesOf(this.config).map(async (stage) => [stage, await this.workOf(stage)] as const),
    );
    const [[, first] = []] = read;
    if (first instanceof Error && read.every(([, work]) => work instanceof Error)) throw first;
    return read.map(([stage, work]) =>
      work instanceof Error ? { stage, missing: this.queuesOf(stage).work } : { stage, ...work },
    );
  }

  /** The queue's URL, asked for once. @throws QueueDoesNotExist */
  async url(name: string): Promise<string> {
    const known = this.urls.get(name);
    if (known !== undefined) return known;
    const { GetQueueUrlCommand } = await import("@aws-sdk/client-sqs");
    const { QueueUrl = "" } = await (await this.clients.sqs()).send(
      new GetQueueUrlCommand({ QueueName: name }),
    );
    this.urls.set(name, QueueUrl);
    return QueueUrl;
  }

  private async workOf(stage: Stage): Promise<StageWork | Error> {
    const names = this.queuesOf(stage);
    try {
      const [work, dead] = await Promise.all([this.sizes(names.work), this.sizes(names.dead)]);
      return {
        waiting: work.visible,
        inFlight: work.hidden,
        deadLetters: dead.visible + dead.hidden,
      };
    } catch (error) {
      if (error instanceof Error && error.name === "QueueDoesNotExist") return error;
      throw error;
    }
  }

  private async sizes(name: string): Promise<{ visible: number; hidden: number }> {
    const { GetQueueAttributesCommand } = await import("@aws-sdk/client-sqs");
    const { Attributes = {} } = await (await this.clients.sqs()).send(
      new GetQueueAttributesCommand({
        QueueUrl: await this.url(name),
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  }
}
