import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { withFileLock } from "../../local/lock";
import { findPython } from "../../local/python";
import { runProcess } from "./command";

const VERSION = "3.2.533";

/** What checkov may find, and why. */
const SUPPRESSIONS = "config/checkov.yaml";

/** Check → the stacks of each environment in whose plans it may fail, and why. */
type Suppressions = Record<string, { in: Record<string, string[]>; reason: string }>;

/** The checks that fail in the plan of a stack for a reason that the project gives. */
export function expectedChecks(environment: string, stack: string): string[] {
  const known = parse(readFileSync(SUPPRESSIONS, "utf8")) as Suppressions;
  const here = Object.entries(known).filter(([, found]) => found.in[environment]?.includes(stack));
  if (here.some(([, { reason }]) => !reason))
    throw new Error(`${SUPPRESSIONS}: every suppression needs a reason`);
  return here.map(([check]) => check).sort();
}

/** The checks that fail on a plan, all of them switched on. checkov is installed once, into a folder of its own. */
export async function failedChecks(planFile: string): Promise<string[]> {
  const binary = await installed();
  const args = [
    "--file",
    planFile,
    "--framework",
    "terraform_plan",
    "--output",
    "json",
    "--skip-download",
    "--soft-fail",
  ];
  const { stdout } = await must(binary, [...args, "--quiet"]);
  const { results } = JSON.parse(stdout) as {
    results: { failed_checks: { check_id: string }[] };
  };
  return [...new Set(results.failed_checks.map(({ check_id: check }) => check))].sort();
}

/** Two suites may ask at the same time; a folder without the binary's last file is made anew. */
async function installed(): Promise<string> {
  const folder = resolve(".groundplan", `checkov-${VERSION}`);
  const binary = resolve(folder, "bin", "checkov");
  return withFileLock(`${folder}.lock`, 600, async () => {
    if (existsSync(resolve(folder, "complete"))) return binary;
    rmSync(folder, { recursive: true, force: true });
    await must(await findPython(), ["-m", "venv", folder]);
    await must(resolve(folder, "bin", "python"), ["-m", "pip", "install", "--quiet", `checkov==${VERSION}`]);
    writeFileSync(resolve(folder, "complete"), VERSION);
    return binary;
  });
}

async function must(file: string, args: readonly string[]) {
  const result = await runProcess(file, args, process.env);
  if (result.code !== 0) throw new Error(`${file} ${args.join(" ")}: ${result.stdout}${result.stderr}`);
  return result;
}
