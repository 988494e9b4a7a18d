import { spawn } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { type DashboardOptions, dashboardStatus, startDashboard, stopDashboard } from "../../local/dashboard";
import { EmbeddedError } from "../../local/embedded-error";
import { chooseEmbedded, readRecord, writeRecord } from "../../local/embedded-record";
import { identityOf } from "../../local/process-identity";
import { fakeDashboard } from "../support/fake-dashboard";
import { TestFolder } from "../support/folder";

jest.setTimeout(30_000); // real processes

const root = process.cwd();
const folder = new TestFolder();
const home = folder.home();
const options: DashboardOptions = {
  accountId: "111122223333",
  region: "eu-central-1",
  roleName: "atlas-local-dashboard",
  variables: { CURATED_BUCKET: "curated", PORT: "8080" },
};

const start = (changes: Partial<DashboardOptions> = {}) =>
  startDashboard("local", { ...options, ...changes });
const pid = () => readRecord("local")?.dashboardProcess?.pid ?? 0;
const variables = async (address: string) => (await (await fetch(address)).json()) as Record<string, string>;

/** A server of someone else. */
async function listening(port: number): Promise<Server> {
  const other = createServer((_, answer) => answer.end("someone else's"));
  await new Promise<void>((done) => other.listen(port, "127.0.0.1", done));
  return other;
}

beforeAll(() => {
  for (const name of ["app/wsgi.py", "gunicorn.conf.py", "requirements.txt"])
    folder.file(`dashboard/${name}`);
  process.chdir(folder.path); // with sources of its own
});
beforeEach(() => fakeDashboard(folder));
afterEach(() => stopDashboard("local"));
afterAll(() => process.chdir(root));

test("starts, is found, stops in good order, and starts on the same port", async () => {
  expect(await dashboardStatus("local")).toEqual({ running: false });
  const { address, started } = await start();
  expect([started, new URL(address).hostname]).toEqual([true, "127.0.0.1"]);
  expect(await dashboardStatus("local")).toEqual({ running: true, address });
  const first = pid();
  expect(await start()).toEqual({ address, started: false });
  expect(pid()).toBe(first);
  expect(await stopDashboard("local")).toBe(true);
  expect(identityOf(first)).toBeUndefined();
  expect(readFileSync(join(home, "local", "dashboard.log"), "utf8")).toBe("answered what it was asked\n");
  expect(await dashboardStatus("local")).toEqual({ running: false, address });
  expect(await stopDashboard("local")).toBe(false);
  expect(await start()).toEqual({ address, started: true });
});

test("gets its container's variables, this machine's addresses, and nothing of the user's AWS", async () => {
  process.env.AWS_PROFILE = "work";
  const { address } = await start();
  delete process.env.AWS_PROFILE;
  const { port } = await chooseEmbedded("local");
  const told = await variables(address);
  expect(told).toMatchObject({
    CURATED_BUCKET: "curated",
    PORT: new URL(address).port,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/_groundplan/credentials/atlas-local-dashboard`,
    AWS_REGION: "eu-central-1",
    cwd: realpathSync(join(folder.path, "dashboard")),
  });
  for (const name of ["AWS_PROFILE", "AWS_ACCESS_KEY_ID"]) expect(told).not.toHaveProperty(name);
  for (const name of ["SCRATCH_DIR", "HOME", "TMPDIR"]) {
    expect(told[name]).toContain(join(home, "local", "tmp", "dashboard"));
  }
});

test("starts again with an empty scratch folder for other variables, and on the same port", async () => {
  const { address } = await start();
  const first = pid();
  const copy = folder.file("home/local/tmp/dashboard/scratch/copy");
  const changed = { ...options.variables, CURATED_BUCKET: "other" };
  expect(await start({ variables: changed })).toEqual({ address, started: true });
  expect(identityOf(first)).toBeUndefined();
  expect(await variables(address)).toMatchObject({ CURATED_BUCKET: "other" });
  expect(existsSync(copy)).toBe(false);
});

test.each(["app/wsgi.py", "gunicorn.conf.py", "app/pages/new.py"])(
  "starts again when %s has changed, not when Python has left something beside it",
  async (file) => {
    await start();
    const first = pid();
    folder.file(`dashboard/app/__pycache__/wsgi.pyc`, file);
    expect(await start()).toMatchObject({ started: false });
    folder.file(`dashboard/${file}`, `# ${file}`);
    expect(await start()).toMatchObject({ started: true });
    expect(identityOf(first)).toBeUndefined();
  },
);

test("starts again when the one that ran was killed", async () => {
  await start();
  process.kill(pid(), "SIGKILL");
  while (identityOf(pid()) !== undefined) await new Promise((done) => setTimeout(done, 20));
  expect(await start()).toMatchObject({ started: true });
  expect(await dashboardStatus("local")).toMatchObject({ running: true });
});

test("finds one that was started by a command that was killed before it said so", async () => {
  const { address } = await start();
  const { dashboardProcess, ...record } = await chooseEmbedded("local");
  writeRecord("local", record);
  expect(await dashboardStatus("local")).toEqual({ running: true, address });
  expect(await stopDashboard("local")).toBe(true);
  expect(identityOf(dashboardProcess?.pid ?? 0)).toBeUndefined();
});

test("never stops another process that has its number now", async () => {
  writeRecord("local", {
    ...(await chooseEmbedded("local")),
    dashboardProcess: { pid: process.pid, started: "before" },
  });
  expect(await stopDashboard("local")).toBe(false);
});

test("never stops another process whose number stands in the file of one that was killed", async () => {
  await start();
  const { dashboardProcess, ...record } = await chooseEmbedded("local");
  process.kill(dashboardProcess?.pid ?? 0, "SIGKILL");
  writeRecord("local", record);
  const other = spawn("sleep", ["60"], { detached: true });
  folder.file("home/local/tmp/dashboard/gunicorn.pid", String(other.pid));
  expect(await stopDashboard("local")).toBe(false);
  other.kill();
});

test("moves to another port when someone else has taken its own, and is not taken for them", async () => {
  const { address } = await start();
  await stopDashboard("local");
  const other = await listening(Number(new URL(address).port));
  expect(await dashboardStatus("local")).toEqual({ running: false, address });
  const second = await start();
  expect(second.started).toBe(true);
  expect(second.address).not.toBe(address);
  other.close();
});

test("rejects one that ends at its start, with its last words, and leaves none", async () => {
  fakeDashboard(folder, 'console.error("CURATED_BUCKET must be set, got nothing"); process.exitCode = 3;');
  await expect(start({ variables: {} })).rejects.toThrow(
    new EmbeddedError(
      `the dashboard of local ended at its start (exit 3); the end of ${home}/local/dashboard.log:\nCURATED_BUCKET must be set, got nothing`,
    ),
  );
  expect(await stopDashboard("local")).toBe(false);
});
