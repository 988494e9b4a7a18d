import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { objectsIn } from "../../lambdas/shared/object-ref";
import type { Stage } from "../stages";
import type { LoggedFailure } from "./failure-log";

/** A message that its stage failed on every time, as it lies in the dead-letter queue. */
export interface DeadLetter {
  readonly stage: Stage;
  /** SQS's id of the message; a redriven letter that comes back has a new one. */
  readonly id: string;
  readonly objects: readonly { readonly bucket: string; readonly key: string }[];
  /** Deliveries to the stage after which it was set aside. */
  readonly deliveries: number;
  /** When the message was sent, ISO 8601: SQS keeps that when it sets a message aside. */
  readonly since: string;
}

/** The same with what the stage's log says about it. */
export interface ExplainedLetter extends DeadLetter {
  /** Of the last delivery that said why. */
  readonly why: string;
  /** One for each delivery that said why, in their order. */
  readonly failures: readonly LoggedFailure[];
}

/** The same as it was received, for whoever moves it. */
export interface ReceivedLetter extends DeadLetter {
  readonly receipt: string;
  readonly body: string;
  readonly attributes: Record<string, MessageAttributeValue> | undefined;
}

/** The objects that a message is about; none where it is no S3 event. */
export function objectsOf(body: string): { bucket: string; key: string; etag?: string }[] {
  try {
    return objectsIn(body).map((object) => ({
      bucket: object.bucket,
      key: object.key,
      ...("etag" in object ? { etag: object.etag } : {}),
    }));
  } catch {
    return [];
  }
}

/** A letter without what only its mover needs. */
export function toldOf({ stage, id, objects, deliveries, since }: DeadLetter): DeadLetter {
  return { stage, id, objects, deliveries, since };
}
