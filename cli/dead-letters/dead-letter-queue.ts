import type { Message } from "@aws-sdk/client-sqs";
import type { PlatformConfig } from "../../config/load";
import type { Clients } from "../clients";
import { batchesOf, type RefusedMessage, sendBatch } from "../message-batches";
import { StageQueues } from "../stage-queues";
import type { Stage } from "../stages";
import { objectsOf, type ReceivedLetter } from "./dead-letter";

/** How long a letter that is being looked at is hidden from others, should this command be killed. */
const VISIBILITY_SECONDS = 60;
/** Messages of one call; SQS takes no more. */
const BATCH = 10;
/** A long poll asks all servers of SQS: an empty answer means that there is nothing. */
const WAIT_SECONDS = 1;

/** What became of the letters of a batch. */
export interface MovedBatch {
  readonly moved: readonly ReceivedLetter[];
  readonly refused: readonly RefusedMessage<ReceivedLetter>[];
}

/** The letters behind one stage. Reading takes nothing away: all that were not moved are visible again after `release`. */
export class DeadLetterQueue {
  private readonly held = new Map<string, ReceivedLetter>();
  private readonly queues: StageQueues;

  constructor(
    config: PlatformConfig,
    private readonly clients: Pick<Clients, "sqs">,
    readonly stage: Stage,
  ) {
    this.queues = new StageQueues(config, clients);
  }

  /** The letters that were received and not moved; the oldest first. */
  get letters(): ReceivedLetter[] {
    return [...this.held.values()].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  }

  /**
   * Receives every letter that nobody else looks at just now; they are hidden until `release`.
   *
   * @param onProgress how many there are so far
   * @param isEnough asked between two calls
   */
  async receive(
    onProgress: (count: number) => void = () => {},
    isEnough: () => boolean = () => false,
  ): Promise<void> {
    const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
    const sqs = await this.clients.sqs();
    const QueueUrl = await this.deadUrl();
    const deliveries = await this.deliveries();
    while (!isEnough()) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: BATCH,
          VisibilityTimeout: VISIBILITY_SECONDS,
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ["SentTimestamp"],
          MessageAttributeNames: ["All"],
        }),
      );
      const known = this.held.size;
      for (const message of Messages) {
        const letter = this.letterOf(message, deliveries);
        this.held.set(letter.id, letter); // the newest receipt is the one that counts
      }
      if (this.held.size === known) return;
      onProgress(this.held.size);
    }
  }

  /** Makes letters visible again; what cannot be is visible by itself after a minute. */
  async release(): Promise<void> {
    const { ChangeMessageVisibilityBatchCommand } = await import("@aws-sdk/client-sqs");
    const letters = this.letters;
    for (let at = 0; at < letters.length; at += BATCH) {
      const Entries = letters.slice(at, at + BATCH).map(({ receipt }, index) => ({
        ...{ Id: String(index), ReceiptHandle: receipt, VisibilityTimeout: 0 },
      }));
      await (await this.clients.sqs()).send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl: await this.deadUrl(), Entries }),
      );
    }
    this.held.clear();
  }

  /**
   * Moves letters back to the stage's queue, in batches: each is sent, then deleted here. So none is lost wherever
   * this ends; at worst one is there twice, and every stage may repeat.
   *
   * SQS's own StartMessageMoveTask moves all of a queue, not some, one task at a time
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html).
   */
  async *moveBack(letters: readonly ReceivedLetter[]): AsyncGenerator<MovedBatch> {
    const sqs = await this.clients.sqs();
    const workUrl = await this.queues.url(this.queues.queuesOf(this.stage).work);
    for (const batch of batchesOf(letters)) {
      const refused = await sendBatch(sqs, workUrl, batch);
      const moved = batch.filter((letter) => !refused.some(({ message }) => message === letter));
      await this.remove(moved);
      yield { moved, refused };
    }
  }

  private async remove(letters: readonly ReceivedLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const { DeleteMessageBatchCommand } = await import("@aws-sdk/client-sqs");
    const Entries = letters.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
    const { Failed = [] } = await (await this.clients.sqs()).send(
      new DeleteMessageBatchCommand({ QueueUrl: await this.deadUrl(), Entries }),
    );
    for (const { id } of letters) this.held.delete(id);
    const [first] = Failed;
    if (first === undefined) return;
    throw new Error(
      `${Failed.length} letters were sent and could not be deleted (${first.Code}): they are in both queues, which harms nothing`,
    );
  }

  /** After so many deliveries SQS sets a message aside; the count that it keeps itself grows with each look at it. */
  private async deliveries(): Promise<number> {
    const { GetQueueAttributesCommand } = await import("@aws-sdk/client-sqs");
    const { Attributes = {} } = await (await this.clients.sqs()).send(
      new GetQueueAttributesCommand({
        QueueUrl: await this.queues.url(this.queues.queuesOf(this.stage).work),
        AttributeNames: ["RedrivePolicy"],
      }),
    );
    return Number(JSON.parse(Attributes.RedrivePolicy ?? "{}").maxReceiveCount ?? 0);
  }

  private deadUrl(): Promise<string> {
    return this.queues.url(this.queues.queuesOf(this.stage).dead);
  }

  private letterOf(message: Message, deliveries: number): ReceivedLetter {
    const { MessageId = "", ReceiptHandle = "", Body = "", Attributes, MessageAttributes } = message;
    return {
      stage: this.stage,
      id: MessageId,
      objects: objectsOf(Body).map(({ bucket, key }) => ({ bucket, key })),
      deliveries,
      since: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
      receipt: ReceiptHandle,
      body: Body,
      attributes: MessageAttributes,
    };
  }
}
