import type { ContainerCondition, ContainerOptions, HealthCommand } from "./task-props";

export const CONTAINER_DEFAULTS = { stopTimeoutSeconds: 30, init: true } as const;

export const HEALTH_DEFAULTS = { intervalSeconds: 30, timeoutSeconds: 5, retries: 3 } as const;

/** Name → value, as ECS writes a variable or a secret. */
export type Named<Value extends string> = readonly ({ readonly name: string } & Readonly<
  Record<Value, string>
>)[];

export interface Mount {
  readonly sourceVolume: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

export interface LogConfiguration {
  readonly logDriver: "awslogs" | "awsfirelens";
  readonly options: Readonly<Record<string, string>>;
}

/** A container with everything that a task decides for it. */
export interface Container extends ContainerOptions {
  readonly name: string;
  readonly imageUri: string;
  readonly essential: boolean;
  readonly dependsOn?: Readonly<Record<string, ContainerCondition>> | undefined;
  readonly port?: number | undefined;
  readonly secretSources: Named<"valueFrom">;
  readonly mounts: readonly Mount[];
  readonly log: LogConfiguration;
  readonly firelens?: boolean;
}

/**
 * A container definition, written the way that ECS gives it back, so that a second plan is empty: sorted, with the
 * host's port, and with no key that has nothing to say. The root is read-only, always.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function containerDefinition(container: Container): object {
  const { command, environment = {}, healthCommand, dependsOn = {}, port, user, ulimits } = container;
  const { stopTimeoutSeconds = CONTAINER_DEFAULTS.stopTimeoutSeconds, init = CONTAINER_DEFAULTS.init } =
    container;
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  return {
    name: container.name,
    image: container.imageUri,
    essential: container.essential,
    ...(command ? { command } : {}),
    ...unlessEmpty("environment", variables.sort(byName)),
    ...unlessEmpty("secrets", [...container.secretSources].sort(byName)),
    ...(port === undefined ? {} : { portMappings: [portMapping(container.name, port)] }),
    ...unlessEmpty("mountPoints", container.mounts),
    ...unlessEmpty("dependsOn", dependencies(dependsOn)),
    ...(healthCommand ? { healthCheck: healthCheck(healthCommand) } : {}),
    ...(user === undefined ? {} : { user }),
    ...(ulimits
      ? { ulimits: [{ name: "nofile", softLimit: ulimits.nofile.soft, hardLimit: ulimits.nofile.hard }] }
      : {}),
    ...(init ? { linuxParameters: { initProcessEnabled: true } } : {}),
    readonlyRootFilesystem: true,
    stopTimeout: stopTimeoutSeconds,
    logConfiguration: container.log,
    ...(container.firelens ? { firelensConfiguration: { type: "fluentbit" } } : {}),
  };
}

/** The name is what Service Connect calls the port by. */
function portMapping(name: string, port: number): object {
  return { name, containerPort: port, hostPort: port, protocol: "tcp" };
}

function healthCheck(check: HealthCommand): object {
  const {
    intervalSeconds = HEALTH_DEFAULTS.intervalSeconds,
    timeoutSeconds = HEALTH_DEFAULTS.timeoutSeconds,
    retries = HEALTH_DEFAULTS.retries,
    startSeconds,
  } = check;
  return {
    command: ["CMD", ...check.command],
    interval: intervalSeconds,
    timeout: timeoutSeconds,
    retries,
    ...(startSeconds === undefined ? {} : { startPeriod: startSeconds }),
  };
}

function dependencies(dependsOn: Readonly<Record<string, ContainerCondition>>): object[] {
  return Object.entries(dependsOn).map(([containerName, condition]) => ({ containerName, condition }));
}

function unlessEmpty(key: string, list: readonly object[]): object {
  return list.length === 0 ? {} : { [key]: list };
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
