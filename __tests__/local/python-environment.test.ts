import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PythonError } from "../../local/find-python";
import { type PythonEnvironment, pythonEnvironment } from "../../local/python-environment";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const home = folder.home();
const calls = join(folder.path, "calls");
const files = ["tool.txt", "tests.txt"].map((name) => join(folder.path, name)) as [string, string];

const TOOL: PythonEnvironment = {
  name: "tool-python",
  requirements: files,
  modules: ["tool", "pytest"],
  title: "the tool",
  packages: "the tool and pytest",
};

/** A Python whose environments have the same script as their interpreter. */
function maker({ pip = "true", imports = "exit 0" }): string {
  return folder.script(
    "maker/python3.11",
    `echo "$*" >> ${calls}
case "$*" in
  *version_info*) echo 3.11 ;;
  *"import tool, pytest"*) ${imports} ;;
  "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip"*) ${pip} ;;
esac`,
  );
}

const made = () => readFileSync(calls, "utf8").match(/-m venv/g)?.length;

beforeEach(() => {
  rmSync(home, { recursive: true, force: true });
  rmSync(calls, { force: true });
  for (const file of ["tool.txt", "tests.txt"]) folder.file(file, `${file}\n`);
  process.env.GROUNDPLAN_PYTHON = maker({});
});
afterAll(() => {
  delete process.env.GROUNDPLAN_PYTHON;
});

test("is made once from all its files, and says what it does", async () => {
  const said: string[] = [];
  const interpreter = join(home, "tool-python", "bin", "python");
  expect(await pythonEnvironment(TOOL, (text) => said.push(text))).toBe(interpreter);
  expect(said).toEqual(["making a Python environment", "installing the tool and pytest"]);
  expect(await pythonEnvironment(TOOL, (text) => said.push(text))).toBe(interpreter);
  expect(said).toHaveLength(2);
  expect(readFileSync(calls, "utf8")).toContain(
    `-m pip install --no-input --disable-pip-version-check --progress-bar off --require-hashes --requirement ${files[0]} --requirement ${files[1]}\n`,
  );
});

test("is made once for two callers at the same time", async () => {
  await Promise.all([pythonEnvironment(TOOL), pythonEnvironment(TOOL)]);
  expect(made()).toBe(1);
});

test("ends where it stands when its caller is over, and is made again", async () => {
  const over = new AbortController();
  process.env.GROUNDPLAN_PYTHON = maker({ pip: "exec sleep 30" });
  const ended = pythonEnvironment(TOOL, (text) => text.startsWith("installing") && over.abort(), over.signal);
  await expect(ended).rejects.toThrow("aborted");
  process.env.GROUNDPLAN_PYTHON = maker({});
  await pythonEnvironment(TOOL);
  expect(made()).toBe(2);
});

test.each(["tool.txt", "tests.txt"])("is made again when %s has changed", async (file) => {
  await pythonEnvironment(TOOL);
  folder.file(file, "another version\n");
  await pythonEnvironment(TOOL);
  expect(made()).toBe(2);
});

test("is made again when its interpreter is gone", async () => {
  await pythonEnvironment(TOOL);
  rmSync(join(home, "tool-python", "bin", "python"));
  await pythonEnvironment(TOOL);
  expect(made()).toBe(2);
});

test("is made again when it lacks a module", async () => {
  process.env.GROUNDPLAN_PYTHON = maker({ imports: "exit 1" });
  await pythonEnvironment(TOOL);
  await pythonEnvironment(TOOL);
  expect(made()).toBe(2);
});

test("stays when an environment of another name is made", async () => {
  const interpreter = await pythonEnvironment(TOOL);
  await pythonEnvironment({ ...TOOL, name: "other-python" });
  expect(existsSync(interpreter)).toBe(true);
  expect(made()).toBe(2);
});

test("rejects a failed installation with pip's own words, and is made anew the next time", async () => {
  process.env.GROUNDPLAN_PYTHON = maker({ pip: "echo no route to the index >&2; exit 1" });
  await expect(pythonEnvironment(TOOL)).rejects.toThrow(
    new PythonError(
      `the tool could not be installed (${home}/tool-python/bin/python -m pip install ended with 1); see that pip reaches its index and try again:\nno route to the index`,
    ),
  );
  process.env.GROUNDPLAN_PYTHON = maker({});
  expect(existsSync(await pythonEnvironment(TOOL))).toBe(true);
});
