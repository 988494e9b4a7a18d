import type { ContainerImage } from "./container-image";
import type { EcsClusterReference } from "./ecs-cluster-reference";
import type { FargateSize } from "./fargate-size";

/**
 * A value that a container gets when it starts: of a Secrets Manager secret, whole or one key of its JSON, or of an
 * SSM parameter. A container that runs keeps the value it began with.
 */
export type TaskSecret = SecretsManagerSecret | ParameterSecret;

export interface SecretsManagerSecret {
  /** Name of the secret, in the account and region of the task. */
  readonly secretName: string;
  /** Key in the secret's JSON. @default the whole secret */
  readonly jsonKey?: string;
}

export interface ParameterSecret {
  /** Name of the parameter, in the account and region of the task. */
  readonly parameterName: string;
}

/** How ECS finds out that a container works. It knows nothing of the balancer, and the balancer nothing of it. */
export interface HealthCommand {
  /** Program and arguments, run in the container without a shell; exit code 0 is healthy. */
  readonly command: readonly string[];
  /** Seconds between two checks, 5 to 300. @default 30 */
  readonly intervalSeconds?: number;
  /** Seconds until a check counts as failed, 2 to 60. @default 5 */
  readonly timeoutSeconds?: number;
  /** Checks that must fail one after the other, 1 to 10. @default 3 */
  readonly retries?: number;
  /** Seconds after the start in which failures do not count, 0 to 300. @default 0 */
  readonly startSeconds?: number;
}

/** How many of something a process may have. */
export interface Limit {
  /** What a process starts with. */
  readonly soft: number;
  /** How far it may raise it. */
  readonly hard: number;
}

/** What every container of a task can be told. */
export interface ContainerOptions {
  /** Program and arguments. @default those of the image */
  readonly command?: readonly string[];
  /** Variables by name; never a secret: everybody who may read the task definition reads them. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Secret variables by name; the execution role may read these and no others. @default none */
  readonly secrets?: Readonly<Record<string, TaskSecret>>;
  /** The container's own check of its health. @default none */
  readonly healthCommand?: HealthCommand;
  /** Seconds between the order to stop and the end, 2 to 120. @default 30 */
  readonly stopTimeoutSeconds?: number;
  /**
   * Paths that can be written to: empty folders of the task's own disk, on a root that is read-only. They belong to
   * root unless the image makes them, gives them to its user and names them in `VOLUME`. @default none
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
   */
  readonly writablePaths?: readonly string[];
  /** Runs as this user and group, such as `10001:10001`. @default that of the image */
  readonly user?: string;
  /** Limits of the container's processes; Fargate takes no other than that of open files. @default those of Fargate */
  readonly ulimits?: { readonly nofile: Limit };
  /** Runs a small init as the first process, which passes signals on and reaps what is left behind. @default true */
  readonly init?: boolean;
}

/** Another container of the task. */
export interface SidecarProps extends ContainerOptions {
  /** Name of the container, unlike that of any other of the task. */
  readonly name: string;
  /** The image, by digest. */
  readonly image: ContainerImage;
  /** Ends the task when it ends. @default true */
  readonly essential?: boolean;
  /** Names of containers that must be there first, and what of them. @default starts at once */
  readonly dependsOn?: Readonly<Record<string, ContainerCondition>>;
}

/** What a container waits for: that another has started, has ended, has ended well, or passes its health check. */
export type ContainerCondition = "START" | "COMPLETE" | "SUCCESS" | "HEALTHY";

/** A file system that the main container mounts, over TLS and with the task's role. */
export interface EfsVolumeProps {
  /** Id of the file system. */
  readonly fileSystemId: string;
  /** Id of the access point, which decides folder and user. */
  readonly accessPointId: string;
  /** Where the container sees it. */
  readonly path: string;
  /** Lets the container read and nothing else. @default false */
  readonly readOnly?: boolean;
}

/** Fluent Bit beside the main container, which sends its log lines to a delivery stream. */
export interface LogRouterProps {
  /** Image of AWS for Fluent Bit, by digest. */
  readonly image: ContainerImage;
  /** Name of the Firehose delivery stream. */
  readonly deliveryStreamName: string;
}

/** A task: what its containers are, and what they may do. */
export interface FargateTaskProps extends ContainerOptions {
  /** Family of the task definition and name of the task's role; `<taskName>-execution` starts it, `/ecs/<taskName>` is its log group. */
  readonly taskName: string;
  /** What the task does, shown in the console. */
  readonly description: string;
  /** Cluster that the task runs in. */
  readonly cluster: EcsClusterReference;
  /** The main container's image, by digest. */
  readonly image: ContainerImage;
  /** CPU and memory of the whole task. */
  readonly size: FargateSize;
  /** Alias of the key that encrypts log and secrets, for policies. */
  readonly keyAlias: string;
  /** ARN of that key: the log group takes no alias. */
  readonly keyArn: string;
  /** Processor, that of the images. @default "arm64" */
  readonly architecture?: "arm64" | "x86_64";
  /** Port that the main container listens on. @default none */
  readonly port?: number;
  /** GiB of the task's own disk, 21 to 200. @default the 20 that Fargate gives */
  readonly ephemeralStorageGiB?: number;
  /** Containers beside the main one. @default none */
  readonly sidecars?: readonly SidecarProps[];
  /** Names of containers that the main one waits for, and what of them. @default starts at once */
  readonly dependsOn?: Readonly<Record<string, ContainerCondition>>;
  /** File systems that the main container mounts. @default none */
  readonly efsVolumes?: readonly EfsVolumeProps[];
  /** Lets people who may run commands in the main container; `EcsCluster` logs what they do. @default false */
  readonly executeCommand?: boolean;
  /** Sends the main container's log to Firehose in place of CloudWatch Logs. @default none */
  readonly logRouter?: LogRouterProps;
  /** Days that a log line is kept: one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /**
   * Keeps older revisions registered, so that a rollback finds the one before; they cost nothing, and stay when the
   * task is destroyed. @default true
   */
  readonly keepRevisions?: boolean;
}
