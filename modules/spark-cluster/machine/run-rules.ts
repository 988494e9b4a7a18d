import { Token } from "cdktf";
import type { SparkRunProps } from "./run-props";

export const RUN_DEFAULTS = {
  timezone: "UTC",
  enabled: true,
  logExecutionData: false,
  logRetentionDays: 30,
} as const;

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const SCHEDULE = /^(rate\([1-9]\d* (minute|hour|day)s?\)|cron\(\S+( \S+){5}\))$/;

/** What is wrong with the props that all engines share. */
export function runMistakes(props: SparkRunProps): string[] {
  const { sparkName, subnetIds, schedule, timezone = RUN_DEFAULTS.timezone } = props;
  return [
    // Behind it come the names of jobs, in names of roles.
    ...(/^[a-zA-Z][\w-]{0,39}$/.test(sparkName)
      ? []
      : [`sparkName must be a letter and up to 39 letters, digits, - or _, got ${sparkName || "nothing"}`]),
    ...(Token.isUnresolved(subnetIds) || subnetIds.length > 0
      ? []
      : ["subnetIds must hold at least one, got none"]),
    ...(schedule === undefined || SCHEDULE.test(schedule)
      ? []
      : [`schedule must be rate(<value> <unit>) or cron(<six fields>), got ${schedule || "nothing"}`]),
    ...(/^[A-Za-z0-9_+/-]+$/.test(timezone)
      ? []
      : [`timezone must be a name of the time zone database, got ${timezone || "nothing"}`]),
  ];
}
