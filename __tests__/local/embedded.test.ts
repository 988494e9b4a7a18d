import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { embeddedCredentials } from "../../config/home";
import { startDashboard } from "../../local/dashboard";
import {
  chooseEmbedded,
  EmbeddedError,
  embeddedStatus,
  forgetEmbedded,
  startEmbedded,
  stopEmbedded,
} from "../../local/embedded";
import { type EmbeddedRecord, readRecord, writeRecord } from "../../local/embedded-record";
import { foldersOf } from "../../local/emulator";
import { MINISTACK } from "../../local/ministack";
import { MOTO } from "../../local/moto";
import { identityOf } from "../../local/process-identity";
import { fakeDashboard } from "../support/fake-dashboard";
import { ANSWERS, controlPlaneThat, fakeEmulator } from "../support/fake-emulator";
import { fakePostgres } from "../support/fake-postgres";
import { TestFolder } from "../support/folder";

jest.setTimeout(30_000); // real processes

const folder = new TestFolder();
const home = folder.home();
const settings = { accountId: "111122223333", region: "eu-central-1" };

const start = () => startEmbedded("local", settings);

beforeEach(() => fakeEmulator(folder, ANSWERS));

afterEach(async () => {
  await stopEmbedded("local");
  await forgetEmbedded("local");
});

const portsOf = ({ port, controlPlanePort, databasePort }: EmbeddedRecord) => [
  port,
  controlPlanePort,
  databasePort,
];

test("chooses three free ports once, and keeps them", async () => {
  const ports = portsOf(await chooseEmbedded("local"));
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(30_000);
  }
  expect(portsOf(await chooseEmbedded("local"))).toEqual(ports);
  expect(new Set([...ports, ...portsOf(await chooseEmbedded("dev"))]).size).toBe(6);
});

test.each([
  ["one emulator alone", { port: 20_123 }],
  ["no PostgreSQL", { port: 20_123, controlPlanePort: 20_124 }],
])("keeps the ports of a record that knows %s, and chooses the others", async (_, known) => {
  writeRecord("local", { ...known, id: "x" });
  const record = await chooseEmbedded("local");
  const any = { controlPlanePort: expect.any(Number), databasePort: expect.any(Number) };
  expect(record).toEqual({ ...any, ...known, id: "x" });
  expect(new Set(portsOf(record)).size).toBe(3);
  expect(readRecord("local")).toEqual(record);
});

test("starts all three, finds them, stops them, and starts them on the same ports", async () => {
  expect(await embeddedStatus("local")).toEqual({ running: false });
  const first = await start();
  const { endpoints, pids } = first;
  const { databasePort } = await chooseEmbedded("local");
  expect(first).toEqual({ endpoints, endpoint: endpoints.dataPlane, databasePort, pids, started: true });
  expect(Object.keys(pids)).toEqual(["dataPlane", "controlPlane", "database"]);
  expect(await embeddedStatus("local")).toEqual({ running: true, endpoints });
  expect(await start()).toEqual({ ...first, started: false });
  expect(await stopEmbedded("local")).toBe(true);
  for (const pid of Object.values(pids)) expect(identityOf(pid)).toBeUndefined();
  for (const log of ["embedded.log", "control-plane.log"]) {
    expect(readFileSync(join(home, "local", log), "utf8")).toBe("state saved\n");
  }
  expect(readFileSync(join(home, "local", "postgres.log"), "utf8")).toBe("database system is shut down\n");
  expect(await embeddedStatus("local")).toEqual({ running: false, endpoints });
  expect(await stopEmbedded("local")).toBe(false);
  expect(await start()).toMatchObject({ endpoints, started: true });
});

