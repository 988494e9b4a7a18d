import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { featuresOf, testOptionTable } from "../../support/feature-table";

const PARTS = [
  "jobs/job-props",
  "jobs/python-zip",
  "machine/run-props",
  "cluster/cluster-props",
  "cluster/capacity-props",
  "cluster/security-configuration",
  "application/application-props",
];
/** What `zipPython` gives back is no option. */
const FEATURES = PARTS.flatMap((file) => featuresOf(`modules/spark-cluster/${file}.ts`)).filter(
  ({ name }) => name !== "PythonZip",
);

const TESTS = "__tests__/modules/spark-cluster";

test.each(FEATURES.map(({ name }) => name))("every option of %s has a test", (name) => {
  const files = readdirSync(TESTS).filter((file) => file !== "options.test.ts");
  const text = files.map((file) => readFileSync(join(TESTS, file), "utf8")).join("\n");
  // The type makes it complete; here is seen that it is run.
  expect(text).toMatch(new RegExp(`^testOptions\\([^)]*\\b${name}: [A-Z_]+`, "m"));
});

testOptionTable("spark-cluster", FEATURES);
