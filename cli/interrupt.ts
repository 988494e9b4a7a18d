import type { ChildProcess } from "node:child_process";
import type { EventEmitter } from "node:events";
import { InterruptedError } from "./failure";

/**
 * Ctrl-C while Terraform runs: Terraform is asked once to stop, finishes what it is at and writes its state;
 * only then does the command end. Children run in a process group of their own: a terminal sends Ctrl-C to the
 * whole group, and a second one would make Terraform drop everything.
 *
 * A loop that may end between any two of its turns is asked in the same way, so that it can say how to go on; a second
 * Ctrl-C ends it where it stands.
 */
export class Interrupt {
  private readonly children = new Set<ChildProcess>();
  private loops = 0;
  private asked = false;

  /**
   * @param say prints one line to the user
   * @param end ends the command at once, where nothing runs that has to end first
   * @param signals who is sent the signals
   */
  constructor(
    private readonly say: (line: string) => void,
    private readonly end: () => void,
    signals: EventEmitter = process,
  ) {
    for (const signal of ["SIGINT", "SIGTERM"]) signals.on(signal, () => this.onSignal());
  }

  /** Watches over a child until it ends. */
  guard(child: ChildProcess): void {
    this.children.add(child);
    for (const event of ["exit", "error"]) child.once(event, () => this.children.delete(child));
    if (this.asked) child.kill("SIGINT");
  }

  /** @throws InterruptedError once the user has asked to stop */
  check(): void {
    if (this.asked) throw new InterruptedError();
  }

  /** Runs a loop that asks `isAsked` in each of its turns. */
  async looping<T>(work: () => Promise<T>): Promise<T> {
    this.loops += 1;
    try {
      return await work();
    } finally {
      this.loops -= 1;
    }
  }

  /** Whether the user has asked to stop. */
  get isAsked(): boolean {
    return this.asked;
  }

  private onSignal(): void {
    if (this.children.size === 0 && (this.loops === 0 || this.asked)) {
      this.end();
      return;
    }
    if (this.asked) {
      this.say("Still waiting for Terraform: killing it would leave a lock on the state.");
      return;
    }
    this.asked = true;
    this.say(
      this.children.size > 0
        ? "Stopping: Terraform finishes what it is at."
        : "Stopping after what is under way.",
    );
    for (const child of this.children) child.kill("SIGINT");
  }
}
