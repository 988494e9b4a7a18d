import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as library from "../../modules";
import manifest from "../../package.json";
import { runProcess } from "../support/command";

/** Inside the project, so that the built files find its packages. */
mkdirSync(".groundplan", { recursive: true });
const output = mkdtempSync(join(".groundplan", "library-"));

afterAll(() => rmSync(output, { recursive: true, force: true }));

jest.setTimeout(60_000);

test("builds into a package that gives what the modules give", async () => {
  const built = await runProcess(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", output],
    process.env,
  );
  expect(built).toEqual({ code: 0, stdout: "", stderr: "" });
  const script = "process.stdout.write(JSON.stringify(Object.keys(require(process.argv[1]))))";
  const entry = join(process.cwd(), output, manifest.main.replace(/^dist\//, ""));
  const { stdout } = await runProcess(process.execPath, ["-e", script, entry], process.env);
  expect(JSON.parse(stdout).sort()).toEqual(Object.keys(library).sort());
});

test("hands out compiled files, and leaves the Terraform CDK to its user", () => {
  expect(manifest.exports["."]).toEqual({ types: `./${manifest.types}`, default: `./${manifest.main}` });
  expect(manifest.files).toContain("dist");
  for (const name of Object.keys(manifest.peerDependencies)) {
    expect(Object.keys(manifest.dependencies)).not.toContain(name);
  }
});
