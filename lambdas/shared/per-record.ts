import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Logger } from "@aws-lambda-powertools/logger";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { type ObjectChange, objectsIn } from "./object-ref";
import { retryDelaySeconds } from "./retry-delay";
import type { Postpone } from "./sqs-retry";

/** Text of the log line of a failed message; `FailureLog` is the line. */
export const MESSAGE_FAILED = "message failed";

/** What a failed delivery leaves in the function's log, as JSON: `groundplan dead-letters` finds the reason by it. */
export interface FailureLog {
  readonly message: typeof MESSAGE_FAILED;
  /** The stage. */
  readonly service: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly messageId: string;
  /** Deliveries of the message so far, this one included. */
  readonly receiveCount: number;
  /** Seconds until it is delivered again, or set aside after the last time. */
  readonly retryInSeconds: number;
  /** The object that was in work; absent when the message names none that could be read. */
  readonly bucket?: string;
  readonly key?: string;
  readonly error: { readonly name: string; readonly message: string };
}

/** What every stage's handler is made of. */
export interface PerRecordProps {
  readonly logger: Logger;
  readonly postpone: Postpone;
  /** Takes one object; what it returns is logged, so: ids and counts, no content. */
  readonly take: (object: ObjectChange) => Promise<object>;
  /** Whether an object is none of the stage's business: it is logged and done. @default none is */
  readonly isLeftAlone?: (object: ObjectChange) => boolean;
  /** @default Math.random */
  readonly random?: () => number;
}

/** What must be left of the function's time, in times of the slowest message so far, for another one to begin. */
const RESERVE = 1.5;

/** What the handler asks of the function's context. */
type Remaining = Pick<Context, "getRemainingTimeInMillis">;
type Handler = (event: SQSEvent, context?: Context) => Promise<SQSBatchResponse>;

/** Why a message is reported that was not begun. */
class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

/**
 * A handler for a queue of S3 events: takes the objects of each message one after the other, reports the messages
 * that failed, and sets when those come again. One bad message harms no other; neither does a slow one: what the
 * time that is left would not do for is given back to the queue before it is begun, since the time-out of a function
 * fails its whole batch, also what was done.
 */
export function perRecord(props: PerRecordProps): Handler {
  return async (event, context) => {
    const batch = new Batch(props, context);
    return processPartialResponse(
      event,
      (record: SQSRecord) => batch.takeRecord(record),
      new BatchProcessor(EventType.SQS),
      {
        ...(context === undefined ? {} : { context }),
        processInParallel: false,
        throwOnFullBatchFailure: false,
      },
    );
  };
}

/** One invocation. */
class Batch {
  /** Milliseconds that the slowest message so far took. */
  private longest = 0;
  private begun = 0;

  constructor(
    private readonly props: PerRecordProps,
    private readonly context: Remaining | undefined,
  ) {}

  async takeRecord(record: SQSRecord): Promise<void> {
    const left = this.remaining();
    // The first message has a chance in any case: otherwise it might never get one.
    if (this.begun > 0 && left < this.longest * RESERVE) {
      await this.giveBack(record, left);
      throw new OutOfTime("not begun");
    }
    this.begun += 1;
    try {
      await this.takeObjects(record);
    } finally {
      this.longest = Math.max(this.longest, left - this.remaining());
    }
  }

  private remaining(): number {
    return this.context?.getRemainingTimeInMillis() ?? Number.MAX_SAFE_INTEGER;
  }

  private async takeObjects(record: SQSRecord): Promise<void> {
    const { logger, take, isLeftAlone } = this.props;
    const { messageId } = record;
    let inWork: ObjectChange | undefined;
    try {
      for (const object of objectsIn(record.body)) {
        inWork = object;
        const { kind, bucket, key, sequencer } = object;
        if (isLeftAlone?.(object) === true) {
          logger.info("object left alone", { messageId, bucket, key });
          continue;
        }
        const result = await take(object);
        logger.info("object taken", { messageId, kind, bucket, key, sequencer, ...result });
      }
    } catch (error) {
      await this.fail(record, error, inWork);
      throw error;
    }
  }

  private async fail(record: SQSRecord, error: unknown, inWork: ObjectChange | undefined): Promise<void> {
    const { logger, random = Math.random } = this.props;
    const receiveCount = Number(record.attributes.ApproximateReceiveCount);
    const retryInSeconds = retryDelaySeconds(error, receiveCount, random());
    logger.error(MESSAGE_FAILED, {
      error: error as Error,
      messageId: record.messageId,
      receiveCount,
      retryInSeconds,
      ...(inWork === undefined ? {} : { bucket: inWork.bucket, key: inWork.key }),
    });
    await this.postpone(record, retryInSeconds);
  }

  private async giveBack(record: SQSRecord, left: number): Promise<void> {
    const { messageId } = record;
    this.props.logger.warn("message given back", { messageId, remainingMilliseconds: left });
    await this.postpone(record, 0);
  }

  private async postpone(record: SQSRecord, seconds: number): Promise<void> {
    try {
      await this.props.postpone(record.receiptHandle, seconds);
    } catch (cause) {
      this.props.logger.warn("message keeps its visibility", cause as Error);
    }
  }
}
