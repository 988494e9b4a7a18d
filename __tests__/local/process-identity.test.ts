import { spawn } from "node:child_process";
import { once } from "node:events";
import { identityOf, isRunning, signalGroup } from "../../local/process-identity";

const forever = ["-e", "setInterval(() => {}, 1000)"];

test("tells a running process from one that has ended", async () => {
  const child = spawn(process.execPath, forever, { detached: true, stdio: "ignore" });
  const pid = child.pid ?? 0;
  const identity = identityOf(pid);
  if (identity === undefined) throw new Error("the child does not run");
  expect(identity.pid).toBe(pid);
  expect(isRunning(identity)).toBe(true);
  expect(identityOf(pid)).toEqual(identity);
  expect(signalGroup(pid, "SIGKILL")).toBe(true);
  await once(child, "exit");
  expect(isRunning(identity)).toBe(false);
  expect(signalGroup(pid, "SIGKILL")).toBe(false);
});

test("knows a process from an earlier one of the same number", () => {
  const identity = identityOf(process.pid);
  expect(identity).toBeDefined();
  expect(isRunning({ pid: process.pid, started: `${identity?.started}0` })).toBe(false);
});
