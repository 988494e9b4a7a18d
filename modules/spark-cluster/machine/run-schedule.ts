import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { denyWithoutTls, policyJson, Role } from "../../iam";
import { arnOf } from "../../shared";
import { grantKey } from "../../storage";
import { RUN_DEFAULTS } from "./run-rules";

/** Starts that are tried again when Step Functions takes none, within an hour; AWS's own are 185, over a day. */
const RETRIES = { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3_600 } as const;
const RETENTION_SECONDS = 1_209_600;

interface RunScheduleProps {
  readonly sparkName: string;
  readonly machineArn: string;
  readonly machine: ITerraformDependable;
  readonly schedule: string;
  readonly timezone: string | undefined;
  readonly enabled: boolean | undefined;
  readonly keyAlias: string;
  readonly keyArn: string;
}

/** Starts the state machine at its times, at least once each, and keeps what it could not start. */
export class RunSchedule extends Construct {
  readonly deadLetterQueueName: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RunScheduleProps,
  ) {
    super(scope, id);
    this.deadLetterQueueName = `${props.sparkName}-dead`;
    const queueArn = arnOf(this, "sqs", this.deadLetterQueueName);
    const dead = new SqsQueue(this, "DeadLetterQueue", {
      name: this.deadLetterQueueName,
      kmsMasterKeyId: props.keyAlias,
      messageRetentionSeconds: RETENTION_SECONDS,
      policy: policyJson([denyWithoutTls("sqs", [queueArn])]),
    });
    this.createSchedule(this.createRole(queueArn), queueArn, dead);
  }

  /**
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
   */
  private createRole(queueArn: string): Role {
    const { sparkName, machineArn, keyAlias } = this.props;
    const role = new Role(this, "Role", {
      roleName: `${sparkName}-schedule`,
      description: `Starts the jobs of ${sparkName} at their times`,
      service: "scheduler.amazonaws.com",
      sourceArn: arnOf(this, "scheduler", `schedule-group/${sparkName}`),
    });
    role.allow({ actions: ["states:StartExecution"], resources: [machineArn] });
    role.allow({ actions: ["sqs:SendMessage"], resources: [queueArn] });
    grantKey(this, role, keyAlias, "scheduler", ["kms:Decrypt"]);
    grantKey(this, role, keyAlias, "sqs", ["kms:GenerateDataKey", "kms:Decrypt"]);
    return role;
  }

  private createSchedule(role: Role, queueArn: string, dead: SqsQueue): void {
    const { sparkName, machineArn, machine, schedule, keyArn } = this.props;
    const { timezone = RUN_DEFAULTS.timezone, enabled = RUN_DEFAULTS.enabled } = this.props;
    const group = new SchedulerScheduleGroup(this, "Group", { name: sparkName });
    new SchedulerSchedule(this, "Resource", {
      name: sparkName,
      groupName: group.name,
      description: `Runs all jobs of ${sparkName}`,
      scheduleExpression: schedule,
      scheduleExpressionTimezone: timezone,
      state: enabled ? "ENABLED" : "DISABLED",
      kmsKeyArn: keyArn,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: machineArn,
        roleArn: role.resource.arn,
        input: "{}",
        retryPolicy: RETRIES,
        deadLetterConfig: { arn: queueArn },
      },
      dependsOn: [machine, dead, ...role.ready],
    });
  }
}
