import type { AlarmTopicReference } from "../alarms";
import type { FunctionBundle } from "./function-bundles";

/** What is read from a log and what is not; the platform's own lines (start, end, report) come always. */
export type LogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";

/** Where a function's network interfaces are. */
export interface FunctionVpc {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Ids of the subnets, in two zones or more so that one may fail. */
  readonly subnetIds: string[];
}

/** What every function can be told, with a queue before it or without one. */
export interface FunctionOptions {
  /** What the function does, shown in the console. */
  readonly description: string;
  /** The function's code. */
  readonly bundle: FunctionBundle;
  /** Alias of the key that encrypts queues and variables, for policies. */
  readonly keyAlias: string;
  /** ARN of that key: the log group and the variables take no alias. */
  readonly keyArn: string;
  /** MiB, 128 to 10,240. @default 512 */
  readonly memoryMiB?: number;
  /** Seconds, 1 to 900. @default 60 */
  readonly timeoutSeconds?: number;
  /** MiB of `/tmp`, 512 to 10,240. @default 512 */
  readonly ephemeralStorageMiB?: number;
  /** Processor. @default "arm64" */
  readonly architecture?: "arm64" | "x86_64";
  /** Calls at the same time that are kept for the function, and its upper limit, 1 or more. @default none are kept */
  readonly reservedConcurrency?: number | undefined;
  /** Sends a trace of every call to X-Ray. @default false */
  readonly tracing?: boolean;
  /** The least that the function's own log lines must matter to be kept. @default "INFO" */
  readonly logLevel?: LogLevel;
  /** Days that a log line is kept: one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /** Network that the function is in, behind a security group of its own that lets out HTTPS. @default none */
  readonly vpc?: FunctionVpc | undefined;
  /** Where it is told when something is wrong. @default no alarms */
  readonly alarmTopic?: AlarmTopicReference | undefined;
}

export interface NodeFunctionProps<Environment extends object> extends FunctionOptions {
  /** Name of function and role; the log group is `/aws/lambda/<functionName>`. */
  readonly functionName: string;
  /** The function's own variables. */
  readonly environment: Environment;
}
