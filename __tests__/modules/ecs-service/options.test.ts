import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AlarmTopic,
  type EcsServiceProps,
  type ScalingProps,
  type ScalingSchedule,
  type ServiceConnectProps,
  type ServicePeer,
} from "../../../modules";
import type { TargetOptions } from "../../../modules/ecs-service/service/service-props";
import {
  type Checks,
  type ChecksByGroup,
  featuresOf,
  testOptions,
  testOptionTable,
} from "../../support/feature-table";
import { messageOf } from "../../support/message-of";
import { behindBalancer, fronted, service } from "../../support/service";
import { type Synthesised, synth } from "../../support/synth";

const SERVICE = "aws_ecs_service";
const ALARM = "aws_cloudwatch_metric_alarm";
const TARGETS = "aws_lb_target_group";
const SCHEDULE = "aws_appautoscaling_scheduled_action";

const watched = (props: Partial<EcsServiceProps> = {}) =>
  synth((stack) => {
    const alarmTopic = AlarmTopic.fromName(stack, "Alarms", { topicName: "alarms" });
    behindBalancer(stack, { alarmTopic, ...props });
  });

const scaled = (scaling: Partial<ScalingProps>) =>
  fronted({ scaling: { minCount: 2, maxCount: 6, ...scaling } });

/** The targets that scaling tries to keep. */
const targetsOf = (tf: Synthesised) =>
  tf.all("aws_appautoscaling_policy").map(({ name, target_tracking_scaling_policy_configuration }) => ({
    name,
    ...Object(target_tracking_scaling_policy_configuration),
  }));

const connected = (props: Partial<ServiceConnectProps> = {}) =>
  service({ serviceConnect: { namespaceArn: NAMESPACE, ...props } }).one(SERVICE)
    .service_connect_configuration;

const NAMESPACE = "arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-1";

const night: ScalingSchedule = { name: "night", schedule: "cron(0 20 * * ? *)", minCount: 1, maxCount: 3 };
const atNight = (schedule: Partial<ScalingSchedule> = {}) =>
  scaled({ schedules: [{ ...night, ...schedule }] });

const peer: ServicePeer = { securityGroupId: "sg-files", port: 2049, description: "Files of orders" };
const reaching = (props: Partial<ServicePeer> = {}) => service({ peers: [{ ...peer, ...props }] });

