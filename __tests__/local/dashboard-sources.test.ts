import { appendFileSync, cpSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dashboardSources, imageSources } from "../../local/dashboard-sources";
import { TestFolder } from "../support/folder";

const root = process.cwd();
const folder = new TestFolder();

/** What the builder of the image sees, and with what it is told so. */
const context = readFileSync("dashboard/.dockerignore", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("!"))
  .map((line) => line.slice(1));
const building = ["Dockerfile", ".dockerignore"];

beforeAll(() => {
  for (const name of [...context, ...building]) {
    cpSync(join("dashboard", name), join(folder.path, "dashboard", name), { recursive: true });
  }
  process.chdir(folder.path);
});
afterAll(() => process.chdir(root));

function change(name: string): void {
  const path = join("dashboard", name);
  if (statSync(path).isDirectory()) writeFileSync(join(path, "added.py"), "");
  else appendFileSync(path, "\n");
}

test("are seen by the builder, and nothing else is", () => {
  expect(context).toEqual(["requirements.txt", "gunicorn.conf.py", "app"]);
});

test.each(context)("%s is part of what runs, and of the image", (name) => {
  const before = [dashboardSources(), imageSources()];
  change(name);
  expect(dashboardSources()).not.toBe(before[0]);
  expect(imageSources()).not.toBe(before[1]);
});

test.each(building)("%s is part of the image alone", (name) => {
  const before = [dashboardSources(), imageSources()];
  change(name);
  expect(dashboardSources()).toBe(before[0]);
  expect(imageSources()).not.toBe(before[1]);
});
