import { EventEmitter } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Ending, Foreground, type ForegroundOptions } from "../../local/foreground";
import { identityOf } from "../../local/process-identity";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const signals = new EventEmitter();

/** Runs a shell script that has `$OUT` to write into. */
function run(script: string, options: ForegroundOptions = {}): Promise<Ending> {
  const out = join(folder.path, "out");
  const command = { path: "/bin/sh", args: ["-c", script], env: { OUT: out }, cwd: folder.path };
  return new Foreground(command, { signals, ...options }).ended;
}

const out = (name: string) => join(folder.path, `out.${name}`);

async function until(name: string): Promise<void> {
  while (!existsSync(out(name))) await new Promise((done) => setTimeout(done, 20));
}

afterEach(() => expect(signals.eventNames()).toEqual([]));

test.each([0, 3])("ends with the program's own code %i", async (code) => {
  expect(await run(`exit ${code}`)).toEqual({ code });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"])("lets the program end in good order after %s", async (signal) => {
  const ended = run(
    `trap 'echo bye > $OUT.${signal}.bye; exit 0' TERM; : > $OUT.${signal}; while :; do sleep 0.02; done`,
  );
  await until(signal);
  signals.emit(signal);
  expect(await ended).toBe("interrupted");
  expect(readFileSync(out(`${signal}.bye`), "utf8")).toBe("bye\n");
});

/** What is killed is there until the system has cleared it away. */
async function gone(pid: number): Promise<void> {
  while (identityOf(pid) !== undefined) await new Promise((done) => setTimeout(done, 20));
}

test("ends a program that does not heed, and what it has started, when it is asked again", async () => {
  const ended = run(
    `trap '' TERM; sleep 60 & echo $! > $OUT.child; mv $OUT.child $OUT.deaf; while :; do sleep 0.02; done`,
  );
  await until("deaf");
  signals.emit("SIGINT");
  signals.emit("SIGINT");
  expect(await ended).toBe("interrupted");
  await gone(Number(readFileSync(out("deaf"), "utf8")));
});

test("leaves nothing that the program has started and forgotten", async () => {
  expect(await run("sleep 60 & echo $! > $OUT.orphan")).toEqual({ code: 0 });
  await gone(Number(readFileSync(out("orphan"), "utf8")));
});

test("ends a program whose time is over", async () => {
  expect(await run("while :; do sleep 0.02; done", { seconds: 0.1 })).toBe("timed out");
});

test("rejects a program that cannot be started", async () => {
  const command = { path: join(folder.path, "none"), args: [], env: {}, cwd: folder.path };
  await expect(new Foreground(command, { signals }).ended).rejects.toThrow("ENOENT");
});
