import type { AlarmTopicReference } from "../../alarms";
import type { BucketReference } from "../../storage";

export interface SparkRunProps {
  /** Name in AWS, up to 40 characters, and first word of what goes with it: roles, state machine, table of the lock. */
  readonly sparkName: string;
  /** What the jobs are for, shown in the console. */
  readonly description: string;
  /** Bucket that the jobs' files go to, below `<sparkName>/jobs/`. */
  readonly artefacts: BucketReference;
  /** Bucket that logs go to, below `<sparkName>/logs/`. */
  readonly logs: BucketReference;
  /** Alias of the key that encrypts all of it, for policies. */
  readonly keyAlias: string;
  /** ARN of that key: disks, table and schedule take no alias. */
  readonly keyArn: string;
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Ids of private subnets; instance groups take exactly one. */
  readonly subnetIds: string[];
  /**
   * When all jobs run: `rate(<value> <unit>)` or `cron(<minutes> <hours> <day of month> <month> <day of week> <year>)`.
   * @default by hand
   */
  readonly schedule?: string;
  /** Time zone that the schedule is in, such as `Europe/Berlin`. @default "UTC" */
  readonly timezone?: string;
  /** Whether the schedule runs. @default true */
  readonly enabled?: boolean;
  /** Sends a trace of every execution to X-Ray; say `false` to turn it off again. @default false */
  readonly tracing?: boolean;
  /**
   * Logs what goes into states and comes out of them as well, arguments included; without it, which state failed and why.
   * @default false
   */
  readonly logExecutionData?: boolean;
  /** Days that a log line of the machine is kept: one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /** Where it is told that an execution failed, was stopped, or could not be started. @default no alarms */
  readonly alarmTopic?: AlarmTopicReference | undefined;
}
