import { join } from "node:path";
import { findPython, PythonError } from "../../local/find-python";
import { TestFolder } from "../support/folder";

const ADVICE = "install Python 3.11 or newer, or name one in GROUNDPLAN_PYTHON";

const folder = new TestFolder();

/** A Python of that version, which may lack what makes environments. */
function python(name: string, version: string, venv: "with venv" | "without venv" = "with venv"): string {
  return folder.script(
    name,
    `case "$2" in *version_info*) echo ${version} ;; *ensurepip*) exit ${venv === "with venv" ? 0 : 1} ;; esac`,
  );
}

const on = (name: string) => ({ PATH: join(folder.path, name) });

test("prefers python3.11, and takes what is newer", async () => {
  const preferred = python("both/python3.11", "3.11");
  python("both/python3", "3.13");
  expect(await findPython(on("both"))).toBe(preferred);
  const newer = python("newer/python3.13", "3.13");
  expect(await findPython(on("newer"))).toBe(newer);
});

test("goes past a Python that is too old or does not start", async () => {
  folder.script("mixed/python3.11", "exit 127");
  python("mixed/python3", "3.9");
  const path = python("mixed/python", "3.12");
  expect(await findPython(on("mixed"))).toBe(path);
});

test("takes the one that GROUNDPLAN_PYTHON names, and no other", async () => {
  const path = python("named/my-python", "3.12");
  expect(await findPython({ ...on("both"), GROUNDPLAN_PYTHON: path })).toBe(path);
  await expect(findPython({ ...on("both"), GROUNDPLAN_PYTHON: "/nowhere/python" })).rejects.toThrow(
    new PythonError(`GROUNDPLAN_PYTHON names /nowhere/python, which is not there: ${ADVICE}`),
  );
});

test("rejects a PATH without Python, and says what to install", async () => {
  await expect(findPython({ PATH: "/nowhere" })).rejects.toThrow(
    new PythonError(`there is no Python on PATH: ${ADVICE}`),
  );
});

test("rejects a Python that is too old", async () => {
  const path = python("old/python3", "3.10");
  await expect(findPython(on("old"))).rejects.toThrow(
    new PythonError(`${path} is version 3.10, which is too old: ${ADVICE}`),
  );
});

test("rejects a Python that does not start", async () => {
  const path = folder.script("dead/python3", "exit 127");
  await expect(findPython(on("dead"))).rejects.toThrow(new PythonError(`${path} does not start: ${ADVICE}`));
});

test("rejects a Python without venv, and names the package that has it", async () => {
  const path = python("debian/python3", "3.11", "without venv");
  await expect(findPython(on("debian"))).rejects.toThrow(
    new PythonError(`${path} cannot make environments: install its package python3.11-venv`),
  );
});
