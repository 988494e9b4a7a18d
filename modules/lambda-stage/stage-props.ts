import type { BucketReference, ObjectTopicReference } from "../storage";
import type { FunctionOptions } from "./function-props";

export interface LambdaStageProps<Environment extends object> extends FunctionOptions {
  /** Name of function, role and queue; the dead-letter queue adds `-dead`. */
  readonly stageName: string;
  /** The function's own variables; the stage adds `QUEUE_URL`. */
  readonly environment: Omit<Environment, "QUEUE_URL">;
  /** Where the objects come from. */
  readonly source: BucketReference;
  /** What the object's key begins with; ends with `/`. */
  readonly prefix: string;
  /** What the object's key ends with; a topic has said it already. @default any ending */
  readonly suffix?: string;
  /** Takes also the message that an object was removed; a topic has said it already. @default false */
  readonly removals?: boolean;
  /** Topic of the objects, where several stages take the same ones. @default the bucket's own notification */
  readonly topic?: ObjectTopicReference | undefined;
  /** Messages per call, 1 to 10,000; above 10 needs a batch window. @default 10 */
  readonly batchSize?: number;
  /** Seconds to wait for a full batch, 0 to 300. @default 0 */
  readonly batchWindowSeconds?: number;
  /** Calls at the same time, 2 to 1,000. @default 10 */
  readonly maximumConcurrency?: number;
  /** Deliveries before a message is set aside, 5 to 1,000. @default 5 */
  readonly maxReceiveCount?: number;
  /** Seconds that a delivered message stays hidden. @default 6 × time-out + batch window, the least AWS advises */
  readonly visibilityTimeoutSeconds?: number;
  /** Seconds that a message may wait before `alarmTopic` is told, 60 to 345,600. @default 3 × the visibility time-out, 300 at least */
  readonly oldestMessageAlarmSeconds?: number;
}
