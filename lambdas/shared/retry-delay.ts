import { PermanentError, TransientError } from "./errors";

/** Longest wait before a message is tried again, in seconds. */
const MAX_SECONDS = 900;
/** Deliveries whose failure may be a lost race; who loses more often waits as for a store that is down. */
const RACES = 2;

/**
 * Seconds until a failed message comes again. A permanent failure is back at once, so that it reaches the
 * dead-letter queue after a few quick deliveries. Any other waits four times as long each time, with jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/): the four waits before a fifth
 * and last delivery are 2 minutes and 50 seconds at the least, so that a store may be down for as long. A lost race is
 * over after seconds.
 * `receiveCount` counts deliveries from 1; `random` is in [0, 1).
 */
export function retryDelaySeconds(error: unknown, receiveCount: number, random: number): number {
  if (error instanceof PermanentError) return 0;
  const race = error instanceof TransientError && error.soon && receiveCount <= RACES;
  const most = Math.min(MAX_SECONDS, (race ? 2 : 4) ** Math.min(receiveCount, 10));
  return Math.ceil((most / 2) * (1 + random));
}
