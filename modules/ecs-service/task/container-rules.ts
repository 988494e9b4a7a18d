import { CONTAINER_DEFAULTS, HEALTH_DEFAULTS } from "./container-definition";
import type { ContainerOptions, HealthCommand, TaskSecret } from "./task-props";

/**
 * What is wrong with a container; `at` is where its props are, such as `sidecars[0].`.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function containerMistakes(at: string, options: ContainerOptions): string[] {
  const { command, healthCommand, user, ulimits } = options;
  const { stopTimeoutSeconds = CONTAINER_DEFAULTS.stopTimeoutSeconds } = options;
  return [
    ...(command?.length === 0 ? ["command must hold at least a program, got none"] : []),
    ...variableMistakes(options),
    ...(healthCommand ? healthMistakes(healthCommand) : []),
    ...(within(stopTimeoutSeconds, 2, 120)
      ? []
      : [`stopTimeoutSeconds must be a whole number of 2 to 120, got ${stopTimeoutSeconds}`]),
    ...(user === undefined || /^[A-Za-z0-9_][A-Za-z0-9_-]*(:[A-Za-z0-9_][A-Za-z0-9_-]*)?$/.test(user)
      ? []
      : [`user must be <user> or <user>:<group>, got ${user || "nothing"}`]),
    ...(ulimits ? limitMistakes(ulimits.nofile) : []),
  ].map((mistake) => `${at}${mistake}`);
}

function variableMistakes({ environment = {}, secrets = {} }: ContainerOptions): string[] {
  const named = { environment: Object.keys(environment), secrets: Object.keys(secrets) };
  return [
    ...Object.entries(named).flatMap(([prop, names]) =>
      names
        .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        .map((name) => `${prop} must be named with letters, digits and _, got ${name || "nothing"}`),
    ),
    ...duplicates([...named.environment, ...named.secrets]).map(
      (name) => `secrets must not be in environment as well, got ${name}`,
    ),
    ...Object.values(secrets).flatMap(secretMistakes),
  ];
}

/**
 * A name that looks like one with the six characters that AWS adds would be read as such.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
function secretMistakes(secret: TaskSecret): string[] {
  if ("parameterName" in secret) {
    return /^[A-Za-z0-9_./-]+$/.test(secret.parameterName)
      ? []
      : [
          `secrets must name parameters with letters, digits, _, ., - or /, got ${secret.parameterName || "nothing"}`,
        ];
  }
  const { secretName, jsonKey } = secret;
  return [
    ...(/^[A-Za-z0-9/_+=.@-]+$/.test(secretName)
      ? []
      : [`secrets must be named with letters, digits and /_+=.@-, got ${secretName || "nothing"}`]),
    ...(/-[A-Za-z0-9]{6}$/.test(secretName)
      ? [`secrets must not end in - and six characters, which AWS adds, got ${secretName}`]
      : []),
    ...(jsonKey === undefined || /^[^:]+$/.test(jsonKey)
      ? []
      : [`secrets must have a jsonKey without :, got ${jsonKey || "nothing"}`]),
  ];
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
function healthMistakes(check: HealthCommand): string[] {
  const {
    command,
    intervalSeconds = HEALTH_DEFAULTS.intervalSeconds,
    timeoutSeconds = HEALTH_DEFAULTS.timeoutSeconds,
    retries = HEALTH_DEFAULTS.retries,
    startSeconds = 0,
  } = check;
  const rules: [name: string, value: number, least: number, most: number][] = [
    ["intervalSeconds", intervalSeconds, 5, 300],
    ["timeoutSeconds", timeoutSeconds, 2, 60],
    ["retries", retries, 1, 10],
    ["startSeconds", startSeconds, 0, 300],
  ];
  return [
    ...(command.length === 0 ? ["healthCommand.command must hold at least a program, got none"] : []),
    ...rules
      .filter(([, value, least, most]) => !within(value, least, most))
      .map(
        ([name, value, least, most]) =>
          `healthCommand.${name} must be a whole number of ${least} to ${most}, got ${value}`,
      ),
  ];
}

function limitMistakes({ soft, hard }: { readonly soft: number; readonly hard: number }): string[] {
  const most = Number.MAX_SAFE_INTEGER;
  return [
    ...[soft, hard]
      .filter((limit) => !within(limit, 1, most))
      .map((limit) => `ulimits.nofile must be whole numbers of 1 or more, got ${limit}`),
    ...(soft > hard ? [`ulimits.nofile.soft must be at most hard (${hard}), got ${soft}`] : []),
  ];
}

/** Paths that a volume may be at: absolute, plain, and not the root itself. */
export function pathMistakes(prop: string, paths: readonly string[]): string[] {
  return paths
    .filter((path) => !/^(\/[A-Za-z0-9_.-]+)+$/.test(path) || /\/\.\.?(\/|$)/.test(path))
    .map((path) => `${prop} must be absolute and plain, such as /tmp, got ${path || "nothing"}`);
}

export function duplicates(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

export function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
