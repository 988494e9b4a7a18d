import { join } from "node:path";
import { type SparkSubmit, stepArguments } from "../modules/spark-cluster/jobs/spark-submit";

/** Threads of a run, as many as the smallest machine has that this project is tested on. */
const MASTER = "local[2]";
/** The lake of a machine is small; Spark's own 200 would be 200 tasks for each shuffle of it. */
const PARTITIONS = "4";
const DRIVER_MEMORY = "2g";
/** Short programs need no second compiler, whose frames are smaller: ALS overflows Java's own 1 MiB of stack without it. */
const JAVA = "-XX:TieredStopAtLevel=1 -Xss4m";

/** Alone, or behind the name of its argument: `--curated=s3://bucket`. */
const ADDRESS = /^(--[\w-]+=)?s3:\/\/([^/]+)\/?(.*)$/s;

/** A place in S3. */
export interface Address {
  readonly bucket: string;
  /** A key, or what keys begin with; empty for the whole bucket. */
  readonly key: string;
}

/** The places that a run names: its own files, and those that its arguments name. */
export function addressesIn({ entryPoint, pyFiles, arguments: words }: SparkSubmit): Address[] {
  return [entryPoint, pyFiles ?? "", ...words].flatMap((word) => {
    const [, , bucket, key = ""] = ADDRESS.exec(word) ?? [];
    return bucket === undefined ? [] : [{ bucket, key }];
  });
}

/** Where a bucket's copy lies in the folder of a run. */
export const copyOf = (folder: string, bucket: string) => join(folder, "s3", bucket);

/**
 * The line of a step of EMR, for the Spark of this machine: places in S3 are those of their copies, the driver is here, and
 * nothing is written but in the run's folder.
 *
 * @param folder absolute
 */
export function localLine(submit: SparkSubmit, folder: string): string[] {
  const { entryPoint, pyFiles, arguments: words, configuration } = submit;
  const local = (word: string) =>
    word.replace(ADDRESS, (_, name = "", bucket, key) => `${name}${join(copyOf(folder, bucket), key)}`);
  const line = stepArguments({
    entryPoint: local(entryPoint),
    ...(pyFiles === undefined ? {} : { pyFiles: local(pyFiles) }),
    arguments: words.map(local),
    configuration: { ...configuration, ...settingsIn(folder) },
  });
  const mode = line.indexOf("--deploy-mode");
  return [...line.slice(0, mode), "--master", MASTER, ...line.slice(mode + 2)];
}

/** @see https://spark.apache.org/docs/3.5.6/configuration.html */
function settingsIn(folder: string): Readonly<Record<string, string>> {
  return {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": `${JAVA} "-Djava.io.tmpdir=${join(folder, "tmp")}"`,
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": DRIVER_MEMORY,
    "spark.local.dir": join(folder, "spark"),
    "spark.sql.shuffle.partitions": PARTITIONS,
    "spark.sql.warehouse.dir": join(folder, "tables"),
    "spark.ui.enabled": "false",
  };
}
