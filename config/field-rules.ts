import * as z from "zod";

/** A whole number of `unit`, between two bounds that it admits. */
export const whole = (min: number, max: number, unit: string) => {
  const error = `must be a whole number of ${min} to ${max} ${unit}`;
  // not z.int(): its issue ends the checks of the map around it, and a mistake beside it would go unsaid
  return z.number({ error }).multipleOf(1, { error }).min(min, { error }).max(max, { error });
};

/** An object's error: ours for what is no map, zod's for an unknown key (told apart by its code). */
export const section = {
  error: ({ code }: { readonly code?: string }) =>
    code === "invalid_type" ? "must be a map of settings" : undefined,
};

/** True or false; `yes` and `no` are text in YAML 1.2. */
export const flag = () => z.boolean({ error: "must be true or false" });

/** Text of a form; `error` says it in words. */
export const pattern = (regex: RegExp, error: string) => z.string({ error }).regex(regex, { error });

/**
 * The values that CloudWatch Logs accepts as days of retention.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Days of retention of a log group; `what` begins the description. @default 30 */
export const logRetentionDays = (what: string) =>
  z
    .literal(RETENTION_DAYS, {
      error: `must be one of the days that AWS keeps logs: ${RETENTION_DAYS.join(", ")}`,
    })
    .default(30)
    .describe(`${what}, one of the values that CloudWatch Logs admits. Default 30.`);
