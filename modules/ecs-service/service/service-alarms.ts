import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { type AlarmTopicReference, MetricAlarm } from "../../alarms";

const MINUTE = 60;

/** Minutes in which a task that is missing may come back. */
const MINUTES_TO_START = 5;

/** Periods of five minutes that must be bad before a service counts as slow or short of something. */
const PERIODS = 3;

export interface ServiceAlarmsProps {
  readonly serviceName: string;
  readonly clusterName: string;
  readonly topic: AlarmTopicReference;
  /** How metrics name balancer and targets; none without a balancer. */
  readonly front: { readonly balancerSuffix: string; readonly targetsSuffix: string } | undefined;
  readonly healthGraceSeconds: number;
  readonly errorAlarmCount: number;
  readonly responseAlarmSeconds: number;
  readonly cpuAlarmPercent: number;
  readonly memoryAlarmPercent: number;
}

/**
 * The alarms of a service: too few tasks, too little CPU or memory, and behind a balancer answers that are errors, late, or
 * none at all.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 */
export class ServiceAlarms extends Construct {
  /** Those that say of a deployment that it is bad; there before the service is, which names them. */
  readonly deployment: MetricAlarm[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceAlarmsProps,
  ) {
    super(scope, id);
    this.deployment = this.createDeployment();
    this.createUnanswered();
    this.createSlow();
    this.createShort("Cpu", "CPU", props.cpuAlarmPercent);
    this.createShort("Memory", "memory", props.memoryAlarmPercent);
    this.createMissing();
  }

  /** Of the balancer, which knows not which service it asked in vain: others behind it share the figure. */
  private createUnanswered(): void {
    const { serviceName, topic, front, errorAlarmCount } = this.props;
    if (!front) return;
    new MetricAlarm(this, "Unanswered", {
      topic,
      alarmName: `${serviceName}-unanswered`,
      description: `The balancer before ${serviceName} answered 5xx itself more than ${errorAlarmCount} times in five minutes: no task took the request, or none answered in time. See whether tasks run and are healthy.`,
      namespace: "AWS/ApplicationELB",
      metricName: "HTTPCode_ELB_5XX_Count",
      dimensions: { LoadBalancer: front.balancerSuffix },
      statistic: "Sum",
      threshold: errorAlarmCount,
    });
  }

  /** A target that starts may fail its first checks, so that alarm waits longer than the grace of a start. */
  private createDeployment(): MetricAlarm[] {
    const { serviceName, topic, front, errorAlarmCount, healthGraceSeconds } = this.props;
    if (!front) return [];
    const targets = {
      topic,
      namespace: "AWS/ApplicationELB",
      dimensions: { LoadBalancer: front.balancerSuffix, TargetGroup: front.targetsSuffix },
    };
    return [
      new MetricAlarm(this, "Errors", {
        ...targets,
        alarmName: `${serviceName}-errors`,
        description: `Tasks of ${serviceName} answered 5xx more than ${errorAlarmCount} times in five minutes: read their log at that time.`,
        metricName: "HTTPCode_Target_5XX_Count",
        statistic: "Sum",
        threshold: errorAlarmCount,
      }),
      new MetricAlarm(this, "Unhealthy", {
        ...targets,
        alarmName: `${serviceName}-unhealthy`,
        description: `A task of ${serviceName} runs and does not answer the balancer's check: read its log, and see what it waits for.`,
        metricName: "UnHealthyHostCount",
        statistic: "Maximum",
        threshold: 0,
        periodSeconds: MINUTE,
        evaluationPeriods: Math.ceil(healthGraceSeconds / MINUTE) + 2,
      }),
    ];
  }

  private createSlow(): void {
    const { serviceName, front, responseAlarmSeconds } = this.props;
    if (!front) return;
    new CloudwatchMetricAlarm(this, "Slow", {
      ...this.told,
      alarmName: `${serviceName}-slow`,
      alarmDescription: `One of a hundred answers of ${serviceName} takes more than ${responseAlarmSeconds} s: see whether its tasks or its stores are short of something.`,
      namespace: "AWS/ApplicationELB",
      metricName: "TargetResponseTime",
      dimensions: { LoadBalancer: front.balancerSuffix, TargetGroup: front.targetsSuffix },
      extendedStatistic: "p99",
      threshold: responseAlarmSeconds,
      period: 5 * MINUTE,
      evaluationPeriods: PERIODS,
      // Of a few requests one is always the slowest of a hundred.
      evaluateLowSampleCountPercentiles: "ignore",
    });
  }

  private createShort(id: "Cpu" | "Memory", what: "CPU" | "memory", percent: number): void {
    const { serviceName, topic } = this.props;
    new MetricAlarm(this, id, {
      topic,
      alarmName: `${serviceName}-${what.toLowerCase()}`,
      description: `A task of ${serviceName} used ${percent} % of its ${what} or more for ${5 * PERIODS} minutes: give it more, or run more tasks.`,
      namespace: "AWS/ECS",
      metricName: `${what === "CPU" ? "CPU" : "Memory"}Utilization`,
      dimensions: this.service,
      statistic: "Maximum",
      threshold: percent,
      inclusive: true,
      evaluationPeriods: PERIODS,
    });
  }

  /** Counts of tasks come from Container Insights: where the cluster has none, the alarm is silent. */
  private createMissing(): void {
    const { serviceName } = this.props;
    const count = (id: string, metricName: string, stat: string) => ({
      id,
      metric: {
        ...{ namespace: "ECS/ContainerInsights", metricName, dimensions: this.service },
        ...{ stat, period: MINUTE },
      },
    });
    new CloudwatchMetricAlarm(this, "Missing", {
      ...this.told,
      alarmName: `${serviceName}-missing`,
      alarmDescription: `Fewer tasks of ${serviceName} run than should, for ${MINUTES_TO_START} minutes: the service's events say why, in the console or by aws ecs describe-services.`,
      metricQuery: [
        {
          id: "missing",
          label: "Tasks that should run and do not",
          expression: "desired - FILL(running, 0)",
          returnData: true,
        },
        count("desired", "DesiredTaskCount", "Maximum"),
        count("running", "RunningTaskCount", "Minimum"),
      ],
      threshold: 0,
      evaluationPeriods: MINUTES_TO_START,
    });
  }

  private get service() {
    return { ClusterName: this.props.clusterName, ServiceName: this.props.serviceName };
  }

  /** As `MetricAlarm` does it, which knows neither percentiles nor sums of metrics. */
  private get told() {
    const actions = [this.props.topic.topicArn];
    return {
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: actions,
      okActions: actions,
    };
  }
}
