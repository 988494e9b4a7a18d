import { embeddedStatus } from "../local/embedded";
import { CommandError } from "./failure";
import { type CommandContext, configOf, typed, withClients } from "./session";
import { type StageQueue, StageQueues } from "./stage-queues";
import { shopTotals } from "./stores";

export interface StatusResult {
  readonly environment: string;
  readonly account: string;
  /** Where the embedded AWS answers; none where the environment lives on the real one. */
  readonly endpoint?: string;
  readonly shops: Awaited<ReturnType<typeof shopTotals>>;
  readonly stages: readonly StageQueue[];
}

/** What the stores hold, and what work the stages have. */
export async function status(context: CommandContext): Promise<StatusResult> {
  const config = configOf(context);
  const { environment, accountId: account, endpoints } = config;
  if (config.embedded && !(await embeddedStatus(environment)).running) {
    throw new CommandError({
      message: `the embedded AWS of ${environment} does not run`,
      next: typed("up", context),
    });
  }
  return withClients(config, async (clients) => {
    const [shops, stages] = await Promise.all([
      shopTotals(config, clients),
      new StageQueues(config, clients).counts(),
    ]);
    return {
      environment,
      account,
      ...(endpoints === undefined ? {} : { endpoint: endpoints.dataPlane }),
      shops,
      stages,
    };
  });
}
