import { type CommandContext, runningConfigOf, withClients } from "./session";
import { type Arrival, type Shipment, Shipper, sizeOf } from "./shipment";

export interface SendOptions {
  readonly wait: boolean;
  readonly timeoutSeconds: number;
}

export interface SendResult {
  readonly environment: string;
  readonly sent: Shipment;
  /** None when the command did not wait. */
  readonly arrived?: Arrival;
}

/** Sends one file of events and waits until it is in all stores. */
export async function send(context: CommandContext, file: string, options: SendOptions): Promise<SendResult> {
  const { progress, interrupt } = context;
  await sizeOf(file); // a wrong name is said before anything else
  const config = await runningConfigOf(context);
  const { environment } = config;
  return withClients(config, async (clients) => {
    const shipper = new Shipper(config, clients, interrupt);
    const sent = await progress.step("send", async () => {
      const shipment = await shipper.sendFile(file);
      return [shipment, shipment.key] as const;
    });
    if (!options.wait) return { environment, sent };
    const arrived = await progress.step("arrive", async (step) => {
      const arrival = await shipper.waitFor(sent, options.timeoutSeconds, step);
      const { good, rejected } = arrival.lines;
      return [arrival, `${good} events in all stores, ${rejected} lines rejected`] as const;
    });
    return { environment, sent, arrived };
  });
}
