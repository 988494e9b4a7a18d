import type { AlarmTopicReference } from "../../alarms";
import type { FargateTask } from "./fargate-task";

export interface ScheduledTaskProps {
  /** Name of the schedule, its group, its role and its security group, up to 59 characters; what fails goes to the queue `<scheduleName>-dead`. */
  readonly scheduleName: string;
  /** What is done and when, shown in the console. */
  readonly description: string;
  /** What runs, in the task's own cluster. It must be safe to run twice: a schedule comes at least once. */
  readonly task: FargateTask;
  /** `rate(<value> <unit>)` or `cron(<minutes> <hours> <day of month> <month> <day of week> <year>)`. */
  readonly schedule: string;
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Ids of the private subnets that the task may be in. */
  readonly subnetIds: string[];
  /** Alias of the key that encrypts schedule and queue, for policies. */
  readonly keyAlias: string;
  /** ARN of that key: a schedule takes no alias. */
  readonly keyArn: string;
  /** Time zone that the schedule is in, such as `Europe/Berlin`. @default "UTC" */
  readonly timezone?: string;
  /** Program and arguments in place of the main container's. @default those of the task */
  readonly command?: readonly string[];
  /** Whether it runs at all. @default true */
  readonly enabled?: boolean;
  /** Starts that are tried again when ECS takes none, 0 to 185; a task that has started and fails is not. @default 2 */
  readonly maximumRetries?: number;
  /** Seconds in which they are tried, 60 to 86,400. @default 3600 */
  readonly maximumAgeSeconds?: number;
  /** Days that a start that failed waits in the queue, 1 to 14. @default 14 */
  readonly deadLetterRetentionDays?: number;
  /** Where it is told that a start failed. @default no alarm */
  readonly alarmTopic?: AlarmTopicReference | undefined;
}
