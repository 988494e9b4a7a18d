import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Logger } from "@aws-lambda-powertools/logger";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { type ObjectRef, objectsIn } from "./object-ref";
import { retryDelaySeconds } from "./retry-delay";
import type { Postpone } from "./sqs-retry";

/** What every stage's handler is made of. */
export interface PerRecordProps {
  readonly logger: Logger;
  readonly postpone: Postpone;
  /** Takes one object; what it returns is logged, so: ids and counts, no content. */
  readonly take: (object: ObjectRef) => Promise<object>;
  /** @default Math.random */
  readonly random?: () => number;
}

type Handler = (event: SQSEvent, context?: Context) => Promise<SQSBatchResponse>;

/**
 * A handler for a queue of S3 events: takes the objects of each message one after the other, reports the messages
 * that failed, and sets when those come again. One bad message harms no other.
 */
export function perRecord({ logger, postpone, take, random = Math.random }: PerRecordProps): Handler {
  const fail = async (record: SQSRecord, error: unknown): Promise<void> => {
    const receiveCount = Number(record.attributes.ApproximateReceiveCount);
    const seconds = retryDelaySeconds(error, receiveCount, random());
    logger.error("message failed", {
      error: error as Error,
      messageId: record.messageId,
      receiveCount,
      retryInSeconds: seconds,
    });
    try {
      await postpone(record.receiptHandle, seconds);
    } catch (cause) {
      logger.warn("message keeps its visibility", cause as Error);
    }
  };
  const takeRecord = async (record: SQSRecord): Promise<void> => {
    try {
      for (const object of objectsIn(record.body)) {
        const { bucket, key, sequencer } = object;
        const result = await take(object);
        logger.info("object taken", { messageId: record.messageId, bucket, key, sequencer, ...result });
      }
    } catch (error) {
      await fail(record, error);
      throw error;
    }
  };
  return async (event, context) =>
    processPartialResponse(event, takeRecord, new BatchProcessor(EventType.SQS), {
      ...(context === undefined ? {} : { context }),
      processInParallel: false,
      throwOnFullBatchFailure: false,
    });
}
