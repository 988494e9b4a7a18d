import type { ChildProcess } from "node:child_process";
import type { EventEmitter } from "node:events";
import { InterruptedError } from "./failure";

/**
 * Ctrl-C while Terraform runs: Terraform is asked once to stop, finishes what it is at and writes its state;
 * only then does the command end. Children run in a process group of their own: a terminal sends Ctrl-C to the
 * whole group, and a second one would make Terraform drop everything.
 */
export class Interrupt {
  private readonly children = new Set<ChildProcess>();
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

  private onSignal(): void {
    if (this.children.size === 0) {
      this.end();
      return;
    }
    if (this.asked) {
      this.say("Still waiting for Terraform: killing it would leave a lock on the state.");
      return;
    }
    this.asked = true;
    this.say("Stopping: Terraform finishes what it is at.");
    for (const child of this.children) child.kill("SIGINT");
  }
}