const OWN: Checks<Omit<EcsServiceProps, keyof TargetOptions>> = {
  serviceName: [
    "names service, security group, targets and alarms",
    () => {
      const tf = watched({ serviceName: "returns" });
      tf.one(SERVICE, { name: "returns" });
      tf.one("aws_security_group", { name: "returns" });
      tf.one(TARGETS, { name: expect.stringMatching(/^returns-[0-9a-f]{6}$/) });
      tf.one(ALARM, { alarm_name: "returns-errors" });
    },
  ],
  cluster: [
    "is where it runs",
    () => void service().one(SERVICE, { cluster: "arn:aws:ecs:eu-central-1:123456789012:cluster/shop" }),
  ],
  task: [
    "is what runs",
    () =>
      void service().one(SERVICE, {
        task_definition: expect.stringMatching(/^\$\{aws_ecs_task_definition\.Task_\w+\.arn}$/),
      }),
  ],
  vpcId: [
    "is where its security group is",
    () => void service().one("aws_security_group", { vpc_id: "vpc-1" }),
  ],
  subnetIds: [
    "are where its tasks are",
    () =>
      void service({ subnetIds: ["subnet-a", "subnet-b"] }).one(SERVICE, {
        network_configuration: { subnets: ["subnet-a", "subnet-b"] },
      }),
  ],
  serverGraceSeconds: [
    "is less than the task's stop time-out",
    () => {
      service({ serverGraceSeconds: 29 });
      expect(messageOf(() => service({ serverGraceSeconds: 30 }))).toMatch(
        /serverGraceSeconds must be .* below stopTimeoutSeconds/,
      );
    },
  ],
  slowestRequestSeconds: [
    "fits into what a stop leaves it: the drain, or the server's grace where there is none",
    () => {
      fronted({ slowestRequestSeconds: 30 });
      expect(messageOf(() => fronted({ slowestRequestSeconds: 31 }))).toMatch(
        /slowestRequestSeconds must be deregistrationDelaySeconds or less/,
      );
      expect(messageOf(() => service({ slowestRequestSeconds: 21 }))).toMatch(
        /slowestRequestSeconds must be serverGraceSeconds or less/,
      );
    },
  ],
  desiredCount: [
    "is two, unless told otherwise",
    () => {
      service().one(SERVICE, { desired_count: 2 });
      service({ desiredCount: 0 }).one(SERVICE, { desired_count: 0 });
    },
  ],
  spot: [
    "is none, part or all, and must leave the task its end",
    () => {
      const capacity = (props: Partial<EcsServiceProps>) =>
        service(props).one(SERVICE).capacity_provider_strategy;
      expect(capacity({})).toEqual([{ capacity_provider: "FARGATE", weight: 1 }]);
      expect(capacity({ spot: "only" })).toEqual([{ capacity_provider: "FARGATE_SPOT", weight: 1 }]);
      expect(capacity({ spot: "mixed" })).toEqual([
        { capacity_provider: "FARGATE", base: 1, weight: 1 },
        { capacity_provider: "FARGATE_SPOT", weight: 1 },
      ]);
      expect(messageOf(() => fronted({ spot: "mixed", deregistrationDelaySeconds: 91 }))).toMatch(
        /deregistrationDelaySeconds \+ stopTimeoutSeconds must be 120 or less on Spot/,
      );
    },
  ],
  steadyCount: [
    "keeps tasks off Spot",
    () =>
      void service({ spot: "mixed", steadyCount: 2 }).one(SERVICE, {
        capacity_provider_strategy: [
          { capacity_provider: "FARGATE", base: 2, weight: 1 },
          { capacity_provider: "FARGATE_SPOT", weight: 1 },
        ],
      }),
  ],
  spotWeight: [
    "is one for one, unless told otherwise",
    () =>
      void service({ spot: "mixed", spotWeight: 4 }).one(SERVICE, {
        capacity_provider_strategy: [
          { capacity_provider: "FARGATE", base: 1, weight: 1 },
          { capacity_provider: "FARGATE_SPOT", weight: 4 },
        ],
      }),
  ],
  peers: [
    "are none, unless told otherwise",
    () => {
      expect(service().all("aws_vpc_security_group_ingress_rule")).toEqual([]);
      reaching().one("aws_vpc_security_group_ingress_rule", { security_group_id: "sg-files" });
    },
  ],
  balancer: [
    "sends it requests",
    () => {
      expect(service().one(SERVICE)).not.toHaveProperty("load_balancer");
      fronted().one(SERVICE, {
        load_balancer: [
          {
            target_group_arn: expect.stringMatching(/^\$\{aws_lb_target_group\.Service_Targets_\w+\.arn}$/),
            container_name: "app",
            container_port: 8080,
          },
        ],
      });
    },
  ],
  healthPath: [
    "is what the balancer asks",
    () => void fronted({ healthPath: "/ready" }).one(TARGETS, { health_check: { path: "/ready" } }),
  ],
  healthGraceSeconds: [
    "is a minute, unless told otherwise, and none without a balancer",
    () => {
      expect(service().one(SERVICE)).not.toHaveProperty("health_check_grace_period_seconds");
      fronted().one(SERVICE, { health_check_grace_period_seconds: 60 });
      fronted({ healthGraceSeconds: 0 }).one(SERVICE, { health_check_grace_period_seconds: 0 });
    },
  ],
  minimumHealthyPercent: [
    "is all, unless told otherwise",
    () => {
      service().one(SERVICE, { deployment_minimum_healthy_percent: 100 });
      service({ minimumHealthyPercent: 50 }).one(SERVICE, { deployment_minimum_healthy_percent: 50 });
    },
  ],
  maximumPercent: [
    "is twice as many, unless told otherwise",
    () => {
      service().one(SERVICE, { deployment_maximum_percent: 200 });
      service({ maximumPercent: 150 }).one(SERVICE, { deployment_maximum_percent: 150 });
    },
  ],
  scaling: [
    "does not follow the load, unless told otherwise",
    () => {
      expect(service().all("aws_appautoscaling_target")).toEqual([]);
      scaled({ cpuPercent: 60 }).one("aws_appautoscaling_target");
    },
  ],
  serviceConnect: [
    "is in no namespace, unless told otherwise",
    () => {
      expect(service().one(SERVICE)).not.toHaveProperty("service_connect_configuration");
      expect(connected()).toMatchObject({ enabled: true });
    },
  ],
  alarmTopic: [
    "is told when something is wrong",
    () => {
      expect(fronted().all(ALARM)).toEqual([]);
      watched().one(ALARM, {
        ...{ alarm_name: "orders-errors", metric_name: "HTTPCode_Target_5XX_Count" },
        ...{ namespace: "AWS/ApplicationELB", statistic: "Sum" },
        alarm_actions: ["arn:aws:sns:eu-central-1:123456789012:alarms"],
      });
    },
  ],
  errorAlarmCount: [
    "is five, unless told otherwise",
    () => {
      watched().one(ALARM, { alarm_name: "orders-errors", threshold: 5 });
      const tf = watched({ errorAlarmCount: 0 });
      for (const name of ["errors", "unanswered"]) {
        tf.one(ALARM, { alarm_name: `orders-${name}`, threshold: 0 });
      }
    },
  ],
  responseAlarmSeconds: [
    "is two for ninety-nine of a hundred, unless told otherwise",
    () => {
      watched().one(ALARM, {
        ...{ alarm_name: "orders-slow", metric_name: "TargetResponseTime", extended_statistic: "p99" },
        ...{ threshold: 2, period: 300, evaluation_periods: 3 },
        evaluate_low_sample_count_percentiles: "ignore",
      });
      watched({ responseAlarmSeconds: 0.5 }).one(ALARM, { alarm_name: "orders-slow", threshold: 0.5 });
    },
  ],
  cpuAlarmPercent: [
    "is 90 of the busiest task, unless told otherwise",
    () => {
      watched().one(ALARM, {
        ...{ alarm_name: "orders-cpu", namespace: "AWS/ECS", metric_name: "CPUUtilization" },
        ...{ statistic: "Maximum", threshold: 90, evaluation_periods: 3 },
        dimensions: { ClusterName: "shop", ServiceName: "orders" },
      });
      watched({ cpuAlarmPercent: 70 }).one(ALARM, { alarm_name: "orders-cpu", threshold: 70 });
    },
  ],
  memoryAlarmPercent: [
    "is 90 of the fullest task, unless told otherwise",
    () => {
      watched().one(ALARM, {
        ...{ alarm_name: "orders-memory", namespace: "AWS/ECS", metric_name: "MemoryUtilization" },
        ...{ statistic: "Maximum", threshold: 90 },
      });
      watched({ memoryAlarmPercent: 70 }).one(ALARM, { alarm_name: "orders-memory", threshold: 70 });
    },
  ],
  deploymentAlarms: [
    "roll a deployment back beside its own",
    () => {
      watched({ deploymentAlarms: ["sales"] }).one(SERVICE, {
        alarms: { alarm_names: ["orders-errors", "orders-unhealthy", "sales"], enable: true, rollback: true },
      });
      service({ deploymentAlarms: ["sales"] }).one(SERVICE, { alarms: { alarm_names: ["sales"] } });
    },
  ],
};

