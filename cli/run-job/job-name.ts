import type { PlatformConfig } from "../../config/load";
import { SPARK_JOBS } from "../../config/naming";
import { nearest } from "../../config/nearest";
import { CommandError } from "../failure";
import { typed } from "../session";

/** A Spark job of the platform. */
export type JobName = (typeof SPARK_JOBS)[number];

/**
 * The job of that name, also as its file is called: `train_recommendations`.
 *
 * @throws CommandError where there is no such job, or the environment has none
 */
export function jobNamed(name: string, config: PlatformConfig): JobName {
  const { environment } = config;
  if (config.spark === undefined) {
    throw new CommandError({
      message: `${environment} has no Spark jobs: its file has no section spark`,
      next: `add spark to config/environments/${environment}.yaml`,
    });
  }
  const word = name.replaceAll("_", "-");
  const job = SPARK_JOBS.find((known) => known === word);
  if (job !== undefined) return job;
  const meant = nearest(word, SPARK_JOBS);
  throw new CommandError({
    message: `job must be one of ${SPARK_JOBS.join(", ")}, got ${name}`,
    next: typed("run-job", config, meant ?? "<job>"),
  });
}
