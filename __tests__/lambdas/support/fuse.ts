/** Stands for the end of a function in the middle of its work. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** Blows before the `at`-th external call, counted from 1; never when `at` is 0. */
export class Fuse {
  calls = 0;

  constructor(private readonly at = 0) {}

  async tick(): Promise<void> {
    await Promise.resolve();
    this.calls += 1;
    if (this.calls === this.at) throw new Killed(`before call ${this.at}`);
  }
}
