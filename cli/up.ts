import type { PlatformConfig } from "../config/load";
import { namesFor } from "../config/naming";
import { type Dashboard, startDashboard } from "../local/dashboard";
import { startEmbedded } from "../local/embedded";
import { findJava, JavaError } from "../local/find-java";
import { withLock } from "../local/lock";
import { dashboardPython } from "../local/python";
import { sampleNdjson } from "../local/sample";
import { sparkPython } from "../local/spark-python";
import { synthesise } from "../stacks/synthesise";
import type { Clients } from "./clients";
import type { StackChanges } from "./deployment";
import { CommandError } from "./failure";
import { type Recommended, recommend } from "./recommend";
import { type CommandContext, configOf, deploymentOf, embeddedConfigOf, withClients } from "./session";
import { type Arrival, Shipper } from "./shipment";
import type { StoresStatus } from "./status";
import { agreeing } from "./stores/read";
import { taskEnvironment } from "./task-environment";

/** Long enough for the sample on a busy machine. */
const ARRIVAL_SECONDS = 120;
/** For what others have sent at the same time. */
const AGREEMENT_SECONDS = 30;

/** The sample's name in the raw bucket. */
const SAMPLE_NAME = "cdnow-sample.ndjson";

export interface UpOptions {
  /** What there must be to see beside the sample. @default Spark's recommendations, where the environment and this machine have it */
  readonly with?: "spark";
  /** What there shall not be, to be sooner done. */
  readonly without?: "spark";
}

export interface UpResult extends StoresStatus {
  readonly environment: string;
  readonly endpoint: string;
  /** Whether anything of the infrastructure was changed. */
  readonly changed: boolean;
  readonly stacks: StackChanges;
  readonly sample: Arrival;
  /** With Spark only. */
  readonly recommended?: Recommended;
  /** None where the environment has none. */
  readonly dashboard?: Dashboard;
}

/** Starts the embedded AWS, applies all stacks, sends the sample, waits until it is in all stores, trains recommendations, and shows all. */
export async function up(context: CommandContext, options: UpOptions = {}): Promise<UpResult> {
  const { environment, progress, interrupt } = context;
  const { accountId, region } = embeddedConfigOf(context, "up");
  return withLock(environment, "up", async () => {
    const { endpoint } = await progress.step("embedded AWS", async (step) => {
      const started = await startEmbedded(environment, { accountId, region, onProgress: step.update });
      return [started, `${started.started ? "started" : "runs"} on ${started.endpoint}`] as const;
    });
    interrupt.check();
    // Read again: the first start has chosen the port.
    const config = configOf(context);
    await progress.step("synth", async () => {
      synthesise(config);
      return [undefined, "Terraform JSON written"] as const;
    });
    const wantsSpark = await isSparkShown(config, options, (why) =>
      progress.step("spark", async () => [undefined, `no recommendations: ${why}`] as const),
    );
    const over = new AbortController();
    // Meanwhile: it takes as long as a stack the first time, and says what it has to say when it is needed.
    if (config.dashboard !== undefined) dashboardPython(undefined, over.signal).catch(() => {});
    if (wantsSpark) sparkPython(undefined, over.signal).catch(() => {});
    try {
      return await withClients(config, async (clients) => {
        const stacks = await (await deploymentOf(context, config, clients, "up")).apply();
        const changed = Object.values(stacks).some(({ add, change, remove }) => add + change + remove > 0);
        const sample = await sendSample(context, config, clients);
        const stores = await progress.step("stores", async () => {
          const status = await agreeing(config, clients, AGREEMENT_SECONDS);
          return [status, status.agree ? "agree" : "do not agree"] as const;
        });
        const recommended = wantsSpark ? await recommend(context, config, clients) : undefined;
        const dashboard = await showDashboard(context, config, clients);
        return {
          ...{ environment, endpoint, changed, stacks, sample, ...stores },
          ...(recommended && { recommended }),
          ...(dashboard && { dashboard }),
        };
      });
    } finally {
      over.abort();
    }
  });
}

/**
 * Said before anything takes long.
 *
 * @throws CommandError, JavaError when it must be shown and cannot be
 */
async function isSparkShown(
  config: PlatformConfig,
  options: UpOptions,
  say: (why: string) => Promise<void>,
): Promise<boolean> {
  const isDemanded = options.with === "spark";
  if (options.without === "spark") return false;
  if (config.spark === undefined) {
    if (!isDemanded) return false;
    throw new CommandError({
      message: `${config.environment} has no Spark`,
      next: `add the section spark to config/environments/${config.environment}.yaml`,
    });
  }
  try {
    await findJava();
    return true;
  } catch (error) {
    if (isDemanded || !(error instanceof JavaError)) throw error;
    await say(error.message);
    return false;
  }
}

async function sendSample(
  { progress, interrupt }: CommandContext,
  config: PlatformConfig,
  clients: Clients,
): Promise<Arrival> {
  return progress.step("sample", async (step) => {
    const shipper = new Shipper(config, clients, interrupt);
    const { arrival, wasThere } = await shipper.bringOnce(SAMPLE_NAME, sampleNdjson(), ARRIVAL_SECONDS, step);
    return [
      arrival,
      wasThere ? "is there already" : `${arrival.lines.good} purchases sent and arrived`,
    ] as const;
  });
}

async function showDashboard(
  { environment, progress }: CommandContext,
  config: PlatformConfig,
  clients: Clients,
): Promise<Dashboard | undefined> {
  if (config.dashboard === undefined) return undefined;
  const { accountId, region } = config;
  return progress.step("web app", async (step) => {
    const variables = await taskEnvironment(config, clients, "dashboard");
    const { dashboard: roleName } = namesFor(config);
    const options = { accountId, region, roleName, variables, onProgress: step.update };
    const runs = await startDashboard(environment, options);
    return [runs, `${runs.started ? "started" : "runs"} on ${runs.address}`] as const;
  });
}