test.each(["controlPlane", "database"] as const)(
  "does not run while its %s does not, and starts that one alone",
  async (part) => {
    const { pids } = await start();
    process.kill(pids[part], "SIGKILL");
    while (identityOf(pids[part]) !== undefined) await new Promise((done) => setTimeout(done, 20));
    expect(await embeddedStatus("local")).toMatchObject({ running: false });
    const second = await start();
    const { [part]: started, ...others } = second.pids;
    expect(second.started).toBe(true);
    expect(pids).toMatchObject(others);
    expect(started).not.toBe(pids[part]);
    expect(await embeddedStatus("local")).toMatchObject({ running: true });
  },
);

test("does not run by a record that knows no PostgreSQL, and starts that one alone", async () => {
  const { pids } = await start();
  const { databasePort, databaseProcess, ...record } = readRecord("local") ?? { port: 0, id: "" };
  process.kill(pids.database, "SIGINT");
  writeRecord("local", record);
  expect(await embeddedStatus("local")).toMatchObject({ running: false });
  const second = await start();
  expect(second).toMatchObject({ started: true });
  expect(second.pids).toMatchObject({ dataPlane: pids.dataPlane, controlPlane: pids.controlPlane });
});

test("starts all again for another region", async () => {
  const { pids, endpoints } = await start();
  const second = await startEmbedded("local", { ...settings, region: "eu-west-1" });
  expect(second).toMatchObject({ endpoints, started: true });
  for (const pid of Object.values(pids)) {
    expect(Object.values(second.pids)).not.toContain(pid);
    expect(identityOf(pid)).toBeUndefined();
  }
});

test("finds those that were started by a command that was killed before it said so", async () => {
  const { pids } = await start();
  const { port, controlPlanePort, databasePort, id } = await chooseEmbedded("local");
  writeRecord("local", { port, controlPlanePort, databasePort, id });
  expect(await embeddedStatus("local")).toMatchObject({ running: true });
  expect(await stopEmbedded("local")).toBe(true);
  for (const pid of Object.values(pids)) expect(identityOf(pid)).toBeUndefined();
});

test("never stops another process that has its number now", async () => {
  const { port, controlPlanePort, databasePort, id } = await chooseEmbedded("local");
  const other = { pid: process.pid, started: "before" };
  const ports = { port, controlPlanePort, databasePort };
  writeRecord("local", { ...ports, id, process: other, controlPlaneProcess: other, databaseProcess: other });
  expect(await embeddedStatus("local")).toMatchObject({ running: false });
  expect(await stopEmbedded("local")).toBe(false);
});

test.each(["port", "controlPlanePort", "databasePort"] as const)(
  "rejects a %s that another process has taken, and says what to do",
  async (name) => {
    const { [name]: port } = await chooseEmbedded("local");
    const other = createServer((_, answer) => answer.end('{"edition":"light"}'));
    await new Promise<void>((done) => other.listen(port, "127.0.0.1", done));
    await expect(start()).rejects.toThrow(
      new EmbeddedError(
        `port ${port}, which the embedded AWS of local keeps, is taken by another process: end that process, or forget the data and the ports with npx groundplan down local --clean`,
      ),
    );
    await new Promise((done) => other.close(done));
  },
);

test("rejects an emulator that ends at its start, with its last words and not those of an earlier one, and leaves none", async () => {
  await start();
  await stopEmbedded("local");
  fakeEmulator(folder, controlPlaneThat('console.error("no module named moto"); process.exitCode = 3;'));
  await expect(start()).rejects.toThrow(
    new EmbeddedError(
      `the embedded AWS of local ended at its start (exit 3); the end of ${home}/local/control-plane.log:\nno module named moto`,
    ),
  );
  expect(await stopEmbedded("local")).toBe(false);
});

test("rejects a PostgreSQL that ends at its start, with its last words, and leaves none", async () => {
  fakePostgres(folder, 'console.error("FATAL: no room"); process.exitCode = 1;');
  await expect(start()).rejects.toThrow(
    new EmbeddedError(
      `PostgreSQL of the embedded AWS of local ended at its start (exit 1); the end of ${home}/local/postgres.log:\nFATAL: no room`,
    ),
  );
  expect(await stopEmbedded("local")).toBe(false);
});

