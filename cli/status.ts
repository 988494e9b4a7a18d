import { type DashboardStatus, dashboardStatus } from "../local/dashboard";
import { type CommandContext, runningConfigOf, withClients } from "./session";
import { type StageQueue, StageQueues } from "./stage-queues";
import { type Comparison, compared } from "./stores/compare";
import { readStores } from "./stores/read";
import type { StoreReadings } from "./stores/store";

/** What the stores hold, each by itself and beside the others. */
export interface StoresStatus extends Comparison {
  readonly stores: StoreReadings;
}

export interface StatusResult extends StoresStatus {
  readonly environment: string;
  readonly account: string;
  /** Where the embedded AWS answers; none where the environment lives on the real one. */
  readonly endpoint?: string;
  readonly stages: readonly StageQueue[];
  /** Of the embedded AWS; none where the environment lives on the real one, or has no dashboard. */
  readonly dashboard?: DashboardStatus;
}

/** What the stores hold, and what work the stages have. */
export async function status(context: CommandContext): Promise<StatusResult> {
  const config = await runningConfigOf(context);
  const { environment, accountId: account, endpoints } = config;
  const dashboard = config.embedded && config.dashboard ? await dashboardStatus(environment) : undefined;
  return withClients(config, async (clients) => {
    const stages = await new StageQueues(config, clients).counts();
    const stores = await readStores(config, clients);
    return {
      environment,
      account,
      ...(endpoints === undefined ? {} : { endpoint: endpoints.dataPlane }),
      stores,
      ...compared(stores),
      stages,
      ...(dashboard && { dashboard }),
    };
  });
}
