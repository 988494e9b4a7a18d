import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dashboardDevPython, dashboardPython, embeddedPython } from "../../local/python";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const home = folder.home();
const calls = join(folder.path, "calls");

beforeAll(() => {
  process.env.GROUNDPLAN_PYTHON = folder.script(
    "maker/python3.11",
    `echo "$*" >> ${calls}
case "$*" in
  *version_info*) echo 3.11 ;;
  "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac`,
  );
});
beforeEach(() => rmSync(calls, { force: true }));
afterAll(() => {
  delete process.env.GROUNDPLAN_PYTHON;
});

test.each([
  ["embedded AWS", embeddedPython, "python", ["local/requirements.txt"]],
  ["dashboard", dashboardPython, "dashboard-python", ["dashboard/requirements.txt"]],
  [
    "dashboard's tests",
    dashboardDevPython,
    "dashboard-dev-python",
    ["dashboard/requirements.txt", "dashboard/requirements-dev.txt"],
  ],
])("the %s has an environment of its own, from its own requirements", async (_, python, name, files) => {
  expect(await python()).toBe(join(home, name, "bin", "python"));
  const asked = files.map((file) => `--requirement ${file}`).join(" ");
  expect(readFileSync(calls, "utf8")).toContain(`--require-hashes ${asked}\n`);
});