test("forgets data, ports, logs and states that a broken-off deployment has left, and nothing else", async () => {
  await start();
  await stopEmbedded("local");
  for (const name of ["state.tfstate", "state.tfstate.backup", "functions/load.zip"]) {
    folder.file(`home/local/${name}`);
  }
  await forgetEmbedded("local");
  expect(readdirSync(join(home, "local"))).toEqual(["functions"]);
  expect(readRecord("local")).toBeUndefined();
});

test("rejects to forget the data of one that runs", async () => {
  await start();
  await expect(forgetEmbedded("local")).rejects.toThrow(
    new EmbeddedError("the embedded AWS of local runs: stop it before its data is removed"),
  );
  expect(existsSync(join(home, "local", "data"))).toBe(true);
});

test("stops the dashboard too, and forgets its log, its port and its copy of the lake", async () => {
  fakeDashboard(folder);
  await start();
  await startDashboard("local", { ...settings, roleName: "atlas-local-dashboard", variables: {} });
  const { pid } = readRecord("local")?.dashboardProcess ?? { pid: 0 };
  expect(await stopEmbedded("local")).toBe(true);
  expect(identityOf(pid)).toBeUndefined();
  expect(existsSync(join(home, "local", "dashboard.log"))).toBe(true);
  await forgetEmbedded("local");
  expect(readdirSync(join(home, "local")).filter((name) => name !== "functions")).toEqual([]);
});

test("rejects to forget the data while the dashboard alone runs", async () => {
  fakeDashboard(folder);
  await startDashboard("local", { ...settings, roleName: "atlas-local-dashboard", variables: {} });
  await expect(forgetEmbedded("local")).rejects.toThrow(
    new EmbeddedError("the embedded AWS of local runs: stop it before its data is removed"),
  );
});

test("starts again beside a dashboard that runs, and leaves it alone", async () => {
  fakeDashboard(folder);
  await start();
  await startDashboard("local", { ...settings, roleName: "atlas-local-dashboard", variables: {} });
  const { dashboardProcess } = readRecord("local") ?? {};
  await startEmbedded("local", { ...settings, region: "eu-west-1" });
  expect(readRecord("local")?.dashboardProcess).toEqual(dashboardProcess);
  expect(
    await startDashboard("local", { ...settings, roleName: "atlas-local-dashboard", variables: {} }),
  ).toMatchObject({ started: false });
});

describe.each([MINISTACK, MOTO])("$emulator", (program) => {
  test("gets nothing of the user's AWS, and keeps all files in the environment's folder", () => {
    process.env.AWS_PROFILE = "work";
    const folders = foldersOf("local", program);
    const ports = { port: 20_001, databasePort: 20_002 };
    const env = program.environment({ folders, ...ports, id: "x", ...settings });
    delete process.env.AWS_PROFILE;
    expect(env).not.toHaveProperty("AWS_PROFILE");
    expect(Object.values(env)).toEqual(
      expect.arrayContaining(["20001", "x", "111122223333", "eu-central-1"]),
    );
    const paths = Object.entries(env).filter(([name]) => /^HOME$|^TMPDIR$|_DIR$|_FILE$/.test(name));
    expect(paths.length).toBeGreaterThan(2);
    for (const [, path] of paths) expect(path).toContain(`${join(home, "local")}/`);
  });
});

test("listens on the loopback interface alone", () => {
  const env = MINISTACK.environment({
    folders: foldersOf("local", MINISTACK),
    port: 20_001,
    databasePort: 20_002,
    id: "x",
    ...settings,
  });
  expect(env).toMatchObject({ BIND_HOST: "127.0.0.1", POSTGRES_PORT: "20002" });
});

test("is known to the embedded AWS by the account's id", () => {
  expect(embeddedCredentials("111122223333")).toEqual({
    accessKeyId: "111122223333",
    secretAccessKey: "test",
  });
});
