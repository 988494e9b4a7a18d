import { Token } from "cdktf";
import type { BalancerFront } from "./balancer-front";

export const TARGET_DEFAULTS = {
  healthIntervalSeconds: 10,
  healthTimeoutSeconds: 5,
  healthyCount: 2,
  unhealthyCount: 3,
  deregistrationDelaySeconds: 30,
  slowStartSeconds: 0,
  algorithm: "least_outstanding_requests",
  openPathsPriority: 1,
} as const;

export interface ServiceTargetsProps {
  /** The load balancer that they stand behind. */
  readonly balancer: BalancerFront;
  /** First part of the target group's name, 25 characters or fewer: a hash follows. */
  readonly name: string;
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Port on which the targets listen. */
  readonly port: number;
  /** Path that answers 200 when a target can take requests. */
  readonly healthPath: string;
  /** Names of hosts whose requests the targets get; `*` and `?` as AWS reads them. @default every host */
  readonly hosts?: readonly string[];
  /** Paths whose requests the targets get; `*` and `?` as AWS reads them. @default every path */
  readonly paths?: readonly string[];
  /** Place among the rules of the load balancer, 1 to 50,000; needed with `hosts` or `paths`. @default none */
  readonly priority?: number | undefined;
  /** Paths for which nobody need log in, where the load balancer asks for it. @default none */
  readonly openPaths?: readonly string[];
  /** Place of the rule for `openPaths`, before `priority`. @default 1 */
  readonly openPathsPriority?: number;
  /** Seconds between two checks of one target, 5 to 300. @default 10 */
  readonly healthIntervalSeconds?: number;
  /** Seconds that an answer to a check may take: 2 to 120, and fewer than the interval. @default 5 */
  readonly healthTimeoutSeconds?: number;
  /** Good checks in a row from which on a target gets requests, 2 to 10. @default 2 */
  readonly healthyCount?: number;
  /** Bad checks in a row from which on it gets none, 2 to 10. @default 3 */
  readonly unhealthyCount?: number;
  /** Seconds that a target which leaves may take to answer what it has, 0 to 3,600. @default 30 */
  readonly deregistrationDelaySeconds?: number;
  /** Seconds in which a new target gets more and more requests, 30 to 900, or 0; needs `round_robin`. @default 0 */
  readonly slowStartSeconds?: number;
  /** Which target gets the next request: the one that has the fewest, or the next in turn. @default "least_outstanding_requests" */
  readonly algorithm?: "least_outstanding_requests" | "round_robin";
}

/** A number's name, its value, and what it may be. */
type Range = readonly [name: string, value: number, least: number, most: number];

/**
 * What is wrong with targets.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export function targetMistakes(props: ServiceTargetsProps): string[] {
  const {
    name,
    healthPath,
    healthIntervalSeconds = TARGET_DEFAULTS.healthIntervalSeconds,
    healthTimeoutSeconds = TARGET_DEFAULTS.healthTimeoutSeconds,
    healthyCount = TARGET_DEFAULTS.healthyCount,
    unhealthyCount = TARGET_DEFAULTS.unhealthyCount,
    deregistrationDelaySeconds = TARGET_DEFAULTS.deregistrationDelaySeconds,
    slowStartSeconds = TARGET_DEFAULTS.slowStartSeconds,
    algorithm = TARGET_DEFAULTS.algorithm,
  } = props;
  const ranges: Range[] = [
    ["port", props.port, 1, 65_535],
    ["healthIntervalSeconds", healthIntervalSeconds, 5, 300],
    ["healthTimeoutSeconds", healthTimeoutSeconds, 2, 120],
    ["healthyCount", healthyCount, 2, 10],
    ["unhealthyCount", unhealthyCount, 2, 10],
    ["deregistrationDelaySeconds", deregistrationDelaySeconds, 0, 3_600],
    ...(slowStartSeconds === 0 ? [] : [["slowStartSeconds", slowStartSeconds, 30, 900] as const]),
  ];
  return [
    ...(/^(?!-)[A-Za-z0-9-]{1,25}(?<!-)$/.test(name)
      ? []
      : [
          `name must be 1 to 25 letters, digits and hyphens, with no hyphen at its ends, got ${name || "nothing"}`,
        ]),
    ...ranges.flatMap(outside),
    ...(healthTimeoutSeconds < healthIntervalSeconds
      ? []
      : [
          `healthTimeoutSeconds must be fewer than healthIntervalSeconds (${healthIntervalSeconds}), got ${healthTimeoutSeconds}`,
        ]),
    ...(isPath(healthPath) ? [] : [`healthPath must begin with /, got ${healthPath || "nothing"}`]),
    ...(slowStartSeconds === 0 || algorithm === "round_robin"
      ? []
      : [`algorithm must be round_robin where slowStartSeconds is set, got ${algorithm}`]),
    ...ruleMistakes(props),
  ];
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
function ruleMistakes(props: ServiceTargetsProps): string[] {
  const { balancer, hosts = [], paths = [], priority, openPaths = [] } = props;
  const { openPathsPriority = TARGET_DEFAULTS.openPathsPriority } = props;
  const isRule = hosts.length + paths.length > 0;
  return [
    ...(isRule && priority === undefined ? ["priority must be set with hosts or paths, got nothing"] : []),
    ...(!isRule && priority !== undefined ? [`hosts or paths must be set with priority, got neither`] : []),
    ...(priority === undefined ? [] : outside(["priority", priority, 1, 50_000])),
    ...[...paths, ...openPaths]
      .filter((path) => !isPath(path))
      .map((path) => `paths must begin with /, got ${path || "nothing"}`),
    ...[["rule", [...hosts, ...paths]] as const, ["rule of openPaths", [...hosts, ...openPaths]] as const]
      .filter(([, values]) => values.length > 5)
      .map(([rule, values]) => `hosts and paths of a ${rule} must be 5 or fewer, got ${values.length}`),
    ...(openPaths.length > 0 && balancer.authentication === undefined
      ? ["openPaths must go with authenticate of the load balancer, got a load balancer without"]
      : []),
    ...(openPaths.length > 0 ? outside(["openPathsPriority", openPathsPriority, 1, 50_000]) : []),
    ...(openPaths.length > 0 && priority !== undefined && openPathsPriority >= priority
      ? [`openPathsPriority must be less than priority (${priority}), got ${openPathsPriority}`]
      : []),
  ];
}

function outside([name, value, least, most]: Range): string[] {
  return Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)
    ? []
    : [`${name} must be a whole number of ${least} to ${most}, got ${value}`];
}

const isPath = (path: string) => /^\/\S*$/.test(path);
