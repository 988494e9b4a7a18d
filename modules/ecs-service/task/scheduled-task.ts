import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import { type AlarmTopicReference, MetricAlarm } from "../../alarms";
import { denyWithoutTls, policyJson, Role } from "../../iam";
import { arnOf, ModuleError } from "../../shared";
import { grantKey } from "../../storage";
import { ServiceSecurityGroup } from "../service/service-security-group";
import type { ScheduledTaskProps } from "./scheduled-task-props";
import { SCHEDULE_DEFAULTS, scheduleMistakes } from "./scheduled-task-rules";
import { overrides } from "./task-run";

const DAY = 86_400;

/** Runs a task at its times, and keeps what could not be started. */
export class ScheduledTask extends Construct {
  /** The task's own: grant it what the containers do. */
  readonly role: Role;
  /** Of the security group that the task runs behind; no other run of the task has it. */
  readonly securityGroupId: string;
  readonly deadLetterQueueName: string;
  /** Literal. */
  readonly deadLetterQueueArn: string;
  readonly resource: SchedulerSchedule;

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ScheduledTaskProps,
  ) {
    super(scope, id);
    const mistakes = scheduleMistakes(props);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    const { scheduleName, task, vpcId, alarmTopic } = props;
    this.role = task.role;
    this.deadLetterQueueName = `${scheduleName}-dead`;
    this.deadLetterQueueArn = arnOf(this, "sqs", this.deadLetterQueueName);
    const group = new ServiceSecurityGroup(this, "SecurityGroup", { serviceName: scheduleName, vpcId });
    this.securityGroupId = group.resource.id;
    const dead = this.createDeadLetterQueue();
    const scheduler = this.createSchedulerRole();
    this.resource = this.createSchedule(scheduler, dead);
    if (alarmTopic) this.createAlarm(alarmTopic);
  }

  private createDeadLetterQueue(): SqsQueue {
    const { keyAlias, deadLetterRetentionDays = SCHEDULE_DEFAULTS.deadLetterRetentionDays } = this.props;
    return new SqsQueue(this, "DeadLetterQueue", {
      name: this.deadLetterQueueName,
      kmsMasterKeyId: keyAlias,
      messageRetentionSeconds: deadLetterRetentionDays * DAY,
      policy: policyJson([denyWithoutTls("sqs", [this.deadLetterQueueArn])]),
    });
  }

  /**
   * What EventBridge Scheduler takes to start the task, and to keep what it could not start.
   *
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
   */
  private createSchedulerRole(): Role {
    const { scheduleName, task, keyAlias } = this.props;
    const role = new Role(this, "SchedulerRole", {
      roleName: scheduleName,
      description: `Starts ${task.taskName} at its times`,
      service: "scheduler.amazonaws.com",
      sourceArn: arnOf(this, "scheduler", `schedule-group/${scheduleName}`),
    });
    task.grantRun(role);
    grantKey(this, role, keyAlias, "scheduler", ["kms:Decrypt"]);
    role.allow({ actions: ["sqs:SendMessage"], resources: [this.deadLetterQueueArn] });
    grantKey(this, role, keyAlias, "sqs", ["kms:GenerateDataKey", "kms:Decrypt"]);
    return role;
  }

  private createSchedule(scheduler: Role, dead: SqsQueue): SchedulerSchedule {
    const {
      scheduleName,
      description,
      task,
      subnetIds,
      command,
      timezone = SCHEDULE_DEFAULTS.timezone,
      enabled = SCHEDULE_DEFAULTS.enabled,
      maximumRetries = SCHEDULE_DEFAULTS.maximumRetries,
      maximumAgeSeconds = SCHEDULE_DEFAULTS.maximumAgeSeconds,
    } = this.props;
    const group = new SchedulerScheduleGroup(this, "Group", { name: scheduleName });
    return new SchedulerSchedule(this, "Resource", {
      name: scheduleName,
      groupName: group.name,
      description,
      scheduleExpression: this.props.schedule,
      scheduleExpressionTimezone: timezone,
      state: enabled ? "ENABLED" : "DISABLED",
      kmsKeyArn: this.props.keyArn,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: task.cluster.clusterArn,
        roleArn: scheduler.resource.arn,
        ...(command ? { input: overrides(command) } : {}),
        ecsParameters: {
          taskDefinitionArn: task.resource.arn,
          taskCount: 1,
          launchType: "FARGATE",
          propagateTags: "TASK_DEFINITION",
          enableEcsManagedTags: true,
          networkConfiguration: {
            subnets: subnetIds,
            securityGroups: [this.securityGroupId],
            assignPublicIp: false,
          },
        },
        retryPolicy: { maximumRetryAttempts: maximumRetries, maximumEventAgeInSeconds: maximumAgeSeconds },
        deadLetterConfig: { arn: this.deadLetterQueueArn },
      },
      // Literal ARNs hide the order: without its role the schedule is refused.
      dependsOn: [dead, ...scheduler.ready, ...task.ready, ...task.cluster.ready],
    });
  }

  private createAlarm(topic: AlarmTopicReference): void {
    const { scheduleName, task } = this.props;
    new MetricAlarm(this, "DeadLettersAlarm", {
      alarmName: `${this.deadLetterQueueName}-letters`,
      description: `${scheduleName} could not start ${task.taskName}: read why in ${this.deadLetterQueueName}, correct it, then run the task once by hand.`,
      topic,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: this.deadLetterQueueName },
      statistic: "Maximum",
      threshold: 0,
    });
  }
}
