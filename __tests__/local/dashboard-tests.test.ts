import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DASHBOARD_DEV } from "../../local/python";
import { runProcess } from "../support/command";
import { TestFolder } from "../support/folder";

jest.setTimeout(60_000); // real processes; the first one bundles

const folder = new TestFolder();
const home = folder.home();
const calls = join(folder.path, "calls");
const temporary = join(folder.path, "temporary");

const REPORT = '<testsuite name="pytest" errors="0" failures="1" skipped="0" tests="3">';
const GOOD = REPORT.replace('failures="1"', 'failures="0"');

/** `npm run dashboard:test` with programs that end with these codes; pytest writes the report. */
async function checked(
  codes: { readonly ruff?: number; readonly pytest?: number },
  report = GOOD,
  args: string[] = [],
) {
  const { ruff = 0, pytest = 0 } = codes;
  rmSync(calls, { force: true });
  folder.script(
    "home/dashboard-dev-python/bin/python",
    `[ "$1" = -c ] && exit 0
echo "$*" >> ${calls}
[ -n "$AWS_PROFILE" ] && echo "$AWS_PROFILE"
[ "$2" = ruff ] && exit ${ruff}
for word; do case "$word" in --junitxml=*) echo '${report}' > "\${word#--junitxml=}" ;; esac; done
echo "pytest's own words"
exit ${pytest}`,
  );
  const hash = createHash("sha256");
  for (const file of DASHBOARD_DEV.requirements) hash.update(readFileSync(file));
  folder.file("home/dashboard-dev-python/requirements.sha256", hash.digest("hex"));
  const env = { ...process.env, GROUNDPLAN_HOME: home, TMPDIR: temporary, AWS_PROFILE: "work" };
  return runProcess(process.execPath, ["bin/launch.mjs", "local/dashboard-tests.ts", ...args], env);
}

beforeAll(() => mkdirSync(temporary));
afterEach(() => expect(readdirSync(temporary)).toEqual([]));

test("asks ruff for rules and format, then pytest, and counts its tests in the last line", async () => {
  const words = "pytest's own words\nTests:       3 passed, 3 total\n";
  expect(await checked({}, GOOD, ["-k", "health"])).toEqual({ code: 0, stdout: words, stderr: "" });
  expect(readFileSync(calls, "utf8").split("\n")).toEqual([
    "-m ruff check --no-cache .",
    "-m ruff format --no-cache --check .",
    expect.stringMatching(/^-m pytest .* -k health$/),
    "",
  ]);
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

test("shows an example, and runs nothing", async () => {
  const { code, stdout } = await checked({}, GOOD, ["--help"]);
  expect([code, existsSync(calls)]).toEqual([0, false]);
  expect(stdout).toContain("Example:\n  $ npm run dashboard:test -- -k health\n");
});
