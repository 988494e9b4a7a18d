import type { PlatformConfig } from "../../config/load";
import { logGroup, namesFor } from "../../config/naming";
import type { ShopTotal } from "../../lambdas/shared/figures";
import type { Clients } from "../clients";
import { deployNext } from "../session";
import { StoreError } from "./store";

/** Totals of each shop from PostgreSQL, which only a function in its network can ask. */
export async function rowTotals(
  config: PlatformConfig,
  clients: Pick<Clients, "lambda">,
): Promise<ShopTotal[]> {
  return (await askRows(config, clients, {})) as ShopTotal[];
}

/** Calls the function that reads the rows. @throws StoreError when it is not there, or fails */
export async function askRows(
  config: PlatformConfig,
  clients: Pick<Clients, "lambda">,
  question: object,
): Promise<unknown> {
  const { InvokeCommand } = await import("@aws-sdk/client-lambda");
  const { totals } = namesFor(config);
  try {
    const { FunctionError, Payload } = await (await clients.lambda()).send(
      new InvokeCommand({ FunctionName: totals, Payload: Buffer.from(JSON.stringify(question)) }),
    );
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || "null");
    if (FunctionError === undefined) return answer;
    const { errorType = FunctionError, errorMessage = "" } = answer as Record<string, string>;
    throw new StoreError(
      `the function ${totals} failed: ${errorType}: ${errorMessage}`,
      `its log ${logGroup(totals)} says more`,
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
    throw new StoreError(`the function ${totals}, which reads them, is not there`, deployNext(config));
  }
}
