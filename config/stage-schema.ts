import * as z from "zod";
import { flag, logRetentionDays, section, whole } from "./field-rules";

/** A batch of more messages than this must wait to be filled. */
const BATCH_WITHOUT_WINDOW = 10;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html */
const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;

/** What differs between the stages' defaults. */
interface StageDefaults {
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
}

/**
 * One Lambda stage behind its queue. Sources of the ranges:
 * memory and time-out https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
 * batch and window https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html,
 * concurrency https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html,
 * deliveries https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (five or more, so that
 * throttling alone sets no message aside) and
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (1000 at most).
 */
export const stage = (defaults: StageDefaults) =>
  z
    .strictObject(
      {
        memoryMiB: whole(128, 10_240, "MiB")
          .default(defaults.memoryMiB)
          .describe(`Memory of the function in MiB, 128 to 10240. Default ${defaults.memoryMiB}.`),
        timeoutSeconds: whole(1, 900, "seconds")
          .default(defaults.timeoutSeconds)
          .describe(`Time-out of the function in seconds, 1 to 900. Default ${defaults.timeoutSeconds}.`),
        batchSize: whole(1, 10_000, "messages")
          .default(10)
          .describe(
            "Messages that one call of the function takes, 1 to 10000; more than 10 need batchWindowSeconds of 1 or more. Default 10.",
          ),
        batchWindowSeconds: whole(0, 300, "seconds")
          .default(0)
          .describe("Time in seconds that a batch waits to be filled, 0 to 300. Default 0."),
        maximumConcurrency: whole(2, 1000, "calls")
          .default(10)
          .describe("Calls of the function at the same time, 2 to 1000. Default 10."),
        maxReceiveCount: whole(5, 1000, "deliveries")
          .default(5)
          .describe("Deliveries of a message before it is set aside, 5 to 1000. Default 5."),
        reservedConcurrency: whole(2, 1000, "calls")
          .optional()
          .describe(
            "Calls that the account keeps free for the function alone, and its most; maximumConcurrency or more. Default none.",
          ),
        architecture: z
          .enum(["arm64", "x86_64"], { error: "must be arm64 or x86_64" })
          .default("arm64")
          .describe("Processor of the function: arm64 or x86_64. Default arm64."),
        logLevel: z
          .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` })
          .default("INFO")
          .describe("Least level of the function's log: DEBUG, INFO, WARN or ERROR. Default INFO."),
        tracing: flag().default(true).describe("Whether X-Ray records calls of the function. Default true."),
        logRetentionDays: logRetentionDays("Days that the function's log is kept"),
      },
      section,
    )
    .refine(
      ({ batchSize, batchWindowSeconds }) => batchSize <= BATCH_WITHOUT_WINDOW || batchWindowSeconds >= 1,
      {
        path: ["batchSize"],
        error: ({ input }) =>
          `must be ${BATCH_WITHOUT_WINDOW} or less while batchWindowSeconds is 0, got ${Object(input).batchSize}`,
        when: ({ value }) => hasNumbers(value, "batchSize", "batchWindowSeconds"),
      },
    )
    .refine(
      ({ reservedConcurrency, maximumConcurrency }) =>
        reservedConcurrency === undefined || reservedConcurrency >= maximumConcurrency,
      {
        path: ["reservedConcurrency"],
        error: ({ input }) =>
          `must be maximumConcurrency (${Object(input).maximumConcurrency}) or more, else calls are refused, got ${Object(input).reservedConcurrency}`,
        when: ({ value }) => hasNumbers(value, "reservedConcurrency", "maximumConcurrency"),
      },
    );

const hasNumbers = (value: unknown, ...keys: readonly string[]) =>
  typeof value === "object" && value !== null && keys.every((key) => typeof Object(value)[key] === "number");
