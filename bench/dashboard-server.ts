import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../local/port";
import { signalGroup } from "../local/process-identity";
import { checkHealth } from "./dashboard-requests";
import { BenchError } from "./measure";

const ROOT = join(__dirname, "..");
const DASHBOARD = join(ROOT, "dashboard");
const BENCH = join(ROOT, "bench");
/** With the sample data to be read first, on a busy machine. */
const START_SECONDS = 120;
/** What ECS allows at most between SIGTERM and SIGKILL. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
const STOP_SECONDS = 120;
const LOG_LINES = 15;

/** The servers that are compared, all with the same page. */
export const SERVERS = {
  blocking: [join(BENCH, "dashboard_app.py")],
  sync: ["-m", "gunicorn", "--config", join(BENCH, "dashboard_sync.py"), "dashboard_app:application"],
  ours: ["-m", "gunicorn", "--config", "gunicorn.conf.py", "dashboard_app:application"],
} as const;

export type ServerName = keyof typeof SERVERS;

/** What the servers are started with. */
export interface Place {
  /** An interpreter that has the dashboard's packages. */
  readonly python: string;
  /** For logs and scratch files. */
  readonly folder: string;
}

const running = new Set<DashboardServer>();

/** Ends all servers of this process, and is there when none is left. */
export async function endServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.end()));
}
process.once("exit", () => {
  for (const server of running) server.kill();
});

/** One running server of the dashboard with sample data, on a free port of the loopback interface. */
export class DashboardServer {
  /** Of the process that was started; its workers are its children. */
  readonly pid: number;
  private readonly ended: Promise<unknown>;
  private readonly gone: Promise<unknown>;

  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    this.pid = child.pid ?? Number.NaN;
    this.ended = once(child, "exit");
    this.gone = once(child, "close"); // once the last worker has closed the pipe, too
    running.add(this);
  }

  /** Starts one and waits until it is ready. @throws BenchError with its last words when it is not in time */
  static async start(name: ServerName, { python, folder }: Place): Promise<DashboardServer> {
    const port = await freePort("the dashboard's bench");
    const scratch = join(folder, `${name}-${port}`);
    mkdirSync(scratch, { recursive: true });
    const path = join(scratch, "log");
    const log = openSync(path, "w");
    const env = {
      ...{ PATH: process.env.PATH, PYTHONPATH: `${BENCH}:${DASHBOARD}`, PYTHONDONTWRITEBYTECODE: "1" },
      ...{ DATA: "sample", PORT: String(port), SCRATCH_DIR: join(scratch, "data") },
    };
    const stdio: StdioOptions = ["ignore", log, log, "pipe"];
    const child = spawn(python, SERVERS[name], { cwd: DASHBOARD, env, detached: true, stdio });
    closeSync(log);
    await once(child, "spawn");
    const server = new DashboardServer(port, child);
    if (await server.answers(START_SECONDS)) return server;
    await server.end();
    const said = readFileSync(path, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n");
    throw new BenchError(
      `the dashboard under ${name} ended or was not ready within ${START_SECONDS} s:\n${said}`,
    );
  }

  /** Waits until a health check is answered; false when it has ended, or has not answered in time. */
  async answers(seconds: number): Promise<boolean> {
    const deadline = Date.now() + seconds * 1000;
    while (Date.now() < deadline && this.child.exitCode === null && this.child.signalCode === null) {
      if (await checkHealth(this.port)) return true;
      await pause(100);
    }
    return false;
  }

  /** Asks it to end, as ECS does, and gives the seconds that it took; it is killed after `STOP_SECONDS`. */
  async stop(): Promise<number> {
    const start = performance.now();
    this.child.kill("SIGTERM");
    await Promise.race([this.ended, pause(STOP_SECONDS * 1000, undefined, { ref: false })]);
    const seconds = (performance.now() - start) / 1000;
    await this.end();
    return seconds;
  }

  /** Ends it and its workers at once, whatever they do, and is there when they are gone. */
  async end(): Promise<void> {
    this.kill();
    await this.gone;
  }

  kill(): void {
    running.delete(this);
    signalGroup(this.pid, "SIGKILL");
  }
}
