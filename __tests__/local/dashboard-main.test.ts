import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { freePort } from "../../local/port";
import { identityOf } from "../../local/process-identity";
import { fakeDashboard } from "../support/fake-dashboard";
import { TestFolder } from "../support/folder";

jest.setTimeout(60_000); // real processes; the first one bundles

const folder = new TestFolder();
const home = folder.home();
const temporary = join(folder.path, "temporary");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run dashboard` with these arguments. */
class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  private stdout = "";
  private stderr = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { DEBUG, ...rest } = process.env;
    this.child = spawn(process.execPath, ["bin/launch.mjs", "local/dashboard-main.ts", ...args], {
      env: { ...rest, GROUNDPLAN_HOME: home, TMPDIR: temporary, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 50_000,
    });
    this.child.stdout?.on("data", (data) => {
      this.stdout += data;
    });
    this.child.stderr?.on("data", (data) => {
      this.stderr += data;
    });
    this.ended = new Promise((done) => {
      this.child.once("close", (code) => done({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** The address that it prints, once it does. */
  async address(): Promise<string> {
    while (!this.stdout.includes("\n") && this.child.exitCode === null) {
      await new Promise((done) => setTimeout(done, 20));
    }
    return this.stdout.trim();
  }
}

beforeEach(() => {
  mkdirSync(temporary, { recursive: true });
  fakeDashboard(folder);
});

test("shows the sample on the port that is named, without AWS, until Ctrl-C, and leaves nothing", async () => {
  const port = await freePort("a test");
  const run = new Run(["--port", String(port)], { AWS_PROFILE: "work" });
  const address = await run.address();
  expect(address).toBe(`http://127.0.0.1:${port}`);
  const told = (await (await fetch(address)).json()) as Record<string, string>;
  expect(told).toMatchObject({
    DATA: "sample",
    SAMPLE_FILE: expect.stringMatching(/^\/.*cdnow-sample\.txt$/),
  });
  expect(Object.keys(told).filter((name) => /^AWS_(PROFILE|ENDPOINT|ACCESS)/.test(name))).toEqual([]);
  run.child.kill("SIGINT");
  expect(await run.ended).toMatchObject({ code: 130, stdout: expect.stringContaining(`${address}\n`) });
  await expect(fetch(address)).rejects.toThrow();
  expect(readdirSync(temporary)).toEqual([]);
});

test("ends when the dashboard does, with its code and its words", async () => {
  fakeDashboard(folder, 'console.error("SAMPLE_FILE must be set"); process.exitCode = 3;');
  const run = new Run(["--port", String(await freePort("a test"))]);
  expect(await run.ended).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("SAMPLE_FILE must be set\n"),
  });
  expect(identityOf(run.child.pid ?? 0)).toBeUndefined();
});

test("rejects a port that is taken, and says which other to type", async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as { port: number };
  expect(await new Run(["--port", String(port)]).ended).toEqual({
    code: 1,
    stdout: "",
    stderr: `DashboardError: port ${port} is taken by another process: end that process, or choose another port, as npm run dashboard -- --port 8050\n`,
  });
  other.close();
});

test.each(["80", "x", "70000"])("rejects %s as a port", async (port) => {
  const { code, stderr } = await new Run(["--port", port]).ended;
  expect(code).toBe(1);
  expect(stderr).toContain(`must be a whole number of 1024 to 65535, got ${port}.`);
});

test("rejects a machine without Python, and says what to install", async () => {
  const env = { GROUNDPLAN_HOME: join(folder.path, "empty"), GROUNDPLAN_PYTHON: "/nowhere/python" };
  const { code, stderr } = await new Run([], env).ended;
  expect([code, stderr]).toEqual([
    1,
    "PythonError: GROUNDPLAN_PYTHON names /nowhere/python, which is not there: install Python 3.11 or newer, or name one in GROUNDPLAN_PYTHON\n",
  ]);
});

test("shows an example", async () => {
  const { code, stdout } = await new Run(["--help"]).ended;
  expect(code).toBe(0);
  expect(stdout).toContain("\nExample:\n  $ npm run dashboard -- --port 9000\n");
});
