/** A list as EMR takes it. */
export interface Configuration {
  readonly Classification: string;
  readonly Properties: Readonly<Record<string, string>>;
}

/** Where Python is said: in one prop, so that driver and executors agree. */
export const RESERVED_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  "spark-defaults": [
    "spark.pyspark.python",
    "spark.yarn.appMasterEnv.PYSPARK_PYTHON",
    "spark.executorEnv.PYSPARK_PYTHON",
  ],
};

/**
 * What is asked for, with the Python that driver and executors run, sorted by name. A release has several Pythons, and
 * the one that `python3` means changes between releases.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-configure-apps.html
 * @see https://spark.apache.org/docs/3.5.6/configuration.html#environment-variables
 */
export function mergedConfigurations(
  configurations: Readonly<Record<string, Readonly<Record<string, string>>>>,
  python: string,
): Configuration[] {
  const pinned = (RESERVED_PROPERTIES["spark-defaults"] ?? []).map((name) => [name, python]);
  const merged = {
    ...configurations,
    "spark-defaults": { ...configurations["spark-defaults"], ...Object.fromEntries(pinned) },
  };
  return Object.entries<Readonly<Record<string, string>>>(merged)
    .map(([Classification, properties]) => ({ Classification, Properties: sorted(properties) }))
    .sort((a, b) => (a.Classification < b.Classification ? -1 : 1));
}

const sorted = (properties: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)));
