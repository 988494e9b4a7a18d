import type { Construct } from "constructs";
import { type AlarmTopicReference, MetricAlarm } from "../alarms";
import type { WorkQueue } from "../storage";

/** A call that took this part of the time-out is near it. */
const NEAR_TIMEOUT = 0.8;

/**
 * The alarms of a function: errors, throttles, and calls that come near the time-out.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function addFunctionAlarms(
  scope: Construct,
  props: { functionName: string; timeoutSeconds: number; topic: AlarmTopicReference },
): void {
  const { functionName, timeoutSeconds, topic } = props;
  const lambda = { topic, namespace: "AWS/Lambda", dimensions: { FunctionName: functionName } };
  new MetricAlarm(scope, "ErrorsAlarm", {
    ...lambda,
    alarmName: `${functionName}-errors`,
    description: `Calls of ${functionName} failed as a whole: it threw, timed out or ran out of memory. Read its log at that time.`,
    metricName: "Errors",
    statistic: "Sum",
    threshold: 0,
  });
  new MetricAlarm(scope, "ThrottlesAlarm", {
    ...lambda,
    alarmName: `${functionName}-throttles`,
    description: `Calls of ${functionName} were refused: raise its reserved concurrency, or find what uses up the account's.`,
    metricName: "Throttles",
    statistic: "Sum",
    threshold: 0,
  });
  new MetricAlarm(scope, "DurationAlarm", {
    ...lambda,
    alarmName: `${functionName}-duration`,
    description: `A call of ${functionName} took ${NEAR_TIMEOUT * 100} % of its ${timeoutSeconds} s or more: raise time-out or memory before calls are cut off.`,
    metricName: "Duration",
    statistic: "Maximum",
    threshold: Math.round(NEAR_TIMEOUT * timeoutSeconds * 1000),
    inclusive: true,
  });
}

/**
 * The alarms of a stage's queues: work that waits too long, and work that was set aside. A message that was delivered
 * three times and not done no longer counts as the oldest one; the dead letters tell of it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function addQueueAlarms(
  scope: Construct,
  props: { queue: WorkQueue; oldestMessageSeconds: number; topic: AlarmTopicReference },
): void {
  const { queue, oldestMessageSeconds, topic } = props;
  const { queueName, deadLetterQueueName } = queue;
  const sqs = { topic, namespace: "AWS/SQS", statistic: "Maximum" } as const;
  new MetricAlarm(scope, "OldestMessageAlarm", {
    ...sqs,
    alarmName: `${queueName}-oldest-message`,
    description: `A message of ${queueName} has waited more than ${oldestMessageSeconds} s: see whether the function fails, is throttled, or needs a higher maximum concurrency.`,
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: queueName },
    threshold: oldestMessageSeconds,
  });
  new MetricAlarm(scope, "DeadLettersAlarm", {
    ...sqs,
    alarmName: `${deadLetterQueueName}-letters`,
    description: `Messages were set aside in ${deadLetterQueueName}: read one, correct the cause, then redrive them to ${queueName}.`,
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: deadLetterQueueName },
    threshold: 0,
  });
}
