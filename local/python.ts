import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { home } from "../config/home";
import { ask, findExecutable } from "./executable";
import { withFileLock } from "./lock";

/** What the embedded AWS needs, by version and hash; relative to the project root, which is the working directory. */
export const REQUIREMENTS_FILE = "local/requirements.txt";

/** In the order of preference: the version that it is tested with, then what there is. */
const CANDIDATES = ["python3.11", "python3", "python", "python3.12", "python3.13", "python3.14"];
const MINIMUM_MINOR = 11;

/** A cold install over a slow line, in seconds. */
const INSTALL_SECONDS = 600;

const ADVICE = "install Python 3.11 or newer, or name one in GROUNDPLAN_PYTHON";

/** There is no Python that can be used, or its packages could not be installed. */
export class PythonError extends Error {
  override readonly name = "PythonError";
}

/**
 * A Python that can make environments: `GROUNDPLAN_PYTHON`, else the first fit on `PATH`.
 *
 * @returns its absolute path
 * @throws PythonError when there is none, or none that is new and complete enough; the message says what to install
 */
export async function findPython(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const named = env.GROUNDPLAN_PYTHON;
  const refused: string[] = [];
  for (const name of named ? [named] : CANDIDATES) {
    const path = findExecutable(name, env);
    const problem = path === undefined ? undefined : await problemOf(path, env);
    if (path !== undefined && problem === undefined) return path;
    if (problem !== undefined) refused.push(problem);
  }
  if (refused[0] !== undefined) throw new PythonError(refused[0]);
  const missing = named
    ? `GROUNDPLAN_PYTHON names ${named}, which is not there`
    : "there is no Python on PATH";
  throw new PythonError(`${missing}: ${ADVICE}`);
}

/**
 * The Python that runs the embedded AWS: an environment in `GROUNDPLAN_HOME/python`, shared by all environments of the
 * platform, made once and again when the requirements change or the Python that it was made from is gone.
 *
 * @returns the path of its interpreter
 * @throws PythonError when there is no Python for it, or pip fails; the message ends with what pip said
 */
export async function embeddedPython(onProgress: (text: string) => void = () => {}): Promise<string> {
  const folder = resolve(home(), "python");
  const interpreter = join(folder, "bin", "python");
  const key = createHash("sha256").update(readFileSync(REQUIREMENTS_FILE)).digest("hex");
  if (await isComplete(folder, interpreter, key)) return interpreter;
  return withFileLock(`${folder}.lock`, INSTALL_SECONDS, async () => {
    if (await isComplete(folder, interpreter, key)) return interpreter;
    const python = await findPython();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    onProgress("making a Python environment");
    await run(python, ["-m", "venv", folder]);
    onProgress("installing ministack, moto and what they need");
    await run(interpreter, pipArguments());
    writeFileSync(markerOf(folder), key); // last: an environment without it is made again
    return interpreter;
  });
}

const markerOf = (folder: string) => join(folder, "requirements.sha256");

function pipArguments(): string[] {
  const quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"];
  return ["-m", "pip", "install", ...quiet, "--require-hashes", "--requirement", REQUIREMENTS_FILE];
}

/** Whether the environment was made whole from these requirements, and its interpreter still starts. */
async function isComplete(folder: string, interpreter: string, key: string): Promise<boolean> {
  const marker = markerOf(folder);
  if (!existsSync(marker) || readFileSync(marker, "utf8") !== key) return false;
  return (await ask(interpreter, ["-c", "import ministack, hypercorn, flask"], cleaned(process.env)))
    .succeeded;
}

/** What is wrong with a Python, and what to do about it; undefined for one that can be used. */
async function problemOf(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const version = await ask(path, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], cleaned(env));
  const [major = 0, minor = 0] = version.stdout.trim().split(".").map(Number);
  if (!version.succeeded) return `${path} does not start: ${ADVICE}`;
  if (major < 3 || (major === 3 && minor < MINIMUM_MINOR)) {
    return `${path} is version ${major}.${minor}, which is too old: ${ADVICE}`;
  }
  if ((await ask(path, ["-c", "import venv, ensurepip"], cleaned(env))).succeeded) return undefined;
  return `${path} cannot make environments: install its package python${major}.${minor}-venv`;
}

/** Without what would lead a Python to the packages of another one; where pip's index is stays the user's choice. */
function cleaned(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(PYTHON(HOME|PATH|STARTUP)|PIP_(USER|TARGET|PREFIX))$/.test(name),
  );
  return { ...Object.fromEntries(kept), PYTHONUTF8: "1" };
}

function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, {
    env: cleaned(process.env),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: INSTALL_SECONDS * 1000,
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => said.push(line));
  }
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) => {
      if (code === 0) return done();
      const tail = said.slice(-5).join("\n");
      failed(
        new PythonError(
          `the embedded AWS could not be installed (${command} ${args.slice(0, 3).join(" ")} ended with ${code}); see that pip reaches its index and try again:\n${tail}`,
        ),
      );
    });
  });
}