const SCALING: Checks<ScalingProps> = {
  minCount: [
    "is the least",
    () => void scaled({ minCount: 1, cpuPercent: 60 }).one("aws_appautoscaling_target", { min_capacity: 1 }),
  ],
  maxCount: [
    "is the most",
    () => void scaled({ maxCount: 9, cpuPercent: 60 }).one("aws_appautoscaling_target", { max_capacity: 9 }),
  ],
  cpuPercent: [
    "is the CPU that a task should use",
    () =>
      expect(targetsOf(scaled({ cpuPercent: 60 }))).toMatchObject([
        {
          ...{ name: "orders-cpu", target_value: 60 },
          predefined_metric_specification: { predefined_metric_type: "ECSServiceAverageCPUUtilization" },
        },
      ]),
  ],
  memoryPercent: [
    "is the memory that a task should use",
    () =>
      expect(targetsOf(scaled({ memoryPercent: 70 }))).toMatchObject([
        {
          ...{ name: "orders-memory", target_value: 70 },
          predefined_metric_specification: { predefined_metric_type: "ECSServiceAverageMemoryUtilization" },
        },
      ]),
  ],
  requestsPerTarget: [
    "is the requests that a task should get from its balancer",
    () =>
      expect(targetsOf(scaled({ requestsPerTarget: 600 }))).toMatchObject([
        {
          ...{ name: "orders-requests", target_value: 600 },
          predefined_metric_specification: {
            predefined_metric_type: "ALBRequestCountPerTarget",
            resource_label: expect.stringMatching(
              /^\$\{aws_lb\.Web_\w+\.arn_suffix}\/\$\{aws_lb_target_group\.Service_Targets_\w+\.arn_suffix}$/,
            ),
          },
        },
      ]),
  ],
  schedules: [
    "are none, unless told otherwise",
    () => {
      expect(scaled({ cpuPercent: 60 }).all(SCHEDULE)).toEqual([]);
      expect(scaled({ schedules: [night, { ...night, name: "day" }] }).all(SCHEDULE)).toHaveLength(2);
    },
  ],
};

