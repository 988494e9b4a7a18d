import { dirname } from "node:path";
import { runProcess } from "../../support/command";
import { TestFolder } from "../../support/folder";
import { FakeEngine } from "./fake-engine";

jest.setTimeout(60_000); // real processes; the first one bundles

const folder = new TestFolder();
const home = folder.home();
const engine = new FakeEngine(folder);

const groundplan = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runProcess(process.execPath, ["bin/groundplan.mjs", ...args], {
    ...process.env,
    GROUNDPLAN_HOME: home,
    PATH: dirname(process.execPath),
    ...env,
  });

test("image build says in one document what it has built with the engine that is named", async () => {
  engine.on("bin", "docker");
  const { code, stdout } = await groundplan(
    ["image", "build", "prod", "--engine", "podman", "--json"],
    engine.on("bin", "podman"),
  );
  expect(code).toBe(0);
  const { image, ...built } = JSON.parse(stdout);
  expect(built).toEqual({ environment: "prod", engine: "podman", platform: "linux/arm64" });
  expect(engine.asked).toEqual([
    "podman info",
    `podman build --platform linux/arm64 --tag ${image} dashboard`,
  ]);
});

test("image push says where to go on for an environment that has no registry", async () => {
  expect(await groundplan(["image", "push", "local"])).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "\nthe embedded AWS keeps no images: the dashboard runs there from its sources\nNext: npx groundplan up local\n",
  });
});

test("image rejects an engine that it does not know", async () => {
  const { code, stderr } = await groundplan(["image", "build", "dev", "--engine", "rkt"]);
  expect(code).toBe(1);
  expect(stderr).toContain("argument 'rkt' is invalid. Allowed choices are docker, podman.");
});

test.each(["build", "push"])("image %s shows an example", async (verb) => {
  const { code, stdout } = await groundplan(["image", verb, "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain(`\nExample:\n  $ npx groundplan image ${verb} dev`);
});
