import { PermanentError } from "./errors";

/** Longest wait before a message is tried again, in seconds. */
const MAX_SECONDS = 900;

/**
 * Seconds until a failed message comes again. A permanent failure is back at once, so that it reaches the
 * dead-letter queue after a few quick deliveries; any other waits twice as long each time, with jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 * `receiveCount` counts deliveries from 1; `random` is in [0, 1).
 */
export function retryDelaySeconds(error: unknown, receiveCount: number, random: number): number {
  if (error instanceof PermanentError) return 0;
  const most = Math.min(MAX_SECONDS, 2 ** Math.min(receiveCount, 10));
  return Math.ceil((most / 2) * (1 + random));
}