const AT_TIMES: Checks<ScalingSchedule> = {
  name: ["is the last part of its name", () => void atNight().one(SCHEDULE, { name: "orders-night" })],
  schedule: ["says when", () => void atNight().one(SCHEDULE, { schedule: "cron(0 20 * * ? *)" })],
  timezone: [
    "is UTC, unless told otherwise",
    () => {
      atNight().one(SCHEDULE, { timezone: "UTC" });
      atNight({ timezone: "Europe/Berlin" }).one(SCHEDULE, { timezone: "Europe/Berlin" });
    },
  ],
  minCount: [
    "is the least from then on",
    () => void atNight().one(SCHEDULE, { scalable_target_action: { min_capacity: "1" } }),
  ],
  maxCount: [
    "is the most from then on",
    () => void atNight().one(SCHEDULE, { scalable_target_action: { max_capacity: "3" } }),
  ],
};

const CONNECT: Checks<ServiceConnectProps> = {
  namespaceArn: [
    "is where it finds others, its proxy logging where the task does",
    () =>
      expect(connected()).toEqual({
        enabled: true,
        namespace: NAMESPACE,
        log_configuration: {
          log_driver: "awslogs",
          options: expect.objectContaining({ "awslogs-group": "/ecs/orders" }),
        },
      }),
  ],
  dnsName: [
    "is how others find it",
    () =>
      expect(connected({ dnsName: "orders" })).toMatchObject({
        service: [
          { port_name: "app", discovery_name: "orders", client_alias: { dns_name: "orders", port: 8080 } },
        ],
      }),
  ],
  port: [
    "is that of the task, unless told otherwise",
    () =>
      expect(connected({ dnsName: "orders", port: 80 })).toMatchObject({
        service: [{ client_alias: { dns_name: "orders", port: 80 } }],
      }),
  ],
};

const PEER: Checks<ServicePeer> = {
  securityGroupId: [
    "is who is reached, and nobody else",
    () => {
      const tf = reaching();
      const own = expect.stringMatching(/^\$\{aws_security_group\.Service_SecurityGroup_\w+\.id}$/);
      tf.one("aws_vpc_security_group_egress_rule", {
        ...{ security_group_id: own, referenced_security_group_id: "sg-files" },
      });
      tf.one("aws_vpc_security_group_ingress_rule", {
        ...{ security_group_id: "sg-files", referenced_security_group_id: own },
      });
    },
  ],
  port: [
    "is the only one",
    () =>
      void reaching().one("aws_vpc_security_group_egress_rule", {
        ...{ referenced_security_group_id: "sg-files", from_port: 2049, to_port: 2049, ip_protocol: "tcp" },
      }),
  ],
  description: [
    "is beside both rules",
    () => {
      const tf = reaching();
      tf.one("aws_vpc_security_group_egress_rule", { description: "To Files of orders" });
      tf.one("aws_vpc_security_group_ingress_rule", { description: "From Service orders" });
    },
  ],
};

