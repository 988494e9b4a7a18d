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
import { emulatorEnvironment, emulatorFolders } from "../../local/ministack";
import { identityOf } from "../../local/process-identity";
import { ANSWERS, fakeEmulator } from "../support/fake-emulator";
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

test("chooses a free port once, and keeps it", async () => {
  const { port } = await chooseEmbedded("local");
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(30_000);
  expect((await chooseEmbedded("local")).port).toBe(port);
  expect((await chooseEmbedded("dev")).port).not.toBe(port);
});

test("starts, is found, stops, and starts on the same port", async () => {
  expect(await embeddedStatus("local")).toEqual({ running: false });
  const first = await start();
  const { endpoint, port, pid } = first;
  expect(first).toEqual({ endpoint: `http://127.0.0.1:${port}`, port, pid, started: true });
  expect(await embeddedStatus("local")).toEqual({ running: true, endpoint, pid });
  expect(await start()).toEqual({ ...first, started: false });
  expect(await stopEmbedded("local")).toBe(true);
  expect(identityOf(pid)).toBeUndefined();
  expect(readFileSync(join(home, "local", "embedded.log"), "utf8")).toBe("state saved\n");
  expect(await embeddedStatus("local")).toEqual({ running: false, endpoint });
  expect(await stopEmbedded("local")).toBe(false);
  expect(await start()).toMatchObject({ endpoint, started: true });
});

test("starts it again for another region", async () => {
  const { pid, port } = await start();
  const second = await startEmbedded("local", { ...settings, region: "eu-west-1" });
  expect(second).toMatchObject({ port, started: true });
  expect(second.pid).not.toBe(pid);
  expect(identityOf(pid)).toBeUndefined();
});

test("finds one that was started by a command that was killed before it said so", async () => {
  const { pid } = await start();
  const { port, id } = await chooseEmbedded("local");
  writeRecord("local", { port, id });
  expect(await embeddedStatus("local")).toMatchObject({ running: true, pid });
  expect(await stopEmbedded("local")).toBe(true);
  expect(identityOf(pid)).toBeUndefined();
});

test("never stops another process that has its number now", async () => {
  const { port, id } = await chooseEmbedded("local");
  writeRecord("local", { port, id, process: { pid: process.pid, started: "before" } });
  expect(await embeddedStatus("local")).toMatchObject({ running: false });
  expect(await stopEmbedded("local")).toBe(false);
});

test("rejects a port that another process has taken, and says what to do", async () => {
  const { port } = await chooseEmbedded("local");
  const other = createServer((_, answer) => answer.end('{"edition":"light"}'));
  await new Promise<void>((done) => other.listen(port, "127.0.0.1", done));
  await expect(start()).rejects.toThrow(
    new EmbeddedError(
      `port ${port}, which the embedded AWS of local keeps, is taken by another process: end that process, or forget the data and the port with npx groundplan down local --clean`,
    ),
  );
  await new Promise((done) => other.close(done));
});

test("rejects an emulator that ends at its start, with its last words and not those of an earlier one", async () => {
  await start();
  await stopEmbedded("local");
  fakeEmulator(folder, 'console.error("no module named ministack"); process.exitCode = 3;');
  await expect(start()).rejects.toThrow(
    new EmbeddedError(
      `the embedded AWS of local ended at its start (exit 3); the end of ${home}/local/embedded.log:\nno module named ministack`,
    ),
  );
});

test("forgets data, port, log and states that a broken-off deployment has left, and nothing else", async () => {
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

test("hands nothing of the user's AWS on, and keeps all files in the environment's folder", () => {
  process.env.AWS_PROFILE = "work";
  const env = emulatorEnvironment({ folders: emulatorFolders("local"), port: 20_001, id: "x", ...settings });
  delete process.env.AWS_PROFILE;
  expect(env).not.toHaveProperty("AWS_PROFILE");
  expect(env).toMatchObject({
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: "20001",
    MINISTACK_ACCOUNT_ID: "111122223333",
  });
  for (const name of ["STATE_DIR", "S3_DATA_DIR", "TMPDIR", "HOME"]) {
    expect(env[name]).toContain(join(home, "local"));
  }
});

test("is known to the embedded AWS by the account's id", () => {
  expect(embeddedCredentials("111122223333")).toEqual({
    accessKeyId: "111122223333",
    secretAccessKey: "test",
  });
});
