import type { Construct } from "constructs";
import { type AlarmTopicReference, MetricAlarm } from "../../alarms";

interface RunAlarms {
  readonly sparkName: string;
  readonly machineArn: string;
  readonly topic: AlarmTopicReference;
  /** Queue of starts that failed, where there is a schedule. */
  readonly deadLetterQueueName: string | undefined;
}

/**
 * Tells of every execution that did not end well. One that is stopped terminates nothing: Step Functions leaves what it
 * made behind, and the cluster's own auto-termination ends it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export function addRunAlarms(
  scope: Construct,
  { sparkName, machineArn, topic, deadLetterQueueName }: RunAlarms,
) {
  const ends = {
    Failed: "read the cause in its execution, correct it, then start it again",
    Aborted: "somebody stopped it; a cluster that it made ends by itself once it is idle",
    TimedOut: "read where it stood in its execution; a cluster that it made ends by itself once it is idle",
  };
  for (const [end, advice] of Object.entries(ends)) {
    new MetricAlarm(scope, `${end}Alarm`, {
      alarmName: `${sparkName}-${end.toLowerCase()}`,
      description: `A run of ${sparkName} has ended as ${end}: ${advice}.`,
      topic,
      namespace: "AWS/States",
      metricName: `Executions${end}`,
      dimensions: { StateMachineArn: machineArn },
      statistic: "Sum",
      threshold: 0,
    });
  }
  if (deadLetterQueueName === undefined) return;
  new MetricAlarm(scope, "NotStartedAlarm", {
    alarmName: `${sparkName}-not-started`,
    description: `${sparkName} could not be started at its time: read why in ${deadLetterQueueName}, correct it, then start it by hand.`,
    topic,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: deadLetterQueueName },
    statistic: "Maximum",
    threshold: 0,
  });
}
