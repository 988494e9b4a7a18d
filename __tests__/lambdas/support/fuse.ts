/** Stands for the end of a function in the middle of its work. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** Blows before the `at`-th external call, counted from 1; never when `at` is 0. Each call waits for `turn` first. */
export class Fuse {
  calls = 0;

  constructor(
    private readonly at = 0,
    private readonly turn: () => Promise<void> = () => Promise.resolve(),
  ) {}

  async tick(): Promise<void> {
    await this.turn();
    this.calls += 1;
    if (this.calls === this.at) throw new Killed(`before call ${this.at}`);
  }
}
