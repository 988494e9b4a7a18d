import { existsSync } from "node:fs";
import type { SparkJobProps } from "./job-props";

export const JOB_DEFAULTS = {
  retries: 0,
  timeoutSeconds: 7_200,
  onFailure: "stop",
  onDemand: false,
} as const;

/** A step of EMR takes no more of them. @see https://docs.aws.amazon.com/emr/latest/APIReference/API_AddJobFlowSteps.html */
const MOST_JOBS = 256;

/** What is wrong with a job that joins `others`. */
export function jobMistakes(jobName: string, props: SparkJobProps, others: readonly string[]): string[] {
  const { entryFile, pyFiles, retries = JOB_DEFAULTS.retries } = props;
  const { timeoutSeconds = JOB_DEFAULTS.timeoutSeconds, configuration = {}, startTimeOption } = props;
  return [
    // Behind the name of the cluster it is that of a role, which has 64 characters.
    ...(/^[a-z][a-z0-9-]{0,22}$/.test(jobName)
      ? []
      : [`jobName must be a letter and up to 22 small letters, digits or -, got ${jobName || "nothing"}`]),
    ...(others.includes(jobName) ? [`jobName must be unlike that of any other job, got ${jobName}`] : []),
    ...(RESERVED.includes(jobName) ? [`jobName must be none of ${RESERVED.join(", ")}, got ${jobName}`] : []),
    ...(others.length < MOST_JOBS ? [] : [`jobs must be ${MOST_JOBS} or less, got one more`]),
    ...(entryFile.endsWith(".py") && existsSync(entryFile)
      ? []
      : [`entryFile must be a .py file that is there, got ${entryFile || "nothing"}`]),
    ...(pyFiles === undefined || existsSync(pyFiles.path)
      ? []
      : [`pyFiles must be a file that is there, got ${pyFiles.path}`]),
    ...within("retries", retries, 0, 10),
    ...within("timeoutSeconds", timeoutSeconds, 60, 604_800),
    ...(startTimeOption === undefined || /^--[a-z][a-z0-9-]*$/.test(startTimeOption)
      ? []
      : [`startTimeOption must be an option such as --at, got ${startTimeOption || "nothing"}`]),
    ...Object.keys(configuration)
      .filter((name) => !name.startsWith("spark."))
      .map((name) => `configuration must hold names that begin with spark., got ${name}`),
  ];
}

/** The module's own roles are called so. */
const RESERVED: readonly string[] = ["instance", "machine", "schedule", "service"];

/** That a value is a whole number in its bounds, or the sentence that says it is not. */
export function within(name: string, value: number, least: number, most: number): string[] {
  return Number.isInteger(value) && value >= least && value <= most
    ? []
    : [`${name} must be a whole number of ${least} to ${most}, got ${value}`];
}
