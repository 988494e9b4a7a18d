import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { BenchError } from "../../bench/measure";
import { measured } from "../../bench/spark-process";
import { findPython } from "../../local/find-python";

jest.setTimeout(60_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "groundplan-bench-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(shell: string, seconds = 30) {
  const command = ["/bin/sh", "-c", shell];
  return measured({
    name: "shell",
    python: await findPython(),
    command,
    env: process.env,
    cwd: folder,
    seconds,
  });
}

test("gives what a program has said, and what it took with all that it has started", async () => {
  const busy = `"${process.execPath}" -e "const kept = Buffer.alloc(200 * 2 ** 20, 1); const end = Date.now() + 500; while (Date.now() < end);"`;
  const { took, stdout } = await run(`${busy}; echo done`);
  expect(stdout).toBe("done\n");
  expect(took.seconds).toBeGreaterThan(0.5);
  expect(took.cpuSeconds).toBeGreaterThan(0.1);
  expect(took.peakMiB).toBeGreaterThan(200);
  expect(took.peakMiB).toBeLessThan(1_000);
});

test("rejects a program that fails, with its last words", async () => {
  await expect(run("echo no disk >&2; exit 4")).rejects.toThrow(
    new BenchError("shell: it ended with 4\nno disk"),
  );
});

test("rejects a program that does not end in time, and leaves nothing of it", async () => {
  const shell = "echo > begun; (sleep 4; echo > late) & wait";
  await expect(run(shell, 3)).rejects.toThrow(new BenchError("shell: it did not end within 3 s"));
  await pause(4_000);
  expect(readdirSync(folder)).toEqual(["begun"]);
});

test("rejects a program that is killed from outside", async () => {
  await expect(run("kill -9 $PPID")).rejects.toThrow(new BenchError("shell: it was killed"));
});
