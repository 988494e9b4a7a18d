import type { PlatformConfig } from "../config/load";
import { deadLetterQueue, namesFor } from "../config/naming";
import { objectsIn } from "../lambdas/shared/object-ref";
import type { Clients } from "./clients";

/** The stages in the order that data passes them. */
export const STAGES = ["structure", "load"] as const;
export type Stage = (typeof STAGES)[number];

/** How much work a stage has. */
export interface StageQueue {
  readonly stage: Stage;
  /** Messages that wait. */
  readonly waiting: number;
  /** Messages that a function holds, or that wait to be tried again. */
  readonly inFlight: number;
  /** Messages that were set aside. */
  readonly deadLetters: number;
}

/** The queues of the pipeline, as SQS counts them: about right at any moment. */
export class StageQueues {
  constructor(
    private readonly config: PlatformConfig,
    private readonly clients: Clients,
  ) {}

  async counts(): Promise<StageQueue[]> {
    return Promise.all(
      STAGES.map(async (stage) => {
        const name = namesFor(this.config)[stage];
        const [work, dead] = await Promise.all([
          this.attributes(name),
          this.attributes(deadLetterQueue(name)),
        ]);
        return {
          stage,
          waiting: work.visible,
          inFlight: work.hidden,
          deadLetters: dead.visible + dead.hidden,
        };
      }),
    );
  }

  /** Whether a dead letter of the stage is about this object; reads without taking. */
  async isDead(stage: Stage, object: { bucket: string; key: string; etag?: string }): Promise<boolean> {
    const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
    const QueueUrl = await this.url(deadLetterQueue(namesFor(this.config)[stage]));
    const { Messages = [] } = await (await this.clients.sqs()).send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.some(({ Body = "" }) => isAbout(Body, object));
  }

  private async attributes(name: string): Promise<{ visible: number; hidden: number }> {
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

  private async url(name: string): Promise<string> {
    const { GetQueueUrlCommand } = await import("@aws-sdk/client-sqs");
    const { QueueUrl = "" } = await (await this.clients.sqs()).send(
      new GetQueueUrlCommand({ QueueName: name }),
    );
    return QueueUrl;
  }
}

function isAbout(
  body: string,
  { bucket, key, etag }: { bucket: string; key: string; etag?: string },
): boolean {
  try {
    return objectsIn(body).some(
      (object) =>
        object.bucket === bucket && object.key === key && (etag === undefined || object.etag === etag),
    );
  } catch {
    return false; // not an S3 event: about no object
  }
}
