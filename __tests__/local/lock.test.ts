import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LockError, withFileLock, withLock } from "../../local/lock";
import { identityOf } from "../../local/process-identity";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const home = folder.home();
const lock = join(home, "local", "lock.json");
const work = async () => "done";

test("runs the work, and lets go of the lock after it", async () => {
  const seen = await withLock("local", "up", async () => existsSync(lock));
  expect(seen).toBe(true);
  expect(readdirSync(join(home, "local"))).toEqual([]);
});

test("lets go of the lock when the work fails", async () => {
  const failing = withLock("local", "up", () => Promise.reject(new Error("no luck")));
  await expect(failing).rejects.toThrow("no luck");
  expect(existsSync(lock)).toBe(false);
});

test("rejects a second command on the same environment, and names the first", async () => {
  await withLock("local", "up", async () => {
    await expect(withLock("local", "down", work)).rejects.toThrow(
      new LockError(`groundplan up works on local already (process ${process.pid}): wait until it has ended`),
    );
    expect(await withLock("dev", "down", work)).toBe("done");
  });
});

test("takes over the lock of a process that has ended", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", "0"]);
  const stale = { pid, started: "some time", command: "up", token: "a" };
  writeFileSync(lock, JSON.stringify(stale));
  expect(await withLock("local", "down", work)).toBe("done");
});

test("takes over the lock of an ended process whose number another one has now", async () => {
  const stale = { pid: process.pid, started: "before", command: "up", token: "a" };
  writeFileSync(lock, JSON.stringify(stale));
  expect(await withLock("local", "down", work)).toBe("done");
});

test.each(["", "{}", "[1"])("takes over a lock that cannot be read: %j", async (text) => {
  writeFileSync(lock, text);
  expect(await withLock("local", "down", work)).toBe("done");
});

test("waits for a file's lock, so that work is never done twice at a time", async () => {
  const file = join(home, "shared.lock");
  let inside = 0;
  const once = async () => {
    expect(++inside).toBe(1);
    await new Promise((done) => setTimeout(done, 20));
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withFileLock(file, 10, once)));
});

test("rejects a file's lock that is held for too long", async () => {
  const file = join(home, "held.lock");
  writeFileSync(file, JSON.stringify({ ...identityOf(process.pid), command: "", token: "other" }));
  await expect(withFileLock(file, 0, work)).rejects.toThrow(
    new LockError(
      `${file} is still held by process ${process.pid} after 0 s: end that process and try again`,
    ),
  );
});
