import { type PythonEnvironment, pythonEnvironment } from "./python-environment";

/** What the Spark jobs need, and what their tests need on top; relative to the project root, which is the working directory. */
export const SPARK_REQUIREMENTS_FILE = "spark/requirements.txt";
const SPARK_DEV_REQUIREMENTS_FILE = "spark/requirements-dev.txt";

/** With Spark itself in it: as a folder of the packages, it is 317 MB. */
export const SPARK: PythonEnvironment = {
  name: "spark-python",
  requirements: [SPARK_REQUIREMENTS_FILE],
  modules: ["pyspark", "numpy"],
  title: "Spark",
  packages: "PySpark with Spark in it (317 MB), and numpy",
};

/** Of its own: what the tests import must never be what makes a job run. */
export const SPARK_DEV: PythonEnvironment = {
  name: "spark-dev-python",
  requirements: [SPARK_REQUIREMENTS_FILE, SPARK_DEV_REQUIREMENTS_FILE],
  modules: [...SPARK.modules, "duckdb", "pytest", "ruff"],
  title: "what tests the Spark jobs",
  packages: "PySpark with Spark in it (317 MB), DuckDB, pytest, ruff and what they need",
};

/** The interpreter that runs the jobs. @throws PythonError as `pythonEnvironment` */
export const sparkPython = (onProgress?: (text: string) => void, signal?: AbortSignal) =>
  pythonEnvironment(SPARK, onProgress, signal);

/** The interpreter that runs the jobs' tests and linter. @throws PythonError as `pythonEnvironment` */
export const sparkDevPython = (onProgress?: (text: string) => void) =>
  pythonEnvironment(SPARK_DEV, onProgress);
