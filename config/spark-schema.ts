import * as z from "zod";
import { flag, logRetentionDays, pattern, section, whole } from "./field-rules";

const SCHEDULE = "must be rate(<value> <unit>) or cron(<six fields>), as cron(0 3 * * ? *)";

/**
 * The Spark jobs, on a cluster of EMR that is there while they run. Without this section there are none.
 *
 * Schedules: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const spark = z
  .strictObject(
    {
      schedule: pattern(/^(rate\(\d+ \w+\)|cron\(\S+( \S+){5}\))$/, SCHEDULE)
        .optional()
        .describe("When all jobs but those of people run, as cron(0 3 * * ? *). Default by hand."),
      timezone: pattern(/^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$/, "must be a time zone, as Europe/Berlin")
        .default("UTC")
        .describe("Time zone that the schedule is in, as Europe/Berlin. Default UTC."),
      enabled: flag().default(true).describe("Whether the schedule runs. Default true."),
      instanceTypes: z
        .array(pattern(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, "must be a type of instance, as m7g.xlarge"), {
          error: "must be a list",
        })
        .min(1, { error: "must name one type or more" })
        .max(30, { error: "must name 30 types or fewer" })
        .default(["m7g.xlarge", "m6g.xlarge"])
        .describe(
          "Types of instances that EMR chooses from, 1 to 30, all of one processor. Default m7g.xlarge and m6g.xlarge.",
        ),
      workers: whole(1, 100, "nodes")
        .default(1)
        .describe("Nodes that work, beside the one that leads: 1 to 100. Default 1."),
      spotWorkers: whole(0, 100, "nodes")
        .default(0)
        .describe("Nodes on Spot that work as well, which AWS may take back: 0 to 100. Default 0."),
      jobTimeoutMinutes: whole(1, 10_080, "minutes")
        .default(120)
        .describe("Minutes after which a job has failed, 1 to 10080. Default 120."),
      logRetentionDays: logRetentionDays("Days that logs of jobs, and lists of visitors to erase, are kept"),
    },
    section,
  )
  .optional()
  .describe("The Spark jobs, on a cluster of EMR that is there while they run. Default: there are none.");
