/** A run of spark-submit, as data: the same for a step of EMR, for EMR Serverless and for Spark on a machine of one's own. */
export interface SparkSubmit {
  /** `s3://` address of the Python file. */
  readonly entryPoint: string;
  /** `s3://` address of the zip of packages. */
  readonly pyFiles?: string;
  readonly arguments: readonly string[];
  /** Option that comes behind the arguments, with the time of the start as ISO 8601 in whole seconds and with `Z`. */
  readonly startTimeOption?: string;
  readonly configuration: Readonly<Record<string, string>>;
}

/**
 * What `command-runner.jar` gets. The driver runs in the cluster, where the job's own role is.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-spark-submit-step.html
 */
export function stepArguments(submit: SparkSubmit): string[] {
  return [
    "spark-submit",
    "--deploy-mode",
    "cluster",
    ...options(submit),
    submit.entryPoint,
    ...submit.arguments,
  ];
}

/**
 * What EMR Serverless takes as one text, in the way of a shell.
 *
 * @see https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/jobs-spark.html
 */
export function submitParameters(submit: SparkSubmit): string {
  return options(submit).map(quoted).join(" ");
}

function options({ pyFiles, configuration }: SparkSubmit): string[] {
  const names = Object.keys(configuration).sort();
  return [
    ...(pyFiles === undefined ? [] : ["--py-files", pyFiles]),
    ...names.flatMap((name) => ["--conf", `${name}=${configuration[name]}`]),
  ];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
