import type { TerraformStack } from "cdktf";
import { AlarmTopic } from "../../../modules";
import { EcsCluster } from "../../../modules/ecs-service/task/ecs-cluster";
import { ScheduledTask } from "../../../modules/ecs-service/task/scheduled-task";
import type { ScheduledTaskProps } from "../../../modules/ecs-service/task/scheduled-task-props";
import { type Checks, testOptions } from "../../support/feature-table";
import { keyStatement, statementsOf, tlsStatement } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aPostgres } from "../../support/storage";
import { synth } from "../../support/synth";
import { aTask, mayDo } from "../../support/task";

const SCHEDULE = "aws_scheduler_schedule";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";
const DEAD = "arn:aws:sqs:eu-central-1:123456789012:nightly-dead";

const aSchedule = (stack: TerraformStack, props: Partial<ScheduledTaskProps> = {}) =>
  new ScheduledTask(stack, "Nightly", {
    scheduleName: "nightly",
    description: "Counts the day",
    task: props.task ?? aTask(stack),
    schedule: "cron(0 3 * * ? *)",
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2"],
    keyAlias: "alias/orders",
    keyArn: KEY,
    ...props,
  });

const nightly = (props: Partial<ScheduledTaskProps> = {}) => synth((stack) => aSchedule(stack, props));

const targetOf = (props: Partial<ScheduledTaskProps> = {}) => nightly(props).one(SCHEDULE).target;

const OPTIONS: Checks<ScheduledTaskProps> = {
  scheduleName: [
    "names schedule, group, role, security group and queue",
    () => {
      const tf = nightly({ scheduleName: "hourly" });
      tf.one(SCHEDULE, {
        name: "hourly",
        group_name: expect.stringMatching(/^\$\{aws_scheduler_schedule_group\.Nightly_Group_\w+\.name}$/),
      });
      tf.one("aws_scheduler_schedule_group", { name: "hourly" });
      tf.one("aws_iam_role", { name: "hourly" });
      tf.one("aws_security_group", { name: "hourly" });
      tf.one("aws_sqs_queue", { name: "hourly-dead" });
    },
  ],
  description: ["is the schedule's", () => void nightly().one(SCHEDULE, { description: "Counts the day" })],
  task: [
    "runs once on Fargate in its cluster, with its tags",
    () =>
      expect(targetOf()).toMatchObject({
        arn: "arn:aws:ecs:eu-central-1:123456789012:cluster/shop",
        ecs_parameters: {
          task_definition_arn: expect.stringMatching(/^\$\{aws_ecs_task_definition\.Task_\w+\.arn}$/),
          task_count: 1,
          launch_type: "FARGATE",
          propagate_tags: "TASK_DEFINITION",
          enable_ecs_managed_tags: true,
        },
      }),
  ],
  schedule: [
    "is when",
    () =>
      void nightly({ schedule: "rate(5 minutes)" }).one(SCHEDULE, { schedule_expression: "rate(5 minutes)" }),
  ],
  vpcId: [
    "is where its security group is",
    () => void nightly().one("aws_security_group", { vpc_id: "vpc-1" }),
  ],
  subnetIds: [
    "are where the task is, behind a security group of the schedule's own and without a public address",
    () =>
      expect(targetOf()).toMatchObject({
        ecs_parameters: {
          network_configuration: {
            subnets: ["subnet-1", "subnet-2"],
            security_groups: [
              expect.stringMatching(/^\$\{aws_security_group\.Nightly_SecurityGroup_\w+\.id}$/),
            ],
            assign_public_ip: false,
          },
        },
      }),
  ],
  keyAlias: [
    "encrypts the queue",
    () => void nightly().one("aws_sqs_queue", { kms_master_key_id: "alias/orders" }),
  ],
  keyArn: ["encrypts the schedule", () => void nightly().one(SCHEDULE, { kms_key_arn: KEY })],
  timezone: [
    "is UTC, unless told otherwise",
    () => {
      nightly().one(SCHEDULE, { schedule_expression_timezone: "UTC" });
      nightly({ timezone: "Europe/Berlin" }).one(SCHEDULE, { schedule_expression_timezone: "Europe/Berlin" });
    },
  ],
  command: [
    "is the task's, unless told otherwise",
    () => {
      expect(targetOf()).not.toHaveProperty("input");
      expect(targetOf({ command: ["count", "--all"] })).toMatchObject({
        input: JSON.stringify({ containerOverrides: [{ name: "app", command: ["count", "--all"] }] }),
      });
    },
  ],
  enabled: [
    "is so, unless told otherwise",
    () => {
      nightly().one(SCHEDULE, { state: "ENABLED" });
      nightly({ enabled: false }).one(SCHEDULE, { state: "DISABLED" });
    },
  ],
  maximumRetries: [
    "is 2, unless told otherwise",
    () => {
      expect(targetOf()).toMatchObject({ retry_policy: { maximum_retry_attempts: 2 } });
      expect(targetOf({ maximumRetries: 0 })).toMatchObject({ retry_policy: { maximum_retry_attempts: 0 } });
    },
  ],
  maximumAgeSeconds: [
    "is an hour, unless told otherwise",
    () => {
      expect(targetOf()).toMatchObject({ retry_policy: { maximum_event_age_in_seconds: 3_600 } });
      expect(targetOf({ maximumAgeSeconds: 60 })).toMatchObject({
        retry_policy: { maximum_event_age_in_seconds: 60 },
      });
    },
  ],
  deadLetterRetentionDays: [
    "is 14, unless told otherwise",
    () => {
      nightly().one("aws_sqs_queue", { message_retention_seconds: 1_209_600 });
      nightly({ deadLetterRetentionDays: 1 }).one("aws_sqs_queue", { message_retention_seconds: 86_400 });
    },
  ],
  alarmTopic: [
    "is told of every start that failed",
    () => {
      expect(nightly().all("aws_cloudwatch_metric_alarm")).toEqual([]);
      const tf = synth((stack) => {
        aSchedule(stack, { alarmTopic: AlarmTopic.fromName(stack, "Alarms", { topicName: "alarms" }) });
      });
      tf.one("aws_cloudwatch_metric_alarm", {
        alarm_name: "nightly-dead-letters",
        dimensions: { QueueName: "nightly-dead" },
        threshold: 0,
        alarm_actions: ["arn:aws:sns:eu-central-1:123456789012:alarms"],
      });
    },
  ],
};

