import { ChangeMessageVisibilityCommand, SQSClient } from "@aws-sdk/client-sqs";

/** Sets when a message that failed is delivered again. */
export type Postpone = (receiptHandle: string, seconds: number) => Promise<void>;

/** Postpones messages of one queue by their visibility time-out. */
export function sqsPostpone(queueUrl: string, client = new SQSClient()): Postpone {
  return async (ReceiptHandle, VisibilityTimeout) => {
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }),
    );
  };
}
