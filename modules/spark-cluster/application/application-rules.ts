import { releaseMistakes } from "../cluster/cluster-rules";
import { within } from "../jobs/job-rules";
import type { ReadyWorkersProps, SparkApplicationProps } from "./application-props";

export const APPLICATION_DEFAULTS = {
  release: "emr-7.13.0",
  architecture: "arm64",
  idleMinutes: 15,
} as const;

/**
 * GiB of memory for each number of processors: least, most, and the step between.
 *
 * @see https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/application-capacity-api.html#worker-configs
 */
const WORKERS: Readonly<Record<number, readonly [least: number, most: number, step: number]>> = {
  1: [2, 8, 1],
  2: [4, 16, 1],
  4: [8, 30, 1],
  8: [16, 60, 4],
  16: [32, 120, 8],
};

/**
 * What is wrong with an application.
 *
 * @see https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_AutoStopConfig.html
 */
export function applicationMistakes(props: SparkApplicationProps): string[] {
  const { release = APPLICATION_DEFAULTS.release, idleMinutes = APPLICATION_DEFAULTS.idleMinutes } = props;
  const { limit, readyWorkers } = props;
  const most = Number.MAX_SAFE_INTEGER;
  return [
    ...releaseMistakes(release),
    ...within("idleMinutes", idleMinutes, 1, 10_080),
    ...within("limit.vcpus", limit.vcpus, 1, most),
    ...within("limit.memoryGiB", limit.memoryGiB, 1, most),
    ...(limit.diskGiB === undefined ? [] : within("limit.diskGiB", limit.diskGiB, 1, most)),
    ...(readyWorkers ? workerMistakes(readyWorkers) : []),
  ];
}

function workerMistakes({ drivers, executors, vcpus, memoryGiB }: ReadyWorkersProps): string[] {
  const [least, most, step] = WORKERS[vcpus] ?? [0, 0, 1];
  const fits = memoryGiB >= least && memoryGiB <= most && (memoryGiB - least) % step === 0;
  return [
    ...within("readyWorkers.drivers", drivers, 1, Number.MAX_SAFE_INTEGER),
    ...within("readyWorkers.executors", executors, 1, Number.MAX_SAFE_INTEGER),
    ...(most === 0 ? [`readyWorkers.vcpus must be 1, 2, 4, 8 or 16, got ${vcpus}`] : []),
    ...(most === 0 || fits
      ? []
      : [
          `readyWorkers.memoryGiB must be ${least} to ${most} in steps of ${step} for ${vcpus} vcpus, got ${memoryGiB}`,
        ]),
  ];
}
