import type { MessageAttributeValue, SQSClient } from "@aws-sdk/client-sqs";

/** Entries of one batch, and bytes of all of them: SQS takes more by now, but not in every place. */
const BATCH = { entries: 10, bytes: 262_144 } as const;

/** Times that an entry is tried. */
const TRIES = 5;
/** Pause before an entry is tried again, in milliseconds, doubled with each try. */
const PAUSE_MILLISECONDS = 100;

/** What is sent to a queue. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: Record<string, MessageAttributeValue> | undefined;
}

/** A message that SQS has refused, or did not take in several tries. */
export interface RefusedMessage<T> {
  readonly message: T;
  readonly reason: string;
}

/**
 * Messages in batches that SQS takes, in their order.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export function batchesOf<T extends OutgoingMessage>(messages: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    const last = batches.at(-1);
    if (last === undefined || last.length === BATCH.entries || bytes + size > BATCH.bytes) {
      batches.push([message]);
      bytes = size;
    } else {
      last.push(message);
      bytes += size;
    }
  }
  return batches;
}

/**
 * Sends one batch; what SQS did not take is sent again, unless it is the message's own fault.
 *
 * @returns what was not taken; a message may be in the queue twice, never not at all and unnamed
 */
export async function sendBatch<T extends OutgoingMessage>(
  sqs: SQSClient,
  queueUrl: string,
  batch: readonly T[],
  pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
): Promise<RefusedMessage<T>[]> {
  const { SendMessageBatchCommand } = await import("@aws-sdk/client-sqs");
  const refused: RefusedMessage<T>[] = [];
  let left = [...batch];
  for (let tries = 1; left.length > 0; tries += 1) {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: left.map(({ body, attributes }, index) => ({
          Id: String(index),
          MessageBody: body,
          ...(attributes === undefined ? {} : { MessageAttributes: attributes }),
        })),
      }),
    );
    const again: T[] = [];
    for (const { Id, Code = "", Message = "", SenderFault } of Failed) {
      const message = left[Number(Id)];
      if (message === undefined) continue;
      if (SenderFault !== true && tries < TRIES) again.push(message);
      else refused.push({ message, reason: [Code, Message].filter(Boolean).join(": ") });
    }
    left = again;
    if (left.length > 0) await pause(PAUSE_MILLISECONDS * 2 ** (tries - 1));
  }
  return refused;
}

function sizeOf({ body, attributes = {} }: OutgoingMessage): number {
  const texts = Object.entries(attributes).flatMap(([name, { DataType = "", StringValue = "" }]) => [
    name,
    DataType,
    StringValue,
  ]);
  const binary = Object.values(attributes).reduce(
    (sum, { BinaryValue }) => sum + (BinaryValue?.length ?? 0),
    0,
  );
  return [body, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), binary);
}
