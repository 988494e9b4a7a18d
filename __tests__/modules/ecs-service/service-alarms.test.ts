import { AlarmTopic, type EcsServiceProps } from "../../../modules";
import { aService, behindBalancer } from "../../support/service";
import { synth } from "../../support/synth";

const ALARM = "aws_cloudwatch_metric_alarm";
const TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms";

const watched = (props: Partial<EcsServiceProps> = {}, behind = true) =>
  synth((stack) => {
    const alarmTopic = AlarmTopic.fromName(stack, "Alarms", { topicName: "alarms" });
    (behind ? behindBalancer : aService)(stack, { alarmTopic, ...props });
  });

const balancer = expect.stringMatching(/^\$\{aws_lb\.Web_\w+\.arn_suffix}$/);
const targets = expect.stringMatching(/^\$\{aws_lb_target_group\.Service_Targets_\w+\.arn_suffix}$/);
const of = { namespace: "AWS/ApplicationELB", dimensions: { LoadBalancer: balancer, TargetGroup: targets } };

test("tells of all that can make it fall silent, and of each end of it", () => {
  const alarms = watched().all(ALARM);
  expect(alarms.map(({ alarm_name }) => alarm_name).sort()).toEqual(
    ["cpu", "errors", "memory", "missing", "slow", "unanswered", "unhealthy"].map((name) => `orders-${name}`),
  );
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({ alarm_actions: [TOPIC], ok_actions: [TOPIC] });
    expect(alarm.treat_missing_data).toBe("notBreaching");
  }
});

test("watches tasks alone where there is no balancer", () => {
  const names = watched({}, false)
    .all(ALARM)
    .map(({ alarm_name }) => alarm_name);
  expect(names.sort()).toEqual(["orders-cpu", "orders-memory", "orders-missing"]);
});

test("waits longer for a task to be healthy than its start may take", () => {
  watched().one(ALARM, { ...of, metric_name: "UnHealthyHostCount", period: 60, evaluation_periods: 3 });
  watched({ healthGraceSeconds: 300 }).one(ALARM, {
    metric_name: "UnHealthyHostCount",
    evaluation_periods: 7,
  });
});

test("tells of tasks that should run and do not, as long as the cluster counts them", () => {
  const { metric_query, threshold, evaluation_periods } = watched().one(ALARM, {
    alarm_name: "orders-missing",
  });
  expect({ threshold, evaluation_periods }).toEqual({ threshold: 0, evaluation_periods: 5 });
  const metric = (metric_name: string, stat: string) => ({
    ...{ namespace: "ECS/ContainerInsights", metric_name, stat, period: 60 },
    dimensions: { ClusterName: "shop", ServiceName: "orders" },
  });
  expect(metric_query).toEqual([
    expect.objectContaining({ expression: "desired - FILL(running, 0)", return_data: true }),
    { id: "desired", metric: metric("DesiredTaskCount", "Maximum") },
    { id: "running", metric: metric("RunningTaskCount", "Minimum") },
  ]);
});

test("tells when the balancer itself answers for the service", () => {
  watched().one(ALARM, {
    alarm_name: "orders-unanswered",
    metric_name: "HTTPCode_ELB_5XX_Count",
    dimensions: { LoadBalancer: balancer },
    statistic: "Sum",
    threshold: 5,
  });
});

test("rolls a deployment back that makes errors or unhealthy targets alarm, which are there first", () => {
  const service = watched().one("aws_ecs_service");
  expect(service.alarms).toEqual({
    alarm_names: ["orders-errors", "orders-unhealthy"],
    enable: true,
    rollback: true,
  });
  expect(service.depends_on).toEqual(
    expect.arrayContaining(
      ["Errors", "Unhealthy"].map((id) =>
        expect.stringMatching(new RegExp(`^aws_cloudwatch_metric_alarm\\.Service_Alarms_${id}_`)),
      ),
    ),
  );
});

test("has no deployment alarms where there are none", () => {
  expect(watched({}, false).one("aws_ecs_service")).not.toHaveProperty("alarms");
});
