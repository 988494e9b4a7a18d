import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../..");
const TIMEOUT_MS = 20_000;

/** What a finished process left. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A throw-away repository with a copy of the launcher in it, and of our packages esbuild alone. */
export class Project {
  readonly root = mkdtempSync(join(tmpdir(), "groundplan-launch-"));

  constructor(sources: Readonly<Record<string, string>>) {
    cpSync(join(ROOT, "bin"), join(this.root, "bin"), { recursive: true });
    mkdirSync(join(this.root, "node_modules"));
    symlinkSync(join(ROOT, "node_modules/esbuild"), join(this.root, "node_modules/esbuild"), "junction");
    for (const [path, text] of Object.entries(sources)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  remove(path = ""): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** Names in the build folder that end so, sorted. */
  builds(ending: string): string[] {
    return readdirSync(join(this.root, ".groundplan/build"))
      .filter((name) => name.endsWith(ending))
      .sort();
  }

  /** `node bin/launch.mjs main.ts …args` */
  launch(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.node(["bin/launch.mjs", "main.ts", ...args], env);
  }

  /** A Node in the root, without this process's own settings. */
  node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const { GROUNDPLAN_HOME, DEBUG, NODE_OPTIONS, ...rest } = process.env;
    const child = spawn(process.execPath, args, {
      cwd: this.root,
      env: { ...rest, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, stdout, stderr }));
    });
  }
}
