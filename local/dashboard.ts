import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { embeddedEndpoints, homeOf, loopback } from "../config/home";
import { dashboardSources } from "./dashboard-sources";
import { chooseEmbedded, type EmbeddedRecord, readRecord, writeRecord } from "./embedded-record";
import { type Account, healthAt } from "./emulator";
import { gunicornCommand, gunicornIn } from "./gunicorn";
import { ROLE_CREDENTIALS } from "./ministack";
import { freePort, isFree } from "./port";
import type { ProcessIdentity } from "./process-identity";
import { dashboardPython } from "./python";
import { type Server, ServerProcess } from "./server-process";

/** Of its log, in the environment's folder. */
export const DASHBOARD_LOG = "dashboard.log";

/** Says 200 once it has looked at the lake: the balancer's question on AWS. */
export const READY_PATH = "/health/ready";

export interface DashboardOptions extends Account {
  /** The role of its task, which it has here, too. */
  readonly roleName: string;
  /** What its container gets on AWS: where it finds its stores. */
  readonly variables: Readonly<Record<string, string>>;
  /** Told what happens, in a few words each. */
  readonly onProgress?: (text: string) => void;
}

export interface Dashboard {
  /** `http://127.0.0.1:24569`. */
  readonly address: string;
  /** False when it ran already, as it should. */
  readonly started: boolean;
}

export interface DashboardStatus {
  /** Whether it runs and answers. */
  readonly running: boolean;
  /** Absent before its first start. */
  readonly address?: string;
}

/**
 * Starts the dashboard of an environment's embedded AWS under gunicorn, as its container would; leaves alone one that runs with
 * these variables and these sources.
 *
 * It outlives this process. Callers hold the environment's lock.
 *
 * @throws EmbeddedError when it does not come up; the message ends with its last words
 * @throws PythonError when there is no Python to run it
 */
export async function startDashboard(environment: string, options: DashboardOptions): Promise<Dashboard> {
  const { onProgress = () => {} } = options;
  const kept = await chooseEmbedded(environment);
  const settings = settingsOf(options);
  const before = dashboardOf(environment, kept)[0]?.process;
  if (before !== undefined && (await before.running()) !== undefined) {
    const fits = kept.dashboardSettings === settings && (await before.answersInTime());
    if (fits) return { address: loopback(before.port), started: false };
    onProgress("stopping one that does not answer, or has other settings or sources");
    await before.stop();
  }
  const python = await dashboardPython(onProgress);
  const dashboardPort = await portFor(environment, kept);
  onProgress(`starting on 127.0.0.1:${dashboardPort}`);
  const folder = folderOf(environment);
  rmSync(folder, { recursive: true, force: true }); // a new task has an empty one
  const variables = embeddedVariables(environment, options);
  const server = new ServerProcess(dashboardServer(environment, dashboardPort, undefined));
  const { process, ready } = server.start(
    gunicornCommand({ python, port: dashboardPort, folder, variables }),
  );
  const { dashboardProcess, ...others } = kept;
  const started = {
    dashboardPort,
    dashboardSettings: settings,
    ...(process && { dashboardProcess: process }),
  };
  writeRecord(environment, { ...others, ...started });
  await ready;
  return { address: loopback(dashboardPort), started: true };
}

/**
 * Stops the environment's dashboard, once it has answered what it was asked.
 *
 * @returns whether it ran
 * @throws EmbeddedError when it had to be killed
 */
export async function stopDashboard(environment: string): Promise<boolean> {
  return (await knownProcess(environment)?.stop()) ?? false;
}

/** Whether the environment's dashboard runs and answers, and where. */
export async function dashboardStatus(environment: string): Promise<DashboardStatus> {
  const server = knownProcess(environment);
  if (server === undefined) return { running: false };
  return { running: await server.answers(), address: loopback(server.port) };
}

/** The process of the environment's dashboard; none in a record of the time before its first start. */
export function dashboardOf(
  environment: string,
  { dashboardPort, dashboardProcess }: EmbeddedRecord,
): { readonly process: ServerProcess }[] {
  if (dashboardPort === undefined) return [];
  return [{ process: new ServerProcess(dashboardServer(environment, dashboardPort, dashboardProcess)) }];
}

function knownProcess(environment: string): ServerProcess | undefined {
  const record = readRecord(environment);
  return record && dashboardOf(environment, record)[0]?.process;
}

/** What it writes; forgotten with the environment's other temporary files. */
const folderOf = (environment: string) => join(resolve(homeOf(environment)), "tmp", "dashboard");

/** How it is known again; where a killed command has not recorded it, by the file that gunicorn writes its number into. */
function dashboardServer(environment: string, port: number, last: ProcessIdentity | undefined): Server {
  const log = join(resolve(homeOf(environment)), DASHBOARD_LOG);
  const find = async () => gunicornIn(folderOf(environment));
  const answers = async () =>
    (await find()) !== undefined && (await healthAt(port, READY_PATH)) !== undefined;
  return { title: `the dashboard of ${environment}`, port, log, last, stopSignal: "SIGTERM", answers, find };
}

/** The kept port; another where someone else has taken it, because nothing on AWS names it. */
async function portFor(environment: string, { dashboardPort }: EmbeddedRecord): Promise<number> {
  if (dashboardPort !== undefined && (await isFree(dashboardPort))) return dashboardPort;
  return freePort(`the dashboard of ${environment}`);
}

/** Whatever makes a running one unfit: other stores, another account, other sources. */
function settingsOf({ variables, roleName, accountId, region }: DashboardOptions): string {
  const facts = [Object.entries(variables).sort(), roleName, accountId, region, dashboardSources()];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}

/** What makes the container's variables those of the embedded AWS. */
function embeddedVariables(environment: string, { variables, roleName, region }: DashboardOptions) {
  const { dataPlane } = embeddedEndpoints(environment);
  return {
    ...variables,
    AWS_ENDPOINT_URL: dataPlane, // it asks no service of the control plane
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${dataPlane}${ROLE_CREDENTIALS}${roleName}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}
