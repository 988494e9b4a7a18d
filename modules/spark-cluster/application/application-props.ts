import type { SparkRunProps } from "../machine/run-props";

/** Workers that are kept ready, so that a job starts at once. */
export interface ReadyWorkersProps {
  /** Drivers, 1 or more. */
  readonly drivers: number;
  /** Executors, 1 or more. */
  readonly executors: number;
  /** Processors of each worker: 1, 2, 4, 8 or 16. */
  readonly vcpus: number;
  /** GiB of memory of each worker. */
  readonly memoryGiB: number;
}

/** Most that all jobs of the application take at once. */
export interface CapacityLimitProps {
  /** Processors, 1 or more. */
  readonly vcpus: number;
  /** GiB of memory, 1 or more. */
  readonly memoryGiB: number;
  /** GiB of disk, 1 or more. @default as AWS allows */
  readonly diskGiB?: number;
}

export interface SparkApplicationProps extends SparkRunProps {
  /** EMR's release: `emr-7.x.y`, `emr-6.7.0` or later, or `emr-spark-8.x.y`. @default "emr-7.13.0", with Spark 3.5.6 */
  readonly release?: string;
  /** Processor of the workers. @default "arm64" */
  readonly architecture?: "arm64" | "x86_64";
  /** Most that all jobs take at once. */
  readonly limit: CapacityLimitProps;
  /** Workers that are kept ready while the application is started, and paid for. @default none */
  readonly readyWorkers?: ReadyWorkersProps;
  /** Minutes without work after which the application stops, 1 to 10,080. @default 15 */
  readonly idleMinutes?: number;
}
