import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { CommandError } from "./failure";
import type { Interrupt } from "./interrupt";
import { pathOf, type StackOutput } from "./stack-output";
import {
  type Changes,
  type Diagnostic,
  lockIdIn,
  NO_CHANGES,
  parseEvent,
  type TerraformEvent,
} from "./terraform-events";

/** What every run of Terraform shares. */
export interface TerraformSettings {
  /** Path of the binary. */
  readonly binary: string;
  /** Environment variables of its process. */
  readonly environment: NodeJS.ProcessEnv;
  readonly interrupt: Interrupt;
  /** The command to name when this one fails. */
  readonly again: string;
}

/** Terraform in the folder of one stack. */
export class Terraform {
  /** Says what the folder is ready for. */
  private readonly stamp: string;

  constructor(
    private readonly settings: TerraformSettings,
    readonly stack: StackOutput,
  ) {
    this.stamp = join(stack.directory, ".terraform", "initialised.json");
  }

  /** Makes the folder ready, unless it is ready for the same backend and providers. */
  async initialise(): Promise<void> {
    if (existsSync(this.stamp) && readFileSync(this.stamp, "utf8") === this.stack.settings) return;
    await this.reinitialise();
    writeFileSync(this.stamp, this.stack.settings);
  }

  /** Makes the folder ready for the backend that is configured now, and leaves the state where it is. */
  async reinitialise(): Promise<void> {
    rmSync(this.stamp, { force: true });
    await this.run(["init", "-reconfigure"]);
  }

  /** Copies the state from the backend that the folder was ready for to the one that is configured now. */
  async moveState(): Promise<void> {
    rmSync(this.stamp, { force: true });
    await this.run(["init", "-migrate-state", "-force-copy"]);
  }

  /** @returns what was changed */
  async apply(onEvent: (event: TerraformEvent) => void): Promise<Changes> {
    return this.change(["apply", "-auto-approve", "-json"], onEvent);
  }

  /** @returns what was destroyed */
  async destroy(onEvent: (event: TerraformEvent) => void): Promise<Changes> {
    return this.change(["destroy", "-auto-approve", "-json"], onEvent);
  }

  private async change(args: string[], onEvent: (event: TerraformEvent) => void): Promise<Changes> {
    let changes = NO_CHANGES;
    await this.run(args, (event) => {
      if (event.type === "change_summary" && event.changes) changes = event.changes;
      onEvent(event);
    });
    return changes;
  }

  private async run(args: string[], onEvent: (event: TerraformEvent) => void = () => {}): Promise<void> {
    const { binary, environment, interrupt } = this.settings;
    interrupt.check();
    const child = spawn(binary, [...args, ...(args.includes("-json") ? [] : ["-no-color"])], {
      cwd: this.stack.directory,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    interrupt.guard(child);
    const { code, diagnostics, text } = await this.listen(child, onEvent);
    interrupt.check();
    if (code === 0) return;
    // Whatever is amiss with the folder, such as a provider that was removed: the next run makes it ready again.
    rmSync(this.stamp, { force: true });
    throw this.failure(args[0] ?? "", diagnostics, text);
  }

  private async listen(
    child: ChildProcessByStdio<null, Readable, Readable>,
    onEvent: (event: TerraformEvent) => void,
  ) {
    const diagnostics: Diagnostic[] = [];
    const read = async (stream: Readable) => {
      const text: string[] = [];
      for await (const line of createInterface({ input: stream })) {
        const event = parseEvent(line);
        if (event === undefined) text.push(line);
        else if (event.diagnostic?.severity === "error") diagnostics.push(event.diagnostic);
        if (event !== undefined) onEvent(event);
      }
      return text;
    };
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 1));
    });
    const [code, stdout, stderr] = await Promise.all([ended, read(child.stdout), read(child.stderr)]);
    return { code, diagnostics, text: [...stdout, ...stderr].join("\n") };
  }

  private failure(verb: string, diagnostics: readonly Diagnostic[], text: string): CommandError {
    const address = diagnostics.find((diagnostic) => diagnostic.address !== undefined)?.address;
    const said =
      diagnostics.length > 0
        ? diagnostics.map(({ summary, detail }) => [summary, detail].filter(Boolean).join("\n")).join("\n\n")
        : text.slice(Math.max(0, text.search(/^Error: /m))).trim();
    const lock = lockIdIn(said);
    return new CommandError({
      stack: this.stack.name,
      resource: address === undefined ? undefined : pathOf(this.stack, address),
      message:
        lock === undefined
          ? `terraform ${verb} failed`
          : "the state is locked, perhaps by a run that was killed",
      said: said === "" ? undefined : said,
      next:
        lock === undefined
          ? this.settings.again
          : `when nothing else runs: ${basename(this.settings.binary)} -chdir=${this.stack.directory} force-unlock ${lock}`,
    });
  }
}