/** What a service says of its targets reaches them. */
const PASSED_ON: Checks<TargetOptions> = {
  hosts: ["are passed on", () => expectRule({ host_header: { values: ["a.example.com"] } })],
  paths: ["are passed on", () => expectRule({ path_pattern: { values: ["/a/*"] } })],
  priority: ["is passed on", () => void ruled().one("aws_lb_listener_rule", { priority: 10 })],
  openPaths: [
    "are passed on",
    () => rejectedByTargets({ openPaths: ["/open"] }, /openPaths must go with authenticate/),
  ],
  openPathsPriority: [
    "is passed on",
    () =>
      rejectedByTargets(
        { openPaths: ["/open"], openPathsPriority: 0 },
        /openPathsPriority must be a whole number of 1 to 50000, got 0/,
      ),
  ],
  healthIntervalSeconds: [
    "is passed on",
    () => void fronted({ healthIntervalSeconds: 20 }).one(TARGETS, { health_check: { interval: 20 } }),
  ],
  healthTimeoutSeconds: [
    "is passed on",
    () => void fronted({ healthTimeoutSeconds: 3 }).one(TARGETS, { health_check: { timeout: 3 } }),
  ],
  healthyCount: [
    "is passed on",
    () => void fronted({ healthyCount: 4 }).one(TARGETS, { health_check: { healthy_threshold: 4 } }),
  ],
  unhealthyCount: [
    "is passed on",
    () => void fronted({ unhealthyCount: 4 }).one(TARGETS, { health_check: { unhealthy_threshold: 4 } }),
  ],
  deregistrationDelaySeconds: [
    "is passed on",
    () => void fronted({ deregistrationDelaySeconds: 45 }).one(TARGETS, { deregistration_delay: "45" }),
  ],
  slowStartSeconds: [
    "is passed on",
    () => void fronted({ slowStartSeconds: 60, algorithm: "round_robin" }).one(TARGETS, { slow_start: 60 }),
  ],
  algorithm: [
    "is passed on",
    () =>
      void fronted({ algorithm: "round_robin" }).one(TARGETS, {
        load_balancing_algorithm_type: "round_robin",
      }),
  ],
};

const ruled = () => fronted({ hosts: ["a.example.com"], paths: ["/a/*"], priority: 10 });

function expectRule(condition: object): void {
  expect(ruled().one("aws_lb_listener_rule").condition).toContainEqual(condition);
}

function rejectedByTargets(props: Partial<EcsServiceProps>, message: RegExp): void {
  expect(messageOf(() => fronted(props))).toMatch(message);
}

const CHECKS: ChecksByGroup = {
  ScalingProps: SCALING,
  ScalingSchedule: AT_TIMES,
  ServiceConnectProps: CONNECT,
  ServicePeer: PEER,
  EcsServiceProps: OWN,
};

testOptions({ ...CHECKS, TargetOptions: PASSED_ON });

const SERVICE_FEATURES = featuresOf("modules/ecs-service/service/service-props.ts");

test("every option of a service is tested here", () => {
  const sorted = (names: readonly string[]) => [...names].sort();
  expect(
    SERVICE_FEATURES.map(({ name, features }) => [name, sorted(features.map((feature) => feature.name))]),
  ).toEqual(Object.entries(CHECKS).map(([group, checks]) => [group, sorted(Object.keys(checks))]));
});

/** The parts of a service, and who may be asked for what. */
const PARTS = [
  "task/ecs-cluster-reference",
  "task/ecs-cluster",
  "task/ecr-repository-reference",
  "task/ecr-repository",
  "task/task-props",
  "task/task-run",
  "task/scheduled-task-props",
  "balancer/balancer-props",
  "balancer/balancer-reference",
  "balancer/target-group-props",
  "balancer/authentication",
];
const PART_FEATURES = PARTS.flatMap((file) => featuresOf(`modules/ecs-service/${file}.ts`));

const TESTS = "__tests__/modules/ecs-service";
/** Of the two ways to log in. */
const FIXTURES = "__tests__/support/balancer.ts";

test.each(PART_FEATURES.map(({ name, features }) => [name, features] as const))(
  "every option of %s is named by a test of its part",
  (_name, features) => {
    const files = readdirSync(TESTS).filter((file) => file !== "options.test.ts");
    const paths = [...files.map((file) => join(TESTS, file)), FIXTURES];
    const text = paths.map((path) => readFileSync(path, "utf8")).join("\n");
    const named = (name: string) => new RegExp(`\\b${name}\\b`).test(text);
    expect(features.map(({ name }) => name).filter((name) => !named(name))).toEqual([]);
  },
);

testOptionTable("ecs-service", [...PART_FEATURES, ...SERVICE_FEATURES]);
