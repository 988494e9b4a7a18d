import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { embeddedCredentials } from "../../config/home";
import {
  chooseEmbedded,
  EmbeddedError,
  embeddedStatus,
  forgetEmbedded,
  startEmbedded,
  stopEmbedded,
} from "../../local/embedded";
import { readRecord, writeRecord } from "../../local/embedded-record";
import { foldersOf } from "../../local/emulator";
import { MINISTACK } from "../../local/ministack";
import { MOTO } from "../../local/moto";
import { identityOf } from "../../local/process-identity";
import { ANSWERS, controlPlaneThat, fakeEmulator } from "../support/fake-emulator";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const home = folder.home();
const settings = { accountId: "111122223333", region: "eu-central-1" };

const start = () => startEmbedded("local", settings);

beforeEach(() => fakeEmulator(folder, ANSWERS));

afterEach(async () => {
  await stopEmbedded("local");
  await forgetEmbedded("local");
});

const portsOf = ({ port, controlPlanePort }: { port: number; controlPlanePort?: number }) => [
  port,
  controlPlanePort,
];

test("chooses two free ports once, and keeps them", async () => {
  const ports = portsOf(await chooseEmbedded("local"));
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(30_000);
  }
  expect(portsOf(await chooseEmbedded("local"))).toEqual(ports);
  expect(new Set([...ports, ...portsOf(await chooseEmbedded("dev"))]).size).toBe(4);
});

test("keeps the port of a record that knows one emulator alone, and chooses the other", async () => {
  writeRecord("local", { port: 20_123, id: "x" });
  const record = await chooseEmbedded("local");
  expect(record).toEqual({ port: 20_123, controlPlanePort: expect.any(Number), id: "x" });
  expect(readRecord("local")).toEqual(record);
});

test("starts both, finds them, stops them, and starts them on the same ports", async () => {
  expect(await embeddedStatus("local")).toEqual({ running: false });
  const first = await start();
  const { endpoints, pids } = first;
  expect(first).toEqual({ endpoints, endpoint: endpoints.dataPlane, pids, started: true });
  expect(await embeddedStatus("local")).toEqual({ running: true, endpoints });
  expect(await start()).toEqual({ ...first, started: false });
  expect(await stopEmbedded("local")).toBe(true);
  for (const pid of Object.values(pids)) expect(identityOf(pid)).toBeUndefined();
  for (const log of ["embedded.log", "control-plane.log"]) {
    expect(readFileSync(join(home, "local", log), "utf8")).toBe("state saved\n");
  }
  expect(await embeddedStatus("local")).toEqual({ running: false, endpoints });
  expect(await stopEmbedded("local")).toBe(false);
  expect(await start()).toMatchObject({ endpoints, started: true });
});

test("does not run while one of the two does not, and starts that one alone", async () => {
  const { pids } = await start();
  process.kill(pids.controlPlane, "SIGKILL");
  while (identityOf(pids.controlPlane) !== undefined) await new Promise((done) => setTimeout(done, 20));
  expect(await embeddedStatus("local")).toMatchObject({ running: false });
  const second = await start();
  expect(second).toMatchObject({ started: true, pids: { dataPlane: pids.dataPlane } });
  expect(second.pids.controlPlane).not.toBe(pids.controlPlane);
  expect(await embeddedStatus("local")).toMatchObject({ running: true });
});

test("starts both again for another region", async () => {
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
  const { port, controlPlanePort, id } = await chooseEmbedded("local");
  writeRecord("local", { port, controlPlanePort, id });
  expect(await embeddedStatus("local")).toMatchObject({ running: true });
  expect(await stopEmbedded("local")).toBe(true);
  for (const pid of Object.values(pids)) expect(identityOf(pid)).toBeUndefined();
});

test("never stops another process that has its number now", async () => {
  const { port, controlPlanePort, id } = await chooseEmbedded("local");
  const other = { pid: process.pid, started: "before" };
  writeRecord("local", { port, controlPlanePort, id, process: other, controlPlaneProcess: other });
  expect(await embeddedStatus("local")).toMatchObject({ running: false });
  expect(await stopEmbedded("local")).toBe(false);
});

test.each(["port", "controlPlanePort"] as const)(
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

describe.each([MINISTACK, MOTO])("$emulator", (program) => {
  test("gets nothing of the user's AWS, and keeps all files in the environment's folder", () => {
    process.env.AWS_PROFILE = "work";
    const folders = foldersOf("local", program);
    const env = program.environment({ folders, port: 20_001, id: "x", ...settings });
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
    id: "x",
    ...settings,
  });
  expect(env.BIND_HOST).toBe("127.0.0.1");
});

test("is known to the embedded AWS by the account's id", () => {
  expect(embeddedCredentials("111122223333")).toEqual({
    accessKeyId: "111122223333",
    secretAccessKey: "test",
  });
});
