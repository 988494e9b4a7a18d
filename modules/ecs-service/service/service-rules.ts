import { Token } from "cdktf";
import { TARGET_DEFAULTS } from "../balancer/target-group-props";
import type { EcsServiceProps, ScalingProps, TargetOptions } from "./service-props";
import { shutdownMistakes } from "./shutdown";

export const SERVICE_DEFAULTS = {
  desiredCount: 2,
  spot: "none",
  steadyCount: 1,
  spotWeight: 1,
  healthGraceSeconds: 60,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  errorAlarmCount: 5,
  responseAlarmSeconds: 2,
  cpuAlarmPercent: 90,
  memoryAlarmPercent: 90,
} as const;

/** A value's name, whether it keeps its rule, the rule, and the value. */
type Rule = readonly [name: string, holds: boolean, rule: string, value: number | string];

/** Everything that is wrong with a service. */
export function mistakesInService(props: EcsServiceProps): string[] {
  const { balancer, task, spot = SERVICE_DEFAULTS.spot } = props;
  const { deregistrationDelaySeconds = TARGET_DEFAULTS.deregistrationDelaySeconds } = props;
  return [
    ...brokenIn(rulesOf(props)),
    ...(props.scaling ? mistakesInScaling(props.scaling, props) : []),
    ...mistakesInFront(props),
    ...shutdownMistakes({
      deregistrationDelaySeconds: balancer ? deregistrationDelaySeconds : undefined,
      stopTimeoutSeconds: task.stopTimeoutSeconds,
      serverGraceSeconds: props.serverGraceSeconds,
      slowestRequestSeconds: props.slowestRequestSeconds,
      spot: spot !== "none",
    }),
  ];
}

/**
 * Zones are kept in balance by starting a task before another is stopped, for which there must be room.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 */
function rulesOf(props: EcsServiceProps): Rule[] {
  const { serviceName } = props;
  const {
    desiredCount = SERVICE_DEFAULTS.desiredCount,
    steadyCount = SERVICE_DEFAULTS.steadyCount,
    spotWeight = SERVICE_DEFAULTS.spotWeight,
    healthGraceSeconds = SERVICE_DEFAULTS.healthGraceSeconds,
    minimumHealthyPercent = SERVICE_DEFAULTS.minimumHealthyPercent,
    maximumPercent = SERVICE_DEFAULTS.maximumPercent,
    errorAlarmCount = SERVICE_DEFAULTS.errorAlarmCount,
    responseAlarmSeconds = SERVICE_DEFAULTS.responseAlarmSeconds,
    cpuAlarmPercent = SERVICE_DEFAULTS.cpuAlarmPercent,
    memoryAlarmPercent = SERVICE_DEFAULTS.memoryAlarmPercent,
  } = props;
  return [
    [
      "serviceName",
      /^[A-Za-z0-9_-]{1,255}$/.test(serviceName),
      "must be 1 to 255 letters, digits, _ and -",
      serviceName || "nothing",
    ],
    number("desiredCount", desiredCount, 0, 5_000),
    number("steadyCount", steadyCount, 1, 5_000),
    number("spotWeight", spotWeight, 1, 1_000),
    number("healthGraceSeconds", healthGraceSeconds, 0, 2_147_483_647),
    number("minimumHealthyPercent", minimumHealthyPercent, 0, 100),
    number("maximumPercent", maximumPercent, 101, 200),
    number("errorAlarmCount", errorAlarmCount, 0, Number.MAX_SAFE_INTEGER),
    [
      "responseAlarmSeconds",
      responseAlarmSeconds > 0 && responseAlarmSeconds <= 4_000,
      "must be more than 0, and 4000 at most",
      responseAlarmSeconds,
    ],
    number("cpuAlarmPercent", cpuAlarmPercent, 1, 100),
    number("memoryAlarmPercent", memoryAlarmPercent, 1, 100),
  ];
}

