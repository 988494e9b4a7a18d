import { Fuse } from "./fuse";

interface Worker {
  rank: number;
}

/**
 * Lets the external calls of workers that run at the same time happen in an order that a seed decides. Each worker has a
 * rank, the highest goes on, and now and then the one that goes loses its rank: so a worker may sleep between any two
 * calls while others do all of their work (https://www.microsoft.com/en-us/research/publication/a-randomized-scheduler-with-probabilistic-guarantees-of-finding-bugs/).
 */
export class Turns {
  private readonly waiting: { readonly worker: Worker; readonly go: () => void }[] = [];

  constructor(private readonly random: () => number) {}

  /** The fuse of one worker, whose calls wait for their turn; it blows before the `at`-th call. */
  fuse(at = 0): Fuse {
    const worker = { rank: this.random() };
    return new Fuse(at, () => new Promise((go) => this.waiting.push({ worker, go })));
  }

  /** Ends when all works have, well or not. */
  async run(works: readonly Promise<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
    let done = false;
    const settled = Promise.allSettled(works).finally(() => {
      done = true;
    });
    while (!done) {
      // What a worker does between two calls takes a few turns of the event loop.
      for (let wait = 0; wait < 3; wait += 1) await new Promise((resolve) => setImmediate(resolve));
      this.waiting.sort((left, right) => right.worker.rank - left.worker.rank);
      const next = this.waiting.shift();
      if (next !== undefined && this.random() < 0.12) next.worker.rank = this.random() - 1;
      next?.go();
    }
    return settled;
  }
}
