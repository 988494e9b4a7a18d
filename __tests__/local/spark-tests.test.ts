import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SPARK_DEV } from "../../local/spark-python";
import { runProcess } from "../support/command";
import { TestFolder } from "../support/folder";

jest.setTimeout(60_000); // real processes; the first one bundles

const folder = new TestFolder();
const home = folder.home();
const calls = join(folder.path, "calls");
const temporary = join(folder.path, "temporary");

const REPORT = '<testsuite name="pytest" errors="0" failures="1" skipped="0" tests="3">';
const GOOD = REPORT.replace('failures="1"', 'failures="0"');

/** A Java of that version. @returns its home */
function java(version: number): string {
  const path = join(folder.path, `java-${version}`);
  const settings = `java.home = ${path}\\njava.specification.version = ${version}`;
  folder.script(`java-${version}/bin/java`, `printf '${settings}\\n' >&2`);
  return path;
}

/** `npm run spark:test` with programs that end with these codes; pytest writes the report. */
async function checked(
  codes: { readonly ruff?: number; readonly pytest?: number; readonly java?: number },
  report = GOOD,
  args: string[] = [],
) {
  const { ruff = 0, pytest = 0 } = codes;
  rmSync(calls, { force: true });
  const python = folder.script(
    "home/spark-dev-python/bin/python",
    `[ "$1" = -c ] && exit 0
echo "$*" >> ${calls}
echo "$AWS_PROFILE $SPARK_HOME $PYSPARK_SUBMIT_ARGS $JAVA_HOME $PYSPARK_PYTHON $PWD" >> ${calls}.env
[ "$2" = ruff ] && exit ${ruff}
for word; do case "$word" in --junitxml=*) echo '${report}' > "\${word#--junitxml=}" ;; esac; done
echo "pytest's own words"
exit ${pytest}`,
  );
  const hash = createHash("sha256");
  for (const file of SPARK_DEV.requirements) hash.update(readFileSync(file));
  folder.file("home/spark-dev-python/requirements.sha256", hash.digest("hex"));
  const theirs = { AWS_PROFILE: "work", SPARK_HOME: "/opt/spark", PYSPARK_SUBMIT_ARGS: "--master yarn" };
  const env = { ...process.env, ...theirs, GROUNDPLAN_HOME: home, TMPDIR: temporary };
  const run = ["bin/launch.mjs", "local/spark-tests.ts", ...args];
  const ended = await runProcess(process.execPath, run, { ...env, JAVA_HOME: java(codes.java ?? 17) });
  return { ...ended, python };
}

beforeAll(() => mkdirSync(temporary));
afterEach(() => expect(readdirSync(temporary)).toEqual([]));

test("asks ruff for rules and format, then pytest, and counts its tests in the last line", async () => {
  const { code, stdout, stderr } = await checked({}, GOOD, ["-k", "erase"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toBe("pytest's own words\nTests:       3 passed, 3 total\n");
  expect(readFileSync(calls, "utf8").split("\n")).toEqual([
    "-m ruff check --no-cache .",
    "-m ruff format --no-cache --check .",
    expect.stringMatching(/^-m pytest .* -k erase$/),
    "",
  ]);
});

test("gives the tests this Java and Python, and neither a Spark nor an account of the user's", async () => {
  rmSync(`${calls}.env`, { force: true });
  const { python } = await checked({});
  const said = new Set(readFileSync(`${calls}.env`, "utf8").trimEnd().split("\n"));
  expect([...said]).toEqual([`   ${join(folder.path, "java-17")} ${python} ${join(process.cwd(), "spark")}`]);
});

test.each([
  ["a test has failed", { pytest: 1 }, REPORT, "Tests:       1 failed, 2 passed, 3 total"],
  ["ruff has found something, after pytest", { ruff: 1 }, GOOD, "Tests:       3 passed, 3 total"],
  ["no test ran", { pytest: 0 }, "", "Tests:       0 total"],
  ["pytest has ended otherwise", { pytest: 4 }, GOOD, "Tests:       3 passed, 3 total"],
])("ends with 1 where %s", async (_, codes, report, last) => {
  const { code, stdout } = await checked(codes, report);
  expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([1, last]);
});

test("rejects a machine without a Java for Spark in one sentence, and runs nothing", async () => {
  const { code, stdout, stderr } = await checked({ java: 25 });
  expect([code, stdout, existsSync(calls)]).toEqual([1, "", false]);
  expect(stderr).toBe(
    `${folder.path}/java-25/bin/java is Java 25, not 17: install Java 17 (Debian, Ubuntu: openjdk-17-jre-headless), or name its folder in JAVA_HOME\n`,
  );
});

test("shows an example, and runs nothing", async () => {
  const { code, stdout } = await checked({}, GOOD, ["--help"]);
  expect([code, existsSync(calls)]).toEqual([0, false]);
  expect(stdout).toContain("Example:\n  $ npm run spark:test -- -k erase\n");
});
