import { TransientError } from "./errors";
import { Stale } from "./stale";

/** Times that is looked within one delivery, when another one changes what was read. */
const TRIES = 3;
/** Longest pause before the next look, in milliseconds, times the number of tries. */
const PAUSE_MILLISECONDS = 400;

/** How long is waited between two looks. */
export type Pause = (milliseconds: number) => Promise<void>;

/**
 * Works on what is at `where` now, and again where it is another by then; `work` is told how often it has begun, from 1.
 * @throws TransientError when it is another one each time.
 */
export async function lookAgain<T>(
  where: string,
  pause: Pause,
  work: (tries: number) => Promise<T>,
): Promise<T> {
  let last = "";
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return await work(tries);
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      last = error.message;
    }
    await pause(PAUSE_MILLISECONDS * tries);
  }
  throw new TransientError(
    `${where}: another delivery changed it ${TRIES} times, last ${last}: it is tried again`,
    { soon: true },
  );
}
