import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { TransientError } from "./errors";

/** Times that a transaction is tried while others change the same items. */
const CONFLICT_TRIES = 10;
/** Longest first pause after a conflict, in milliseconds; it doubles up to `MAX_PAUSE`. */
const FIRST_PAUSE = 25;
const MAX_PAUSE = 2_000;
const AGAIN = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

/**
 * One transaction: all happens, or nothing, and `stale` where a condition does not hold. At most 100 items and 4 MB
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html). Conflicts with others on
 * the same items are tried again, with jitter; `lost` says which race it was.
 * @throws TransientError when every race is lost.
 */
export async function transact(
  client: DynamoDBClient,
  TransactItems: TransactWriteItem[],
  lost: (tries: number) => string,
): Promise<"applied" | "stale"> {
  for (let tries = 0; tries < CONFLICT_TRIES; tries += 1) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
      return "applied";
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
      if (codes.includes("ConditionalCheckFailed")) return "stale";
      if (!codes.some((code) => code !== undefined && AGAIN.includes(code))) throw error;
    }
    const most = Math.min(MAX_PAUSE, FIRST_PAUSE * 2 ** tries);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * most));
  }
  throw new TransientError(`${lost(CONFLICT_TRIES)}: it is tried again`);
}
