import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { AlarmTopicReference } from "./alarm-topic";

const DEFAULTS = { periodSeconds: 300, evaluationPeriods: 1 } as const;

export interface MetricAlarmProps {
  /** Name in AWS. */
  readonly alarmName: string;
  /** What has happened and what to do now: the only text that a mail holds beside numbers. */
  readonly description: string;
  /** Where it is told that the alarm begins, and that it is over. */
  readonly topic: AlarmTopicReference;
  /** Such as `AWS/Lambda`. */
  readonly namespace: string;
  readonly metricName: string;
  /** What the metric is of, such as `{ FunctionName: "orders" }`. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** How the values of a period become one. */
  readonly statistic: "Maximum" | "Sum";
  /** The value from which on the period is bad. */
  readonly threshold: number;
  /** Whether the threshold itself is bad already. @default false */
  readonly inclusive?: boolean;
  /** Seconds that become one value: a multiple of 60. @default 300 */
  readonly periodSeconds?: number;
  /** Periods in a row that must be bad. @default 1 */
  readonly evaluationPeriods?: number;
}

/**
 * An alarm on one metric. Where there is no value all is well: queues and functions that have nothing to do say nothing.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export class MetricAlarm extends Construct {
  readonly alarmName: string;
  readonly resource: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: MetricAlarmProps) {
    super(scope, id);
    const {
      topic,
      inclusive = false,
      periodSeconds = DEFAULTS.periodSeconds,
      evaluationPeriods = DEFAULTS.evaluationPeriods,
    } = props;
    this.alarmName = props.alarmName;
    this.resource = new CloudwatchMetricAlarm(this, "Resource", {
      alarmName: props.alarmName,
      alarmDescription: props.description,
      namespace: props.namespace,
      metricName: props.metricName,
      dimensions: { ...props.dimensions },
      statistic: props.statistic,
      threshold: props.threshold,
      comparisonOperator: inclusive ? "GreaterThanOrEqualToThreshold" : "GreaterThanThreshold",
      period: periodSeconds,
      evaluationPeriods,
      treatMissingData: "notBreaching",
      alarmActions: [topic.topicArn],
      okActions: [topic.topicArn],
    });
  }
}
