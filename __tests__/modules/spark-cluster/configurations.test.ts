import { mergedConfigurations } from "../../../modules/spark-cluster/cluster/configurations";

const PINNED = {
  "spark.executorEnv.PYSPARK_PYTHON": "/usr/bin/python3.11",
  "spark.pyspark.python": "/usr/bin/python3.11",
  "spark.yarn.appMasterEnv.PYSPARK_PYTHON": "/usr/bin/python3.11",
};
const merged = (configurations: Readonly<Record<string, Readonly<Record<string, string>>>>) =>
  mergedConfigurations(configurations, "/usr/bin/python3.11");

test("pins the Python of driver and executors", () => {
  expect(merged({})).toEqual([{ Classification: "spark-defaults", Properties: PINNED }]);
});

test("keeps what is asked for beside it, sorted by name", () => {
  const configurations = merged({
    "yarn-site": { "yarn.b": "2", "yarn.a": "1" },
    "spark-defaults": { "spark.eventLog.compress": "true" },
  });
  expect(configurations).toEqual([
    { Classification: "spark-defaults", Properties: { "spark.eventLog.compress": "true", ...PINNED } },
    { Classification: "yarn-site", Properties: { "yarn.a": "1", "yarn.b": "2" } },
  ]);
  expect(Object.keys(configurations[1]?.Properties ?? {})).toEqual(["yarn.a", "yarn.b"]);
});
