import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";

/** How a run of `groundplan` ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The `groundplan` command as a user runs it, with a home, ports and output folders of its own. */
export class TestCommand {
  readonly home: string;

  constructor(name: string) {
    this.home = resolve(".groundplan", "integration", name);
    mkdirSync(this.home, { recursive: true });
  }

  /** Where an environment's Terraform JSON goes. */
  output(environment: string): string {
    return resolve(this.home, "out", environment);
  }

  /** Removes what an environment has put there. */
  clean(environment: string): void {
    rmSync(this.output(environment), { recursive: true, force: true });
  }

  /** Environment variables of a run. */
  variables(environment: string): NodeJS.ProcessEnv {
    return { ...process.env, GROUNDPLAN_HOME: this.home, CDKTF_OUTDIR: this.output(environment) };
  }

  /** Runs `groundplan <args…>` to its end. */
  run(environment: string, ...args: string[]): Promise<CommandResult> {
    return runProcess(process.execPath, ["bin/groundplan.mjs", ...args], this.variables(environment));
  }

  /** The same with `--json`, and its document. */
  async json<T>(environment: string, ...args: string[]): Promise<CommandResult & { readonly document: T }> {
    const result = await this.run(environment, ...args, "--json");
    return { ...result, document: JSON.parse(result.stdout) as T };
  }
}

/** Runs a program to its end and keeps what it printed. */
export function runProcess(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string = process.cwd(),
): Promise<CommandResult> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"], timeout: 600_000 });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.once("error", fail);
    child.once("close", (code) => done({ code, stdout, stderr }));
  });
}
