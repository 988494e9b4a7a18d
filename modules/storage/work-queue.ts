import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { Construct } from "constructs";
import { type Conditions, denyWithoutTls, type Grantee, policyJson, type ResourceStatement } from "../iam";
import { accountOf, ModuleError } from "../shared";
import { grantKey } from "./encryption-key";
import { WorkQueueReference, type WorkQueueReferenceProps } from "./work-queue-reference";

const DAY = 86_400;
const DEFAULTS = {
  visibilityTimeoutSeconds: 30,
  maxReceiveCount: 5,
  retentionDays: 4,
  deadLetterRetentionDays: 14,
} as const;

export interface WorkQueueProps extends WorkQueueReferenceProps {
  /** Alias of the key that encrypts both queues. */
  readonly keyAlias: string;
  /** Seconds that a delivered message stays hidden, 0 to 43,200. @default 30 */
  readonly visibilityTimeoutSeconds?: number;
  /** Deliveries before a message is set aside, 1 to 1,000. @default 5 */
  readonly maxReceiveCount?: number;
  /** Days that a message waits, 1 to 14. @default 4 */
  readonly retentionDays?: number;
  /**
   * Days that a dead letter waits, more than `retentionDays`: its age counts from when it was first sent. @default 14
   *
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   */
  readonly deadLetterRetentionDays?: number;
}

/** A queue of work, encrypted and TLS only, with a dead-letter queue behind it. */
export class WorkQueue extends WorkQueueReference {
  readonly queueUrl: string;
  readonly resource: SqsQueue;
  private readonly keyAlias: string;
  private readonly statements: ResourceStatement[];
  /** ARNs of the buckets and topics that may send. */
  private readonly senders = new Set<string>();

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id, props);
    const {
      queueName,
      keyAlias,
      visibilityTimeoutSeconds = DEFAULTS.visibilityTimeoutSeconds,
      maxReceiveCount = DEFAULTS.maxReceiveCount,
      retentionDays = DEFAULTS.retentionDays,
      deadLetterRetentionDays = DEFAULTS.deadLetterRetentionDays,
    } = props;
    this.check({ visibilityTimeoutSeconds, maxReceiveCount, retentionDays, deadLetterRetentionDays });
    this.keyAlias = keyAlias;

    const dead = this.createDeadLetterQueue(deadLetterRetentionDays);
    this.statements = [denyWithoutTls("sqs", [this.queueArn])];
    // Policies are written inline: as resources of their own, each waits another 25 s in the provider.
    this.resource = new SqsQueue(this, "Resource", {
      name: queueName,
      kmsMasterKeyId: keyAlias,
      visibilityTimeoutSeconds,
      messageRetentionSeconds: retentionDays * DAY,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: this.deadLetterQueueArn, maxReceiveCount }),
      policy: policyJson(this.statements),
      dependsOn: [dead],
    });
    this.queueUrl = this.resource.url;
  }

  /** Reference to a queue that another stack makes. */
  static fromName(scope: Construct, id: string, props: WorkQueueReferenceProps): WorkQueueReference {
    return new WorkQueueReference(scope, id, props);
  }

  /** Lets `grantee` take messages, mark them done, and say when a failed one comes back. */
  grantConsume(grantee: Grantee): void {
    grantee.allow({
      actions: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
      ],
      resources: [this.queueArn],
    });
    grantKey(this, grantee, this.keyAlias, "sqs", ["kms:Decrypt"]);
  }

  /**
   * Lets S3 send what happens in one bucket of this account; saying it again changes nothing.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
   */
  grantSendFromBucket(bucketArn: string): void {
    this.grantSend("s3.amazonaws.com", bucketArn, {
      StringEquals: { "aws:SourceAccount": accountOf(this).accountId },
    });
  }

  /**
   * Lets SNS deliver what one topic is sent; saying it again changes nothing. The topic's ARN holds the account.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
   */
  grantSendFromTopic(topicArn: string): void {
    this.grantSend("sns.amazonaws.com", topicArn);
  }

  private grantSend(service: string, sourceArn: string, conditions: Conditions = {}): void {
    if (this.senders.has(sourceArn)) return;
    this.senders.add(sourceArn);
    this.statements.push({
      principal: { Service: service },
      actions: ["sqs:SendMessage"],
      resources: [this.queueArn],
      conditions: { ArnEquals: { "aws:SourceArn": sourceArn }, ...conditions },
    });
    this.resource.policy = policyJson(this.statements);
  }

  private createDeadLetterQueue(retentionDays: number): SqsQueue {
    return new SqsQueue(this, "DeadLetterQueue", {
      name: this.deadLetterQueueName,
      kmsMasterKeyId: this.keyAlias,
      messageRetentionSeconds: retentionDays * DAY,
      policy: policyJson([denyWithoutTls("sqs", [this.deadLetterQueueArn])]),
      redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [this.queueArn] }),
    });
  }

  /** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
  private check(numbers: Required<Omit<WorkQueueProps, "queueName" | "keyAlias">>): void {
    const ranges = {
      visibilityTimeoutSeconds: [0, 43_200],
      maxReceiveCount: [1, 1_000],
      retentionDays: [1, 14],
      deadLetterRetentionDays: [1, 14],
    } as const;
    const mistakes = (Object.keys(ranges) as (keyof typeof ranges)[])
      .filter((name) => !within(numbers[name], ranges[name][0], ranges[name][1]))
      .map((name) => `${name} must be a whole number of ${ranges[name].join(" to ")}, got ${numbers[name]}`);
    if (numbers.deadLetterRetentionDays <= numbers.retentionDays) {
      mistakes.push(
        `deadLetterRetentionDays must be more than retentionDays (${numbers.retentionDays}), got ${numbers.deadLetterRetentionDays}`,
      );
    }
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
  }
}

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