testOptions({ ScheduledTaskProps: OPTIONS });

test("keeps what it could not start, over TLS alone", () => {
  const tf = nightly();
  expect(tf.one(SCHEDULE).target).toMatchObject({ dead_letter_config: { arn: DEAD } });
  expect(statementsOf(tf.one("aws_sqs_queue").policy)).toEqual([tlsStatement("sqs:*", DEAD)]);
});

test("is started by a role that EventBridge Scheduler takes for this schedule's group alone", () => {
  const { assume_role_policy } = nightly().one("aws_iam_role", { name: "nightly" });
  expect(statementsOf(assume_role_policy)).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/nightly" },
      },
    },
  ]);
});

test("may run the task, read its own schedule and send into its queue, and nothing else", () => {
  const [run, tag, pass, ...others] = mayDo(nightly(), "nightly");
  expect([run, tag, pass].map((statement) => statement?.Action)).toEqual([
    "ecs:RunTask",
    "ecs:TagResource",
    "iam:PassRole",
  ]);
  expect(others).toEqual([
    keyStatement("scheduler", "kms:Decrypt"),
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: DEAD },
    keyStatement("sqs", "kms:GenerateDataKey", "kms:Decrypt"),
  ]);
});

test("comes after its queue, its role and what the task needs", () => {
  expect(nightly().one(SCHEDULE).depends_on).toEqual([
    expect.stringMatching(/^aws_sqs_queue\.Nightly_DeadLetterQueue_/),
    expect.stringMatching(/^aws_iam_role\.Nightly_SchedulerRole_/),
    expect.stringMatching(/^aws_iam_role_policy\.Nightly_SchedulerRole_Access_/),
    expect.stringMatching(/^aws_cloudwatch_log_group\.Task_LogGroup_/),
    expect.stringMatching(/^aws_iam_role\.Task_Role_/),
    expect.stringMatching(/^aws_iam_role\.Task_ExecutionRole_/),
    expect.stringMatching(/^aws_iam_role_policy\.Task_ExecutionRole_Access_/),
  ]);
});

test("comes after a cluster of its own stack, and the capacity that it offers", () => {
  const tf = synth((stack) => {
    const cluster = new EcsCluster(stack, "Shop", {
      clusterName: "shop",
      keyAlias: "alias/orders",
      keyArn: KEY,
    });
    aSchedule(stack, { task: aTask(stack, { cluster }) });
  });
  expect(tf.one(SCHEDULE).depends_on).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^aws_ecs_cluster\.Shop_/),
      expect.stringMatching(/^aws_ecs_cluster_capacity_providers\.Shop_Capacity_/),
    ]),
  );
});

test("starts when it says, not about then", () => {
  nightly().one(SCHEDULE, { flexible_time_window: { mode: "OFF" } });
});

test("is a client of a database, by the task's role and its own security group", () => {
  const tf = synth((stack) => aPostgres(stack).grantConnect(aSchedule(stack), "shop_dev_reader"));
  expect(mayDo(tf, "orders")).toEqual([
    {
      Effect: "Allow",
      Action: "rds-db:connect",
      Resource: "arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-*/shop_dev_reader",
    },
  ]);
  tf.one("aws_vpc_security_group_egress_rule", {
    from_port: 5432,
    security_group_id: expect.stringMatching(/^\$\{aws_security_group\.Nightly_SecurityGroup_\w+\.id}$/),
  });
});

test.each(["rate(1 minute)", "rate(12 hours)", "cron(15 10 ? * 6L 2024-2027)"])("admits %s", (schedule) => {
  nightly({ schedule }).one(SCHEDULE, { schedule_expression: schedule });
});

test.each([
  ["", "nothing"],
  ["rate(0 hours)", "rate(0 hours)"],
  ["rate(5 weeks)", "rate(5 weeks)"],
  ["0 3 * * *", "0 3 * * *"],
  ["cron(0 3 * * *)", "cron(0 3 * * *)"],
])("rejects the schedule '%s'", (schedule, got) => {
  expect(messageOf(() => nightly({ schedule }))).toBe(
    `Test/Nightly: schedule must be rate(<value> <unit>) or cron(<six fields>), got ${got}`,
  );
});

test("rejects all mistakes at once", () => {
  const make = () =>
    nightly({
      scheduleName: "",
      timezone: "",
      command: [],
      subnetIds: [],
      maximumRetries: 186,
      maximumAgeSeconds: 59,
      deadLetterRetentionDays: 15,
    });
  expect(messageOf(make).split("\n")).toEqual([
    "Test/Nightly: scheduleName must be 1 to 59 letters, digits, - or _, got nothing",
    "Test/Nightly: timezone must be a name of the time zone database, got nothing",
    "Test/Nightly: command must hold at least a program, got none",
    "Test/Nightly: subnetIds must hold at least one, got none",
    "Test/Nightly: maximumRetries must be a whole number of 0 to 185, got 186",
    "Test/Nightly: maximumAgeSeconds must be a whole number of 60 to 86400, got 59",
    "Test/Nightly: deadLetterRetentionDays must be a whole number of 1 to 14, got 15",
  ]);
});
