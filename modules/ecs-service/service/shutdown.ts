/** Seconds that Fargate gives a container at most, and Spot the whole task. */
const LAST_SECONDS = 120;

/** How a task ends: first the balancer stops sending to it, then it is told to stop, then it is killed. */
export interface Shutdown {
  /** Seconds that the balancer waits for requests in progress; none where no balancer is in front. */
  readonly deregistrationDelaySeconds: number | undefined;
  /** Seconds between the order to stop (SIGTERM) and the end (SIGKILL). */
  readonly stopTimeoutSeconds: number;
  /** Seconds that the server itself gives its requests after the order to stop. */
  readonly serverGraceSeconds: number;
  /** Seconds that the slowest request takes. */
  readonly slowestRequestSeconds: number | undefined;
  /** Whether the task may be on Spot. */
  readonly spot: boolean;
}

/**
 * What is wrong with three numbers that are set in three places: in the balancer, in the task, and in the server. ECS
 * takes a task from the balancer, waits until it is drained, and only then sends SIGTERM. Spot sends it first, with
 * its warning, and takes the task away two minutes later.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 * @see https://repost.aws/knowledge-center/fargate-spot-termination-notice
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export function shutdownMistakes(shutdown: Shutdown): string[] {
  const { deregistrationDelaySeconds: delay, stopTimeoutSeconds: stop, serverGraceSeconds: grace } = shutdown;
  const { slowestRequestSeconds: slowest, spot } = shutdown;
  const drain = delay ?? 0;
  const rules: [holds: boolean, rule: string, value: number][] = [
    [
      whole(drain, 0, 3_600),
      "deregistrationDelaySeconds must be a whole number of 0 to 3600, the balancer's own limit",
      drain,
    ],
    [
      whole(stop, 2, LAST_SECONDS),
      `stopTimeoutSeconds must be a whole number of 2 to ${LAST_SECONDS}, Fargate's own limit`,
      stop,
    ],
    [
      whole(grace, 0, Math.max(0, stop - 1)),
      "serverGraceSeconds must be a whole number from 0 and below stopTimeoutSeconds, or the server is killed before it has ended",
      grace,
    ],
    [
      !spot || drain + stop <= LAST_SECONDS,
      `deregistrationDelaySeconds + stopTimeoutSeconds must be ${LAST_SECONDS} or less on Spot, which gives no more notice`,
      drain + stop,
    ],
    [
      delay === undefined || slowest === undefined || slowest <= delay,
      "slowestRequestSeconds must be deregistrationDelaySeconds or less, or the balancer cuts off what it drains",
      slowest ?? 0,
    ],
    [
      (delay !== undefined && !spot) || slowest === undefined || slowest <= grace,
      `slowestRequestSeconds must be serverGraceSeconds or less ${spot ? "on Spot" : "without a balancer"}, where SIGTERM comes before the drain`,
      slowest ?? 0,
    ],
  ];
  return rules
    .filter(([holds]) => !holds)
    .map(([, rule, value]) => `${rule}, got ${value} (${described(shutdown)})`);
}

function described({ deregistrationDelaySeconds, stopTimeoutSeconds, serverGraceSeconds }: Shutdown): string {
  return [
    `deregistrationDelaySeconds ${deregistrationDelaySeconds ?? "none"}`,
    `stopTimeoutSeconds ${stopTimeoutSeconds}`,
    `serverGraceSeconds ${serverGraceSeconds}`,
  ].join(", ");
}

function whole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
