import * as z from "zod";
import { pattern, section, whole } from "./field-rules";

const days = (what: string) =>
  whole(1, 3650, "days").optional().describe(`Days that ${what}, 1 to 3650. Default for ever.`);

/** How long data is kept, per bucket and table. */
export const retention = z
  .strictObject(
    {
      oldVersionDays: days("a replaced or deleted version of an object is kept, in every bucket"),
      rawDays: days("a raw object is kept; its figures, rows and lake files stay"),
      rejectedDays: days("refused lines are kept"),
      queryResultDays: days("the result of a query over the lake is kept"),
      figuresDays: days("figures of a day, and what brought them, are kept"),
      rowsDays: days("a row of the database is kept, counted from its event"),
    },
    section,
  )
  .prefault({})
  .describe("How long data is kept, per bucket and table.");

const capacity = (what: string, least: number, fallback: number) => {
  const error = `must be ${least} to 256 capacity units in steps of 0.5`;
  return z
    .number({ error })
    .multipleOf(0.5, { error })
    .min(least, { error })
    .max(256, { error })
    .default(fallback)
    .describe(`${what} in Aurora capacity units of about 2 GiB, ${least} to 256. Default ${fallback}.`);
};

/**
 * The cluster that holds the rows. Ranges:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (backups).
 */
export const database = z
  .strictObject(
    {
      minCapacityUnits: capacity("Least capacity", 0.5, 0.5),
      maxCapacityUnits: capacity("Most capacity", 1, 4),
      instances: whole(1, 16, "instances")
        .default(1)
        .describe("Instances, each in a zone of its own as far as there are zones: 1 to 16. Default 1."),
      backupRetentionDays: whole(1, 35, "days").default(7).describe("Days of backups, 1 to 35. Default 7."),
    },
    section,
  )
  .refine(({ minCapacityUnits, maxCapacityUnits }) => minCapacityUnits <= maxCapacityUnits, {
    path: ["minCapacityUnits"],
    error: ({ input }) =>
      `must be maxCapacityUnits (${Object(input).maxCapacityUnits}) or less, got ${Object(input).minCapacityUnits}`,
    when: ({ value }) =>
      [Object(value).minCapacityUnits, Object(value).maxCapacityUnits].every(Number.isFinite),
  })
  .prefault({})
  .describe("The PostgreSQL cluster that holds the rows.");

/** The lake. The least limit: https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html */
export const lake = z
  .strictObject(
    {
      scanLimitGiB: whole(1, 7168, "GiB")
        .default(100)
        .describe("GiB that one query may read before it is ended, 1 to 7168. Default 100."),
      firstMonth: pattern(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, as 1990-01")
        .default("1990-01")
        .describe("Earliest month that queries see, as 1990-01. Default 1990-01."),
    },
    section,
  )
  .prefault({})
  .describe("The lake: all events as files, queried with SQL.");

const PRINCIPAL = /^(role|user)\/(?!\*$)[\w+=,.@/*-]+$/;
const principals = z
  .array(pattern(PRINCIPAL, "must be a role or user of the account, as role/web-collector"), {
    error: "must be a list",
  })
  .min(1, { error: "must name one or more" })
  .describe(
    "Roles and users of the account that may take the role, as role/web-collector; * stands for any characters.",
  );

/** Names by which roles are called: 16 characters, so that every role's name is short enough. */
const named = <Value extends z.ZodType>(value: Value, what: string) =>
  z.record(
    pattern(
      /^(?=.{1,16}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
      `must be the name of a ${what}: kebab-case, up to 16`,
    ),
    value,
    { error: "must be a map of settings" },
  );

/** Who writes raw objects. */
export const collectors = named(z.strictObject({ principals }, section), "collector")
  .default({})
  .describe("Collectors by name: each has a role that may write below events/<name>/, and nothing else.");

const STORES = ["figures", "rows", "lake", "rejected"] as const;
const store = z.enum(STORES, { error: `must be one of ${STORES.join(", ")}` });

/** Who reads stores. */
export const readers = named(
  z.strictObject(
    {
      principals,
      stores: z
        .array(store, { error: "must be a list" })
        .min(1, { error: "must name one or more" })
        .default([...STORES])
        .describe(
          "Stores that are read, each by a role of its own; rejected are the refused lines. Default figures, rows, lake and rejected.",
        ),
    },
    section,
  ),
  "reader",
)
  .default({})
  .describe("Readers by name: each has a role for each store that it reads.");

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Who hears of alarms. */
export const alarms = z
  .strictObject(
    {
      recipients: z
        .array(pattern(EMAIL, "must be an e-mail address"), { error: "must be a list" })
        .default([])
        .describe("E-mail addresses that are told; each must confirm once. Default none."),
      oldestMessageMinutes: whole(1, 1440, "minutes")
        .default(15)
        .describe("Age of the oldest waiting message that is an alarm, in minutes, 1 to 1440. Default 15."),
    },
    section,
  )
  .prefault({})
  .describe("Alarms of the pipeline.");
