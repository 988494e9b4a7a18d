import type { PlatformConfig } from "../../config/load";
import { logGroup, namesFor } from "../../config/naming";
import type { FailureLog } from "../../lambdas/shared/per-record";
import type { Clients } from "../clients";
import { type Stage, stageName } from "../stages";

/** Text of the line; its module is not loaded for it. */
const MESSAGE_FAILED: FailureLog["message"] = "message failed";

/** Longest search through a stage's log. */
const SEARCH_SECONDS = 60;

/** What a delivery that failed has said. */
export interface LoggedFailure {
  /** ISO 8601. */
  readonly at: string;
  /** Which delivery of the message it was, from 1. */
  readonly delivery: number;
  /** Name and message of the error. */
  readonly error: string;
}

/** What the log of a stage says, by the id of the message. */
export interface FoundFailures {
  readonly failures: ReadonlyMap<string, readonly LoggedFailure[]>;
  /** Why there may be more; none where all was read. */
  readonly incomplete?: string;
}

/**
 * The failures that a stage has logged.
 *
 * @param since milliseconds since 1970, of the oldest letter
 * @param messageId the only message to look for; all where it is left out
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function failuresOf(
  config: PlatformConfig,
  clients: Pick<Clients, "logs">,
  stage: Stage,
  since: number,
  messageId?: string,
): Promise<FoundFailures> {
  const { paginateFilterLogEvents } = await import("@aws-sdk/client-cloudwatch-logs");
  const logGroupName = logGroup(stageName(namesFor(config), stage));
  const filterPattern = [MESSAGE_FAILED, ...(messageId === undefined ? [] : [messageId])]
    .map((term) => `"${term}"`)
    .join(" ");
  const found = new Map<string, LoggedFailure[]>();
  const deadline = Date.now() + SEARCH_SECONDS * 1000;
  try {
    const pages = paginateFilterLogEvents(
      { client: await clients.logs() },
      { logGroupName, filterPattern, startTime: since },
    );
    for await (const { events = [] } of pages) {
      for (const { message = "", timestamp = 0 } of events) {
        const failure = parseFailure(message, timestamp);
        if (failure) found.set(failure.messageId, [...(found.get(failure.messageId) ?? []), failure.said]);
      }
      if (Date.now() > deadline) {
        return {
          failures: sorted(found),
          incomplete: `${logGroupName} was searched for ${SEARCH_SECONDS} s only`,
        };
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
    return { failures: sorted(found), incomplete: `there is no log group ${logGroupName}` };
  }
  return { failures: sorted(found) };
}

/**
 * Why a message was set aside: what its last delivery said that said anything. A delivery says nothing where the function
 * was ended in it, by its time-out or for want of memory; or its words are older than the log keeps them.
 */
export function whyOf(failures: readonly LoggedFailure[], incomplete?: string): string {
  const last = failures.at(-1);
  if (last !== undefined) return last.error;
  return incomplete === undefined
    ? "no reason logged: the function was ended (time-out or out of memory)"
    : `no reason known: ${incomplete}`;
}

/** A line of the stages' `perRecord`, as Powertools writes it; nothing where it is another one. */
function parseFailure(
  line: string,
  timestamp: number,
): { messageId: string; said: LoggedFailure } | undefined {
  try {
    const { message, messageId, receiveCount, error }: Partial<FailureLog> = JSON.parse(
      line.slice(line.indexOf("{")),
    );
    if (message !== MESSAGE_FAILED || messageId === undefined) return undefined;
    const said = {
      at: new Date(timestamp).toISOString(),
      delivery: Number(receiveCount),
      error: `${error?.name ?? "Error"}: ${error?.message ?? ""}`,
    };
    return { messageId, said };
  } catch {
    return undefined; // a line that was cut
  }
}

function sorted(found: ReadonlyMap<string, LoggedFailure[]>): Map<string, LoggedFailure[]> {
  return new Map(
    [...found].map(([id, failures]) => [
      id,
      failures.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.delivery - b.delivery)),
    ]),
  );
}
