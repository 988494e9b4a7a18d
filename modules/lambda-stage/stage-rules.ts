import { brokenIn, FUNCTION_DEFAULTS, within } from "./function-rules";
import type { LambdaStageProps } from "./stage-props";

const STAGE_DEFAULTS = {
  batchSize: 10,
  batchWindowSeconds: 0,
  maximumConcurrency: 10,
  maxReceiveCount: 5,
} as const;

/** The numbers of a stage's queue and mapping, with their defaults. */
export type StageNumbers = Readonly<
  Record<keyof typeof STAGE_DEFAULTS | "visibilityTimeoutSeconds" | "oldestMessageAlarmSeconds", number>
>;

/** Seconds of one value of the metric, less of which would be noise. */
const LEAST_ALARM_SECONDS = 300;

/** Seconds that SQS keeps a message of a stage: an alarm must come before. */
const RETENTION_SECONDS = 345_600;

export function stageNumbers(props: LambdaStageProps<object>): StageNumbers {
  const {
    batchSize = STAGE_DEFAULTS.batchSize,
    batchWindowSeconds = STAGE_DEFAULTS.batchWindowSeconds,
    maximumConcurrency = STAGE_DEFAULTS.maximumConcurrency,
    maxReceiveCount = STAGE_DEFAULTS.maxReceiveCount,
    visibilityTimeoutSeconds = leastVisibility(props),
    oldestMessageAlarmSeconds = Math.max(LEAST_ALARM_SECONDS, 3 * visibilityTimeoutSeconds),
  } = props;
  return {
    ...{ batchSize, batchWindowSeconds, maximumConcurrency, maxReceiveCount },
    ...{ visibilityTimeoutSeconds, oldestMessageAlarmSeconds },
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
function leastVisibility(props: LambdaStageProps<object>): number {
  const {
    timeoutSeconds = FUNCTION_DEFAULTS.timeoutSeconds,
    batchWindowSeconds = STAGE_DEFAULTS.batchWindowSeconds,
  } = props;
  return 6 * timeoutSeconds + batchWindowSeconds;
}

/**
 * What is wrong with a stage, beside its function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
export function mistakesInStage(props: LambdaStageProps<object>): string[] {
  const numbers = stageNumbers(props);
  const { batchSize, batchWindowSeconds, maximumConcurrency, maxReceiveCount } = numbers;
  const { visibilityTimeoutSeconds, oldestMessageAlarmSeconds } = numbers;
  const least = leastVisibility(props);
  return [
    ...brokenIn(numbers, [
      ["batchSize", within(batchSize, 1, 10_000), "must be 1 to 10000"],
      [
        "batchWindowSeconds",
        within(batchWindowSeconds, 0, 300) && (batchSize <= 10 || batchWindowSeconds >= 1),
        "must be 0 to 300, and at least 1 when batchSize is above 10",
      ],
      ["maximumConcurrency", within(maximumConcurrency, 2, 1_000), "must be 2 to 1000"],
      [
        "maxReceiveCount",
        within(maxReceiveCount, 5, 1_000),
        "must be 5 to 1000, because a throttled call counts too",
      ],
      [
        "visibilityTimeoutSeconds",
        within(visibilityTimeoutSeconds, least, 43_200),
        `must be 6 × timeoutSeconds + batchWindowSeconds (${least}) to 43200`,
      ],
      [
        "oldestMessageAlarmSeconds",
        within(oldestMessageAlarmSeconds, 60, RETENTION_SECONDS),
        `must be 60 to ${RETENTION_SECONDS}, when the message is gone`,
      ],
    ]),
    ...mistakesInConcurrency(props, maximumConcurrency),
    ...mistakesInTopic(props),
  ];
}

/**
 * Calls above the reserved concurrency are throttled, and each refusal counts as a delivery.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
function mistakesInConcurrency(props: LambdaStageProps<object>, maximumConcurrency: number): string[] {
  const { reservedConcurrency } = props;
  if (reservedConcurrency === undefined || reservedConcurrency >= maximumConcurrency) return [];
  return [
    `reservedConcurrency must be maximumConcurrency (${maximumConcurrency}) or more, because calls above it are ` +
      `throttled and count as deliveries, got ${reservedConcurrency}`,
  ];
}

function mistakesInTopic({ topic, suffix, removals }: LambdaStageProps<object>): string[] {
  if (!topic) return [];
  return [
    ...(suffix === undefined ? [] : [`suffix must be left to the topic ${topic.topicName}, got ${suffix}`]),
    ...(removals === undefined
      ? []
      : [`removals must be left to the topic ${topic.topicName}, got ${removals}`]),
  ];
}
