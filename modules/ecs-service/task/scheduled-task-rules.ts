import { Token } from "cdktf";
import { within } from "./container-rules";
import type { ScheduledTaskProps } from "./scheduled-task-props";

export const SCHEDULE_DEFAULTS = {
  timezone: "UTC",
  enabled: true,
  maximumRetries: 2,
  maximumAgeSeconds: 3_600,
  deadLetterRetentionDays: 14,
} as const;

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const SCHEDULE = /^(rate\([1-9]\d* (minute|hour|day)s?\)|cron\(\S+( \S+){5}\))$/;

/**
 * What is wrong with a schedule.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
 */
export function scheduleMistakes(props: ScheduledTaskProps): string[] {
  const {
    scheduleName,
    schedule,
    subnetIds,
    command,
    timezone = SCHEDULE_DEFAULTS.timezone,
    maximumRetries = SCHEDULE_DEFAULTS.maximumRetries,
    maximumAgeSeconds = SCHEDULE_DEFAULTS.maximumAgeSeconds,
    deadLetterRetentionDays = SCHEDULE_DEFAULTS.deadLetterRetentionDays,
  } = props;
  const rules: [name: string, value: number, least: number, most: number][] = [
    ["maximumRetries", maximumRetries, 0, 185],
    ["maximumAgeSeconds", maximumAgeSeconds, 60, 86_400],
    ["deadLetterRetentionDays", deadLetterRetentionDays, 1, 14],
  ];
  return [
    // Names of queues have fewer signs than those of schedules, and -dead comes behind.
    ...(/^[A-Za-z0-9_-]{1,59}$/.test(scheduleName)
      ? []
      : [`scheduleName must be 1 to 59 letters, digits, - or _, got ${scheduleName || "nothing"}`]),
    ...(SCHEDULE.test(schedule)
      ? []
      : [`schedule must be rate(<value> <unit>) or cron(<six fields>), got ${schedule || "nothing"}`]),
    ...(/^[A-Za-z0-9_+/-]+$/.test(timezone)
      ? []
      : [`timezone must be a name of the time zone database, got ${timezone || "nothing"}`]),
    ...(command?.length === 0 ? ["command must hold at least a program, got none"] : []),
    ...(!Token.isUnresolved(subnetIds) && subnetIds.length === 0
      ? ["subnetIds must hold at least one, got none"]
      : []),
    ...rules
      .filter(([, value, least, most]) => !within(value, least, most))
      .map(
        ([name, value, least, most]) => `${name} must be a whole number of ${least} to ${most}, got ${value}`,
      ),
  ];
}
