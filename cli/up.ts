import { startEmbedded } from "../local/embedded";
import { withLock } from "../local/lock";
import { sampleNdjson } from "../local/sample";
import { synthesise } from "../stacks/synthesise";
import type { StackChanges } from "./deployment";
import { type CommandContext, configOf, deploymentOf, embeddedConfigOf, withClients } from "./session";
import { type Arrival, Shipper } from "./shipment";
import type { StoresStatus } from "./status";
import { agreeing } from "./stores/read";

/** Long enough for the sample on a busy machine. */
const ARRIVAL_SECONDS = 120;
/** For what others have sent at the same time. */
const AGREEMENT_SECONDS = 30;

/** The sample's name in the raw bucket. */
const SAMPLE_NAME = "cdnow-sample.ndjson";

export interface UpResult extends StoresStatus {
  readonly environment: string;
  readonly endpoint: string;
  /** Whether anything of the infrastructure was changed. */
  readonly changed: boolean;
  readonly stacks: StackChanges;
  readonly sample: Arrival;
}

/** Starts the embedded AWS, applies all stacks, sends the sample and waits until it is in all stores. */
export async function up(context: CommandContext): Promise<UpResult> {
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
    return withClients(config, async (clients) => {
      const stacks = await (await deploymentOf(context, config, clients, "up")).apply();
      const sample = await progress.step("sample", async (step) => {
        const shipper = new Shipper(config, clients, interrupt);
        const shipment = await shipper.sendOnce(SAMPLE_NAME, sampleNdjson());
        const was = (await shipper.missing(shipment)).length === 0;
        const arrival = await shipper.waitFor(shipment, ARRIVAL_SECONDS, step);
        return [
          arrival,
          was ? "is there already" : `${arrival.lines.good} purchases sent and arrived`,
        ] as const;
      });
      const changed = Object.values(stacks).some(({ add, change, remove }) => add + change + remove > 0);
      const stores = await progress.step("stores", async () => {
        const status = await agreeing(config, clients, AGREEMENT_SECONDS);
        return [status, status.agree ? "agree" : "do not agree"] as const;
      });
      return { environment, endpoint, changed, stacks, sample, ...stores };
    });
  });
}
