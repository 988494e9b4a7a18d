/** What a stage's resources say in the end, after every override; nothing where only the apply knows it. */
export interface StageQueueFacts {
  readonly name: string;
  readonly queue: QueueFacts;
  readonly timeoutSeconds: number | undefined;
  readonly batchWindowSeconds: number | undefined;
  /** Nothing where the dead-letter queue is not of this app. */
  readonly deadLetterQueue: QueueFacts | undefined;
}

export interface QueueFacts {
  readonly queueName: string;
  readonly visibilityTimeoutSeconds: number | undefined;
  readonly retentionSeconds: number | undefined;
  readonly redrives: boolean;
}

/**
 * Queues that would lose or repeat messages.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function mistakesInQueues(stages: readonly StageQueueFacts[]): string[] {
  return stages.flatMap((stage) => {
    const { name, queue, deadLetterQueue } = stage;
    return [
      ...mistakesInVisibility(stage),
      ...(queue.redrives
        ? []
        : [
            `${name}: queue ${queue.queueName} must have a dead-letter queue, got no redrive_policy: ` +
              "what always fails would come back until it is lost",
          ]),
      ...(deadLetterQueue ? mistakesInRetention(name, queue, deadLetterQueue) : []),
    ];
  });
}

function mistakesInVisibility({
  name,
  queue,
  timeoutSeconds,
  batchWindowSeconds,
}: StageQueueFacts): string[] {
  const { queueName, visibilityTimeoutSeconds: got } = queue;
  if (got === undefined || timeoutSeconds === undefined || batchWindowSeconds === undefined) return [];
  const least = 6 * timeoutSeconds + batchWindowSeconds;
  if (got >= least) return [];
  return [
    `${name}: queue ${queueName} must hide a message for 6 × time-out + batch window (${least} s) or more, ` +
      `got ${got}: otherwise it comes back while a call still works on it`,
  ];
}

function mistakesInRetention(name: string, queue: QueueFacts, dead: QueueFacts): string[] {
  if (queue.retentionSeconds === undefined || dead.retentionSeconds === undefined) return [];
  if (dead.retentionSeconds > queue.retentionSeconds) return [];
  return [
    `${name}: dead-letter queue ${dead.queueName} must keep messages longer than ${queue.queueName} ` +
      `(${queue.retentionSeconds} s), got ${dead.retentionSeconds}: their age counts from when they were first sent`,
  ];
}
