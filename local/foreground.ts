import { type ChildProcess, spawn } from "node:child_process";
import type { EventEmitter } from "node:events";
import { signalGroup } from "./process-identity";
import type { Command } from "./server-process";

/** What a program may take to end in good order: longer than the dashboard's grace. */
const STOP_SECONDS = 25;
/** Ctrl-C, `kill`, and a terminal that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How a program has ended: by itself, because the user has asked for it, or because its time was over. */
export type Ending = { readonly code: number } | "interrupted" | "timed out";

export interface ForegroundOptions {
  /** Ends it in good order. @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
  /** What it may take as a whole. @default as long as it likes */
  readonly seconds?: number;
  /** Who is sent the signals. @default this process */
  readonly signals?: EventEmitter;
}

/**
 * A program that the user waits for, and that ends with this process.
 *
 * It runs in a process group of its own, so that Ctrl-C of a terminal reaches it once, by us: the first one asks it to end, a
 * second one ends it where it stands. Nothing that it has started stays.
 */
export class Foreground {
  /** Rejects when it could not be started. */
  readonly ended: Promise<Ending>;
  private readonly child: ChildProcess;
  private asked: "interrupted" | "timed out" | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    { path, args, ...command }: Command,
    private readonly options: ForegroundOptions = {},
  ) {
    const { seconds, signals = process } = options;
    const onSignal = () => this.stop("interrupted");
    for (const signal of SIGNALS) signals.on(signal, onSignal);
    this.child = spawn(path, args, { ...command, detached: true, stdio: ["ignore", "inherit", "inherit"] });
    if (seconds !== undefined) this.timer = setTimeout(() => this.stop("timed out"), seconds * 1000);
    this.ended = this.ending().finally(() => {
      clearTimeout(this.timer);
      for (const signal of SIGNALS) signals.off(signal, onSignal);
    });
  }

  /** Asks it to end as if the user had; asked again, ends it where it stands. */
  stop(reason: "interrupted" | "timed out" = "interrupted"): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    if (this.asked !== undefined) {
      signalGroup(pid, "SIGKILL");
      return;
    }
    this.asked = reason;
    clearTimeout(this.timer);
    this.child.kill(this.options.stopSignal ?? "SIGTERM");
    this.timer = setTimeout(() => signalGroup(pid, "SIGKILL"), STOP_SECONDS * 1000);
  }

  private ending(): Promise<Ending> {
    return new Promise((done, failed) => {
      this.child.once("error", failed);
      this.child.once("exit", (code) => {
        if (this.child.pid !== undefined) signalGroup(this.child.pid, "SIGKILL"); // what it has started and left
        done(this.asked ?? { code: code ?? 1 });
      });
    });
  }
}
