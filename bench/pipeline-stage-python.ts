import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { home } from "../config/home";
import { ask } from "../local/executable";
import { findPython } from "../local/python";
import { BenchError } from "./measure";

/** What is measured against, by version. */
export const PACKAGES = ["duckdb==2.0.1", "pyarrow==26.0.1"] as const;

const VENV_SECONDS = 120;
const INSTALL_SECONDS = 600;

/**
 * A Python with `PACKAGES`, in `GROUNDPLAN_HOME/bench-python`; made when it is not there.
 * @returns the path of its interpreter
 * @throws BenchError with what pip said; PythonError when there is no Python
 */
export async function benchPython(): Promise<string> {
  const folder = resolve(home(), "bench-python");
  const interpreter = join(folder, "bin", "python");
  const marker = join(folder, "packages");
  const wanted = PACKAGES.join("\n");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return interpreter;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run(await findPython(), ["-m", "venv", folder], VENV_SECONDS);
  const quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"];
  const pip = ["-m", "pip", "install", ...quiet, "--only-binary", ":all:", ...PACKAGES];
  await run(interpreter, pip, INSTALL_SECONDS);
  writeFileSync(marker, wanted); // last: an environment without it is made again
  return interpreter;
}

async function run(command: string, args: readonly string[], seconds: number): Promise<void> {
  const { succeeded, stdout, stderr } = await ask(command, args, process.env, { seconds });
  if (succeeded) return;
  const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-5).join("\n");
  throw new BenchError(
    `${command} ${args.slice(0, 3).join(" ")} failed: see that pip reaches its index and try again:\n${said}`,
  );
}
