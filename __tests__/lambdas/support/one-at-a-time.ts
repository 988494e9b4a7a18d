/** Lets several workers run one external call at a time each, in an order that `random` alone decides. */
export class OneAtATime {
  private readonly waiting: (() => void)[] = [];
  private working = 0;

  constructor(private readonly random: () => number) {}

  /** Runs all to their end; each calls `turn` before every external call. */
  async run(...workers: ((turn: () => Promise<void>) => Promise<unknown>)[]): Promise<void> {
    this.working = workers.length;
    await Promise.all(workers.map((work) => this.work(work)));
  }

  private async work(work: (turn: () => Promise<void>) => Promise<unknown>): Promise<void> {
    try {
      await work(() => this.turn());
    } finally {
      this.working -= 1;
      this.next();
    }
  }

  private turn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.working -= 1;
      this.next();
    });
  }

  private next(): void {
    if (this.working > 0) return;
    const [go] = this.waiting.splice(Math.floor(this.random() * this.waiting.length), 1);
    if (go === undefined) return;
    this.working += 1;
    go();
  }
}
