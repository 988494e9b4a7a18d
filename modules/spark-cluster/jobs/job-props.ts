import type { PythonZip } from "./python-zip";

export interface SparkJobProps {
  /** What the job does, shown in the console. */
  readonly description: string;
  /** Python file that Spark starts, relative to the working directory. */
  readonly entryFile: string;
  /** Packages that it imports, made by `zipPython`. @default none */
  readonly pyFiles?: PythonZip;
  /** What the entry file gets as `sys.argv[1:]`. @default none */
  readonly arguments?: readonly string[];
  /**
   * Option that tells the job when its execution was started, such as `--at`: it comes behind `arguments`, with the time as
   * `2026-03-31T18:05:00Z`. A run that is tried again gets the same time.
   * @default the job is not told
   */
  readonly startTimeOption?: string;
  /** Runs only when the input of an execution names the job. @default false */
  readonly onDemand?: boolean;
  /** Spark's properties for this job, such as `spark.executor.memory`. @default those of the cluster */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Runs that follow one that failed, 0 to 10: the job must be safe to repeat. @default 0 */
  readonly retries?: number;
  /** Seconds after which a run counts as failed, waiting for the cluster included, 60 to 604,800. @default 7200 */
  readonly timeoutSeconds?: number;
  /** What a job that failed for good means for those behind it; the execution fails either way. @default "stop" */
  readonly onFailure?: "stop" | "continue";
}
