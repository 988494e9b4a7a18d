import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { Clients } from "../cli/clients";
import { StageQueues } from "../cli/stage-queues";
import type { StatusResult } from "../cli/status";
import { loadConfig } from "../config/load";
import { namesFor } from "../config/naming";
import { BenchError } from "./measure";

const ROOT = join(__dirname, "..");
/** Puts at the same time: more than the stages take, so that they are never without work. */
const AT_ONCE = 32;
const EVENTS = 20;
const POLL_MS = 250;
const LONGEST_SECONDS = 900;

/** The whole way of many small objects, from the first put until all three stores have the last one. */
export interface EndToEndBench {
  readonly objects: number;
  readonly eventsPerObject: number;
  readonly seconds: number;
  readonly objectsPerSecond: number;
}

/**
 * Deploys `local` to an embedded AWS of its own (GROUNDPLAN_HOME/bench), sends `objects` and waits for them.
 * @throws BenchError when a store has not all of them in the end, or something was set aside
 */
export async function benchEndToEnd(
  objects: number,
  onProgress: (text: string) => void,
): Promise<EndToEndBench> {
  const home = resolve(process.env.GROUNDPLAN_HOME ?? ".groundplan", "bench");
  const groundplan = (...args: string[]) => run(home, args);
  try {
    onProgress("deploying to an embedded AWS of its own");
    await groundplan("up", "local", "--json");
    onProgress(`sending ${objects} objects`);
    const seconds = await sendAndWait(home, objects);
    const { totals, stages } = JSON.parse(await groundplan("status", "local", "--json")) as StatusResult;
    const found = totals.find(({ total }) => total.shopId === "bench");
    const dead = stages.some((stage) => "missing" in stage || stage.deadLetters > 0);
    if (dead || found?.stores.length !== 3 || found.total.orders !== objects * EVENTS) {
      throw new BenchError(`not all arrived: ${JSON.stringify({ found, stages })}`);
    }
    return { objects, eventsPerObject: EVENTS, seconds, objectsPerSecond: objects / seconds };
  } finally {
    await groundplan("down", "local", "--clean");
  }
}

async function sendAndWait(home: string, objects: number): Promise<number> {
  const config = loadConfig("local", { home });
  const clients = new Clients(config);
  const queues = new StageQueues(config, clients);
  try {
    const s3 = await clients.s3();
    const start = performance.now();
    let next = 0;
    const sender = async (): Promise<void> => {
      for (let object = next++; object < objects; object = next++) {
        const Key = `events/bench/${object}.ndjson`;
        await s3.send(
          new PutObjectCommand({ Bucket: namesFor(config).rawBucket, Key, Body: bodyOf(object) }),
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    const deadline = Date.now() + LONGEST_SECONDS * 1000;
    while (!(await isIdle(queues))) {
      if (Date.now() > deadline) throw new BenchError(`not idle after ${LONGEST_SECONDS} s`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
    return (performance.now() - start) / 1000;
  } finally {
    clients.close();
  }
}

async function isIdle(queues: StageQueues): Promise<boolean> {
  const stages = await queues.counts();
  return stages.every((stage) => !("missing" in stage) && stage.waiting + stage.inFlight === 0);
}

function bodyOf(object: number): string {
  return Array.from({ length: EVENTS }, (_, event) =>
    JSON.stringify({
      ...{ eventId: `bench-${object}-${event}`, type: "purchase", occurredAt: "2026-03-04T05:06:07Z" },
      ...{ shopId: "bench", contentId: `story-${event % 5}`, visitorId: "v-1", quantity: 1 },
      ...{ amount: "1.25", currency: "EUR" },
    }),
  ).join("\n");
}

function run(home: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, GROUNDPLAN_HOME: home, CDKTF_OUTDIR: join(home, "out") };
  const child = spawn(process.execPath, [join(ROOT, "bin/groundplan.mjs"), ...args], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LONGEST_SECONDS * 1000,
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.stderr += chunk;
  });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) =>
      code === 0
        ? done(said.stdout)
        : failed(new BenchError(`groundplan ${args.join(" ")}: ${said.stdout}${said.stderr.slice(-2000)}`)),
    );
  });
}
