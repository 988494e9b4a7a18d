import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Project } from "./project";

jest.setTimeout(30_000); // real processes: each takes a tenth of a second, on a busy machine ten times that

const lock = (packages: Record<string, object>) => JSON.stringify({ packages: { "": {}, ...packages } });
const WANTED = lock({
  "node_modules/a": { version: "1.0.0" },
  "node_modules/b": { version: "2.0.0", dev: true },
  "node_modules/c": { version: "3.0.0", optional: true },
});

let project: Project;
beforeEach(() => {
  project = new Project({ "main.ts": "console.log('ran');", "package-lock.json": WANTED });
});
afterEach(() => project.remove());

/** Launches with an `npm` of our own that runs the shell lines `script` in the root. */
function launchWithNpm(script: string) {
  project.write("fake/npm", `#!/bin/sh\n${script}\n`);
  chmodSync(join(project.root, "fake/npm"), 0o755);
  return project.launch([], { PATH: `${join(project.root, "fake")}${delimiter}${process.env.PATH}` });
}

const INSTALL =
  'echo "npm $*"; sleep 0.3; echo x >> installs; cp package-lock.json node_modules/.package-lock.json';

test("installs missing packages once, and keeps stdout for the program", async () => {
  expect(await launchWithNpm(INSTALL)).toEqual({
    status: 0,
    stdout: "ran\n",
    stderr: "Installing packages (once) …\nnpm ci\n",
  });
  expect(await launchWithNpm(INSTALL)).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
});

test("installs once when two first runs meet", async () => {
  const both = await Promise.all([launchWithNpm(INSTALL), launchWithNpm(INSTALL)]);
  expect(both.map(({ stdout }) => stdout)).toEqual(["ran\n", "ran\n"]);
  expect(both.map(({ stderr }) => stderr).sort()).toEqual(["", "Installing packages (once) …\nnpm ci\n"]);
});

test("installs when the lock file asks for another version", async () => {
  await launchWithNpm(INSTALL);
  project.write("package-lock.json", WANTED.replace("1.0.0", "1.0.1"));
  expect((await launchWithNpm(INSTALL)).stderr).toBe("Installing packages (once) …\nnpm ci\n");
});

test("takes an installation without development and optional packages as it is", async () => {
  project.write("node_modules/.package-lock.json", lock({ "node_modules/a": { version: "1.0.0" } }));
  expect(await launchWithNpm("exit 1")).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
});

test("forgets the lock of an installation that was killed", async () => {
  project.write(".groundplan/install.lock", "99999999");
  expect((await launchWithNpm(INSTALL)).stdout).toBe("ran\n");
});

test("rejects an installation that fails, with what to do", async () => {
  const { status, stderr } = await launchWithNpm("echo 'no network' >&2; exit 3");
  expect(status).toBe(1);
  expect(stderr).toBe(
    `Installing packages (once) …\nno network\nInstallError: npm ci ended with 3, see above. Run it in ${project.root} and try again.\n`,
  );
});
