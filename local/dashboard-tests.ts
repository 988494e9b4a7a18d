import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pythonVariables } from "./find-python";
import { type Ending, Foreground } from "./foreground";
import { dashboardDevPython } from "./python";
import { countsIn, testsLine } from "./test-counts";

/** Of each program; the tests take a minute on a quiet machine. */
const LINT_SECONDS = 120;
const TEST_SECONDS = 900;
const INTERRUPTED = 130;

const HELP = `Usage: npm run dashboard:test -- [arguments of pytest]

Checks the dashboard's Python: ruff's rules and format, then pytest. The last line counts the tests.

Example:
  $ npm run dashboard:test -- -k health
`;

/** `npm run dashboard:test`: all of it, whatever fails first. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const python = await dashboardDevPython((text) => console.error(`${text} …`));
  const folder = mkdtempSync(join(tmpdir(), "groundplan-dashboard-"));
  const report = join(folder, "pytest.xml");
  const files = ["-p", "no:cacheprovider", `--junitxml=${report}`, `--basetemp=${join(folder, "tests")}`];
  const programs: readonly (readonly [readonly string[], number])[] = [
    [["ruff", "check", "--no-cache", "."], LINT_SECONDS],
    [["ruff", "format", "--no-cache", "--check", "."], LINT_SECONDS],
    [["pytest", ...files, ...args], TEST_SECONDS],
  ];
  try {
    let code = 0;
    for (const [words, seconds] of programs) {
      const ending = await run(python, words, seconds);
      if (ending === "interrupted") return INTERRUPTED;
      if (codeOf(ending, words, seconds) !== 0) code = 1;
    }
    const counts = countsIn(readIfThere(report));
    process.stdout.write(`${testsLine(counts)}\n`);
    return counts.passed === 0 || counts.failed > 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(python: string, words: readonly string[], seconds: number): Promise<Ending> {
  const command = { path: python, args: ["-m", ...words], env: variables(), cwd: resolve("dashboard") };
  return new Foreground(command, { seconds, stopSignal: "SIGINT" }).ended;
}

/** Nothing of the user's AWS: a test that asks for some must fail. */
function variables(): NodeJS.ProcessEnv {
  const kept = Object.entries(pythonVariables(process.env)).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    PYTHONDONTWRITEBYTECODE: "1", // its sources lie in the project
  };
}

function codeOf(ending: Exclude<Ending, "interrupted">, [program]: readonly string[], seconds: number) {
  if (ending !== "timed out") return ending.code;
  console.error(`${program} did not end within ${seconds} s`);
  return 1;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // pytest has not come so far
  }
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
