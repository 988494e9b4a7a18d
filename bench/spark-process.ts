import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { signalGroup } from "../local/process-identity";
import { BenchError } from "./measure";

const SCRIPT = join(__dirname, "..", "bench", "spark_process.py");
const ERROR_LINES = 15;

/** What a program took, with all that it has started. */
export interface Took {
  /** Of wall clock, from its start to its end. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most memory that its largest process has had resident. */
  readonly peakMiB: number;
}

export interface Measured {
  readonly took: Took;
  readonly stdout: string;
}

export interface Program {
  /** What a message calls it. */
  readonly name: string;
  /** The interpreter that measures it. */
  readonly python: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** After which it is ended. */
  readonly seconds: number;
}

/**
 * Runs a program to its end, in a process group of its own: nothing that it has started outlives it, or this process.
 *
 * @throws BenchError with its last words when it fails or does not end in time
 */
export async function measured({ name, python, command, env, cwd, seconds }: Program): Promise<Measured> {
  const child = spawn(python, [SCRIPT, ...command], {
    ...{ cwd, env, detached: true },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = () => child.pid !== undefined && signalGroup(child.pid, "SIGKILL");
  const onExit = () => void kill();
  process.prependOnceListener("exit", onExit); // before its folder is removed
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, seconds * 1000);
  try {
    const ended = new Promise<number | null>((done, failed) => {
      child.once("error", failed);
      child.once("exit", (code) => {
        kill(); // what it has left
        done(code);
      });
    });
    const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    if (isLate) throw new BenchError(`${name}: it did not end within ${seconds} s`);
    if (code !== 0) throw new BenchError(`${name}: ${code === null ? "it was killed" : lastLines(stderr)}`);
    const said = JSON.parse(stdout) as Took & { code: number; stdout: string; stderr: string };
    if (said.code !== 0)
      throw new BenchError(`${name}: it ended with ${said.code}\n${lastLines(said.stderr)}`);
    const { seconds: wall, cpuSeconds, peakMiB } = said;
    return { took: { seconds: wall, cpuSeconds, peakMiB }, stdout: said.stdout };
  } finally {
    clearTimeout(timer);
    process.off("exit", onExit);
  }
}

const lastLines = (said: string) => said.trimEnd().split("\n").slice(-ERROR_LINES).join("\n");
