import { findJava, JavaError } from "./find-java";
import { PythonError } from "./find-python";
import { pythonTests } from "./python-tests";
import { sparkDevPython } from "./spark-python";

/** They take a minute on a quiet machine. */
const TEST_SECONDS = 1200;

const HELP = `Usage: npm run spark:test -- [arguments of pytest]

Checks the Spark jobs: ruff's rules and format, then pytest on a Spark of this machine. The last line counts the tests.

Example:
  $ npm run spark:test -- -k erase
`;

/** `npm run spark:test`. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const java = await findJava();
  const python = await sparkDevPython((text) => console.error(`${text} …`));
  // A Spark of the user's own would be taken instead of the one that is tested.
  const env = {
    JAVA_HOME: java,
    SPARK_HOME: undefined,
    PYSPARK_PYTHON: python,
    PYSPARK_SUBMIT_ARGS: undefined,
  };
  return pythonTests({ folder: "spark", python, testSeconds: TEST_SECONDS, env }, args);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    if (!(error instanceof JavaError || error instanceof PythonError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  },
);
