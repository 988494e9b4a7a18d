import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pythonVariables } from "./find-python";
import { type Ending, Foreground } from "./foreground";
import { countsIn, testsLine } from "./test-counts";

const LINT_SECONDS = 120;
const INTERRUPTED = 130;

/** A Python project of this repository, and what tests it. */
export interface PythonProject {
  /** Its folder, relative to the project root. */
  readonly folder: string;
  /** The interpreter, which has ruff and pytest. */
  readonly python: string;
  /** For all its tests together. */
  readonly testSeconds: number;
  /** Variables on top of the user's. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Ruff's rules and format, then pytest, whatever fails first; the last line counts the tests. @returns the exit code */
export async function pythonTests(project: PythonProject, args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), `groundplan-${project.folder}-`));
  const report = join(folder, "pytest.xml");
  const files = ["-p", "no:cacheprovider", `--junitxml=${report}`, `--basetemp=${join(folder, "tests")}`];
  const programs: readonly (readonly [readonly string[], number])[] = [
    [["ruff", "check", "--no-cache", "."], LINT_SECONDS],
    [["ruff", "format", "--no-cache", "--check", "."], LINT_SECONDS],
    [["pytest", ...files, ...args], project.testSeconds],
  ];
  try {
    let code = 0;
    for (const [words, seconds] of programs) {
      const ending = await run(project, words, seconds);
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

function run(project: PythonProject, words: readonly string[], seconds: number): Promise<Ending> {
  const { python, folder, env } = project;
  const command = {
    path: python,
    args: ["-m", ...words],
    env: { ...variables(), ...env },
    cwd: resolve(folder),
  };
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
