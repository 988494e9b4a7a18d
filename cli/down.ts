import { stopDashboard } from "../local/dashboard";
import { embeddedStatus, forgetEmbedded, startEmbedded, stopEmbedded } from "../local/embedded";
import { withLock } from "../local/lock";
import { synthesise } from "../stacks/synthesise";
import type { StackChanges } from "./deployment";
import { type CommandContext, configOf, deploymentOf, embeddedConfigOf, withClients } from "./session";

export interface DownResult {
  readonly environment: string;
  /** Whether the embedded AWS ran. */
  readonly stopped: boolean;
  /** Whether its data is gone. */
  readonly cleaned: boolean;
}

/** Stops the dashboard and the embedded AWS; its data stays, unless `clean` forgets it. */
export async function down(context: CommandContext, clean: boolean): Promise<DownResult> {
  const { environment, progress } = context;
  embeddedConfigOf(context, "down");
  return withLock(environment, "down", () =>
    progress.step("embedded AWS", async () => {
      const stopped = await stopEmbedded(environment);
      if (clean) await forgetEmbedded(environment);
      const said = `${stopped ? "stopped" : "did not run"}; ${clean ? "all data is gone" : "data is kept"}`;
      return [{ environment, stopped, cleaned: clean }, said] as const;
    }),
  );
}

export interface DestroyResult {
  readonly environment: string;
  readonly stacks: StackChanges;
}

/** Destroys all stacks, the last one first; the state of the first one comes back before its bucket goes. */
export async function destroy(context: CommandContext): Promise<DestroyResult> {
  const { environment, progress } = context;
  const { accountId, region } = embeddedConfigOf(context, "destroy");
  return withLock(environment, "destroy", async () => {
    if (!(await embeddedStatus(environment)).running) {
      await progress.step("embedded AWS", async (step) => {
        const { endpoint } = await startEmbedded(environment, { accountId, region, onProgress: step.update });
        return [undefined, `started on ${endpoint}`] as const;
      });
    }
    await stopDashboard(environment); // before its stores go
    const config = configOf(context);
    synthesise(config);
    return withClients(config, async (clients) => {
      const stacks = await (await deploymentOf(context, config, clients, "destroy")).destroy();
      return { environment, stacks };
    });
  });
}
