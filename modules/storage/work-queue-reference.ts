import { Construct } from "constructs";
import type { Grantee } from "../iam";
import { arnOf } from "../shared";

export interface WorkQueueReferenceProps {
  /** Name in AWS; the dead-letter queue adds `-dead`. */
  readonly queueName: string;
}

/** A queue of work by its name, wherever it is made: grants on it. */
export class WorkQueueReference extends Construct {
  readonly queueName: string;
  /** Literal. */
  readonly queueArn: string;
  readonly deadLetterQueueName: string;
  /** Literal. */
  readonly deadLetterQueueArn: string;

  constructor(scope: Construct, id: string, { queueName }: WorkQueueReferenceProps) {
    super(scope, id);
    this.queueName = queueName;
    this.deadLetterQueueName = `${queueName}-dead`;
    this.queueArn = arnOf(this, "sqs", queueName);
    this.deadLetterQueueArn = arnOf(this, "sqs", this.deadLetterQueueName);
  }

  /** Lets `grantee` count what waits in the queue and in its dead-letter queue, and see no message. */
  grantMeasure(grantee: Grantee): void {
    grantee.allow({
      actions: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
      resources: [this.queueArn, this.deadLetterQueueArn],
    });
  }
}
