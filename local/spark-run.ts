import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { SparkSubmit } from "../modules/spark-cluster/jobs/spark-submit";
import { pythonVariables } from "./find-python";
import { signalGroup } from "./process-identity";
import { localLine } from "./spark-run-line";
import { isFrame } from "./spark-run-words";

/** Of each stream, the last ones: a job says what matters at its end. */
const KEPT_LINES = 400;
const LOOK_MS = 100;
/** Spark takes a second or two to end. */
const STOP_SECONDS = 10;
/** Variables of a Spark, a Hadoop, a Java or an AWS of the user's own, which would be taken instead of the run's. */
const OTHERS = /^(SPARK|PYSPARK|HADOOP|JAVA|JDK_JAVA|AWS)_|^_JAVA_OPTIONS$/;

export interface SparkRunOptions {
  readonly submit: SparkSubmit;
  /** Absolute; all that the run writes is in it. */
  readonly folder: string;
  /** The interpreter beside which spark-submit is. */
  readonly python: string;
  /** JAVA_HOME. */
  readonly java: string;
  /** After which it is ended. */
  readonly seconds: number;
  /** Whether it is to end now. */
  readonly isStopped: () => boolean;
  /** Told how many seconds it has run. */
  readonly onSeconds?: (seconds: number) => void;
}

/** How a run has ended. */
export interface SparkEnd {
  /** Undefined where it was ended: it was stopped, or its time was over. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs spark-submit of this machine, in a process group of its own: Ctrl-C of a terminal reaches Spark only by us, and nothing of
 * it stays.
 *
 * @throws Error when it could not be started
 */
export async function runSpark(options: SparkRunOptions): Promise<SparkEnd> {
  const { submit, folder, python, java, seconds, isStopped, onSeconds = () => {} } = options;
  const [program = "", ...args] = localLine(submit, folder);
  for (const name of ["spark", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  const child = spawn(join(dirname(python), program), args, {
    cwd: folder,
    env: variables(folder, python, java),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (signal: NodeJS.Signals) => child.pid !== undefined && signalGroup(child.pid, signal);
  const onExit = () => void kill("SIGKILL");
  process.once("exit", onExit);
  const since = Date.now();
  let stoppedAt: number | undefined;
  const look = setInterval(() => {
    const now = Date.now();
    if (stoppedAt === undefined && (isStopped() || now - since > seconds * 1000)) {
      stoppedAt = now;
      kill("SIGTERM");
    }
    if (stoppedAt !== undefined && now - stoppedAt > STOP_SECONDS * 1000) kill("SIGKILL");
    onSeconds(Math.floor((now - since) / 1000));
  }, LOOK_MS);
  try {
    const [stdout, stderr] = [lastLines(child.stdout), lastLines(child.stderr, isFrame)];
    const code = await new Promise<number | null>((done, failed) => {
      child.once("error", failed);
      child.once("exit", (code) => {
        kill("SIGKILL"); // what it has started and left
        done(code);
      });
    });
    return {
      code: stoppedAt === undefined ? (code ?? 1) : undefined,
      stdout: await stdout,
      stderr: await stderr,
    };
  } finally {
    clearInterval(look);
    process.off("exit", onExit);
  }
}

function variables(folder: string, python: string, java: string): NodeJS.ProcessEnv {
  const kept = Object.entries(pythonVariables(process.env)).filter(([name]) => !OTHERS.test(name));
  return {
    ...Object.fromEntries(kept),
    JAVA_HOME: java,
    PYSPARK_PYTHON: python,
    PYSPARK_DRIVER_PYTHON: python,
    SPARK_LOCAL_IP: "127.0.0.1",
    TMPDIR: join(folder, "tmp"),
  };
}

/** One error may have a thousand lines that are of no use. */
async function lastLines(stream: Readable, isUseless = (_: string) => false): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    if (isUseless(line)) continue;
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  }
  return lines.join("\n");
}
