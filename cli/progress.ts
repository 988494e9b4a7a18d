import { coloursFor } from "./colours";
import { InterruptedError } from "./failure";

const FRAME_MS = 100;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const LABEL_WIDTH = 14;

interface Step {
  text: string;
  readonly since: number;
}

/** Where a step stands, for whoever does the work. */
export interface StepReporter {
  /** What the step is doing now. */
  update(text: string): void;
}

/** Says no more than one thing a second: for steps that have much to say. */
export function calm(step: StepReporter): StepReporter {
  let next = 0;
  return {
    update: (text) => {
      if (Date.now() < next) return;
      next = Date.now() + 1000;
      step.update(text);
    },
  };
}

/**
 * Progress on standard error: lines that change in place on a terminal, plain lines elsewhere. Results go to
 * standard output and never through here.
 */
export class Progress {
  private readonly running = new Map<string, Step>();
  private readonly live: boolean;
  private readonly colours: ReturnType<typeof coloursFor>;
  private timer: NodeJS.Timeout | undefined;
  private drawn = 0;
  private frame = 0;

  constructor(private readonly out: NodeJS.WriteStream = process.stderr) {
    this.live = out.isTTY === true && process.env.CI === undefined;
    this.colours = coloursFor(out);
  }

  /** Runs one step of the work; `work` returns what to say of it in the end. */
  async step<T>(label: string, work: (step: StepReporter) => Promise<readonly [T, string]>): Promise<T> {
    const since = Date.now();
    const step: Step = { text: "", since };
    this.running.set(label, step);
    this.start();
    try {
      const [result, said] = await work({
        update: (text) => {
          if (text === step.text) return;
          step.text = text;
          if (!this.live) this.line(`  ${label.padEnd(LABEL_WIDTH)}${text}`);
        },
      });
      this.finish(label, this.colours.green("✓"), said, since);
      return result;
    } catch (error) {
      const said = error instanceof InterruptedError ? "stopped" : "failed";
      this.finish(label, this.colours.red("✗"), said, since);
      throw error;
    }
  }

  /** One line of its own. */
  say(text: string): void {
    this.line(text);
  }

  private finish(label: string, mark: string, said: string, since: number): void {
    this.running.delete(label);
    const seconds = ((Date.now() - since) / 1000).toFixed(1);
    this.line(`${mark} ${label.padEnd(LABEL_WIDTH)}${said} ${this.colours.dim(`(${seconds} s)`)}`);
    if (this.running.size === 0) this.stop();
  }

  private line(text: string): void {
    this.erase();
    this.out.write(`${text}\n`);
    this.draw();
  }

  private start(): void {
    if (!this.live || this.timer) return;
    this.timer = setInterval(() => {
      this.frame += 1;
      this.erase();
      this.draw();
    }, FRAME_MS);
    this.timer.unref();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.erase();
  }

  private draw(): void {
    if (!this.live) return;
    const width = (this.out.columns ?? 80) - 1;
    for (const [label, { text, since }] of this.running) {
      const seconds = Math.round((Date.now() - since) / 1000);
      const line = `${FRAMES[this.frame % FRAMES.length]} ${label.padEnd(LABEL_WIDTH)}${seconds} s  ${text}`;
      this.out.write(`${line.slice(0, width)}\n`);
    }
    this.drawn = this.running.size;
  }

  private erase(): void {
    if (this.drawn > 0) this.out.write(`\x1b[${this.drawn}A\x1b[0J`);
    this.drawn = 0;
  }
}
