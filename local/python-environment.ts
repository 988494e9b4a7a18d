import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { home } from "../config/home";
import { ask } from "./executable";
import { findPython, PythonError, pythonVariables } from "./find-python";
import { withFileLock } from "./lock";

/** A cold install over a slow line, in seconds. */
const INSTALL_SECONDS = 600;
const ERROR_LINES = 5;

/** Python packages by version and hash, kept apart from those of every other program. */
export interface PythonEnvironment {
  /** Of its folder in `GROUNDPLAN_HOME`. */
  readonly name: string;
  /** Files with a hash for each package; relative to the project root, which is the working directory. */
  readonly requirements: readonly [string, ...string[]];
  /** Modules that it must be able to import, else it is made again. */
  readonly modules: readonly string[];
  /** What a message calls the whole of it: `the embedded AWS`. */
  readonly title: string;
  /** What a message says is installed: `ministack, moto and what they need`. */
  readonly packages: string;
}

/**
 * A Python environment in `GROUNDPLAN_HOME`, shared by all environments of the platform: made once, and again when the
 * requirements change or the Python that it was made from is gone.
 *
 * @param signal ends it where it stands: what is there is made again the next time
 * @returns the path of its interpreter
 * @throws PythonError when there is no Python for it, or pip fails or is ended; the message ends with what pip said
 */
export async function pythonEnvironment(
  environment: PythonEnvironment,
  onProgress: (text: string) => void = () => {},
  signal?: AbortSignal,
): Promise<string> {
  const { name, requirements, packages, title } = environment;
  const folder = resolve(home(), name);
  const interpreter = join(folder, "bin", "python");
  const hash = createHash("sha256");
  for (const file of requirements) hash.update(readFileSync(file));
  const key = hash.digest("hex");
  if (await isComplete(environment, folder, key)) return interpreter;
  return withFileLock(`${folder}.lock`, INSTALL_SECONDS, async () => {
    if (await isComplete(environment, folder, key)) return interpreter;
    const python = await findPython();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    onProgress("making a Python environment");
    await run(title, python, ["-m", "venv", folder], signal);
    onProgress(`installing ${packages}`);
    await run(title, interpreter, pipArguments(requirements), signal);
    writeFileSync(markerOf(folder), key); // last: an environment without it is made again
    return interpreter;
  });
}

const markerOf = (folder: string) => join(folder, "requirements.sha256");

function pipArguments(requirements: readonly string[]): string[] {
  const quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"];
  const files = requirements.flatMap((file) => ["--requirement", file]);
  return ["-m", "pip", "install", ...quiet, "--require-hashes", ...files];
}

/** Whether the environment was made whole from these requirements, and its interpreter still starts. */
async function isComplete({ modules }: PythonEnvironment, folder: string, key: string): Promise<boolean> {
  const marker = markerOf(folder);
  if (!existsSync(marker) || readFileSync(marker, "utf8") !== key) return false;
  const interpreter = join(folder, "bin", "python");
  const said = await ask(interpreter, ["-c", `import ${modules.join(", ")}`], pythonVariables(process.env));
  return said.succeeded;
}

function run(
  title: string,
  command: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const child = spawn(command, args, {
    env: pythonVariables(process.env),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: INSTALL_SECONDS * 1000,
    ...(signal && { signal }),
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => said.push(line));
  }
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) => {
      if (code === 0) return done();
      const tail = said.slice(-ERROR_LINES).join("\n");
      failed(
        new PythonError(
          `${title} could not be installed (${command} ${args.slice(0, 3).join(" ")} ended with ${code}); see that pip reaches its index and try again:\n${tail}`,
        ),
      );
    });
  });
}
