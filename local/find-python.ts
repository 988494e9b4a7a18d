import { ask, findExecutable } from "./executable";

/** In the order of preference: the version that it is tested with, then what there is. */
const CANDIDATES = ["python3.11", "python3", "python", "python3.12", "python3.13", "python3.14"];
const MINIMUM_MINOR = 11;

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

/** Without what would lead a Python to the packages of another one; where pip's index is stays the user's choice. */
export function pythonVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(PYTHON(HOME|PATH|STARTUP)|PIP_(USER|TARGET|PREFIX))$/.test(name),
  );
  return { ...Object.fromEntries(kept), PYTHONUTF8: "1" };
}

/** What is wrong with a Python, and what to do about it; undefined for one that can be used. */
async function problemOf(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const version = await ask(
    path,
    ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
    pythonVariables(env),
  );
  const [major = 0, minor = 0] = version.stdout.trim().split(".").map(Number);
  if (!version.succeeded) return `${path} does not start: ${ADVICE}`;
  if (major < 3 || (major === 3 && minor < MINIMUM_MINOR)) {
    return `${path} is version ${major}.${minor}, which is too old: ${ADVICE}`;
  }
  if ((await ask(path, ["-c", "import venv, ensurepip"], pythonVariables(env))).succeeded) return undefined;
  return `${path} cannot make environments: install its package python${major}.${minor}-venv`;
}