/** @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html */
function mistakesInScaling(scaling: ScalingProps, props: EcsServiceProps): string[] {
  const { minCount, maxCount, cpuPercent, memoryPercent, requestsPerTarget, schedules = [] } = scaling;
  const { desiredCount = SERVICE_DEFAULTS.desiredCount, balancer } = props;
  const percents = Object.entries({ cpuPercent, memoryPercent });
  const names = schedules.map(({ name }) => name);
  const followsNothing = [cpuPercent, memoryPercent, requestsPerTarget].every((value) => value === undefined);
  return [
    ...mistakesInLimits("scaling", minCount, maxCount),
    ...brokenIn([
      [
        "desiredCount",
        desiredCount === 0 || (desiredCount >= minCount && desiredCount <= maxCount),
        `must be 0, or scaling.minCount to scaling.maxCount (${minCount} to ${maxCount})`,
        desiredCount,
      ],
      ...percents.flatMap(([name, value]) =>
        value === undefined ? [] : [number(`scaling.${name}`, value, 1, 100)],
      ),
      ...(requestsPerTarget === undefined
        ? []
        : [number("scaling.requestsPerTarget", requestsPerTarget, 1, Number.MAX_SAFE_INTEGER)]),
    ]),
    ...(requestsPerTarget !== undefined && !balancer
      ? [`scaling.requestsPerTarget must go with a balancer, got ${requestsPerTarget}`]
      : []),
    ...(followsNothing && schedules.length === 0
      ? ["scaling must have cpuPercent, memoryPercent, requestsPerTarget or schedules, got none"]
      : []),
    ...new Set(
      names
        .filter((name, index) => names.indexOf(name) !== index)
        .map((name) => `scaling.schedules must have each name once, got ${name} twice`),
    ),
    ...schedules.flatMap(({ name, schedule, ...limits }) => [
      ...mistakesInLimits(`scaling.schedules ${name}`, limits.minCount, limits.maxCount),
      ...(/^(at|rate|cron)\(.+\)$/.test(schedule)
        ? []
        : [`scaling.schedules ${name} must be at(…), rate(…) or cron(…), got ${schedule || "nothing"}`]),
    ]),
  ];
}

function mistakesInLimits(place: string, minCount: number, maxCount: number): string[] {
  return brokenIn([
    number(`${place}.minCount`, minCount, 1, 5_000),
    [
      `${place}.maxCount`,
      Number.isInteger(maxCount) && maxCount >= minCount && maxCount <= 5_000,
      `must be a whole number of minCount (${minCount}) to 5000`,
      maxCount,
    ],
  ]);
}

/** What stands in front of a service, and what it stands in. */
function mistakesInFront(props: EcsServiceProps): string[] {
  const { balancer, task, cluster, healthPath, serviceConnect, subnetIds } = props;
  const listens = task.port !== undefined;
  return [
    ...(cluster.clusterName === task.cluster.clusterName
      ? []
      : [`cluster must be that of the task (${task.cluster.clusterName}), got ${cluster.clusterName}`]),
    ...(Token.isUnresolved(subnetIds) || subnetIds.length > 1
      ? []
      : [`subnetIds must hold at least two, in two zones, got ${subnetIds.length}`]),
    ...(balancer && !listens
      ? [`task must have a port behind a balancer, got ${task.node.path} without`]
      : []),
    ...((balancer === undefined) === (healthPath === undefined)
      ? []
      : [`healthPath must go with a balancer, got ${healthPath ?? "none"}`]),
    ...(balancer
      ? []
      : Object.entries(targetOptions(props)).map(
          ([name, value]) => `${name} must go with a balancer, got ${value}`,
        )),
    ...(serviceConnect?.dnsName !== undefined && !listens
      ? [`task must have a port to be called by serviceConnect.dnsName, got ${task.node.path} without`]
      : []),
  ];
}

/** What a service passes on to its targets; the compiler sees that none is left out. */
const TARGET_OPTIONS: Readonly<Record<keyof TargetOptions, true>> = {
  hosts: true,
  paths: true,
  priority: true,
  openPaths: true,
  openPathsPriority: true,
  healthIntervalSeconds: true,
  healthTimeoutSeconds: true,
  healthyCount: true,
  unhealthyCount: true,
  deregistrationDelaySeconds: true,
  slowStartSeconds: true,
  algorithm: true,
};

/** What is said of targets, and nothing else. */
export function targetOptions(props: EcsServiceProps): TargetOptions {
  return Object.fromEntries(
    Object.entries(props).filter(
      ([name, value]) => Object.hasOwn(TARGET_OPTIONS, name) && value !== undefined,
    ),
  );
}

function number(name: string, value: number, least: number, most: number): Rule {
  const rule = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `of ${least} to ${most}`;
  const holds = Number.isInteger(value) && value >= least && value <= most;
  return [name, holds, `must be a whole number ${rule}`, value];
}

function brokenIn(rules: readonly Rule[]): string[] {
  return rules.filter(([, holds]) => !holds).map(([name, , rule, value]) => `${name} ${rule}, got ${value}`);
}
