import { existsSync, mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { terraformEnvironment } from "../../local/terraform";
import { type CommandResult, runProcess, type TestCommand } from "./command";

const VERSION = "0.21.0";

/**
 * The real cdktf command, installed once into a folder of its own: it is no dependency of this project. Its output
 * goes to a folder of its own as well.
 */
export async function cdktfCli(
  command: TestCommand,
  environment: string,
): Promise<(...args: string[]) => Promise<CommandResult>> {
  const folder = resolve(".groundplan", `cdktf-cli-${VERSION}`);
  const binary = resolve(folder, "node_modules", "cdktf-cli", "bundle", "bin", "cdktf");
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-save", `cdktf-cli@${VERSION}`];
    const installed = await runProcess("npm", args, process.env, folder);
    if (installed.code !== 0) throw new Error(`cdktf-cli ${VERSION} was not installed: ${installed.stderr}`);
  }
  const env = {
    ...command.variables(environment),
    ...(await terraformEnvironment()),
    ...{ ENVIRONMENT: environment, GROUNDPLAN_HOME: command.home, CI: "1", FORCE_COLOR: "0" },
    ...{ CHECKPOINT_DISABLE: "1", CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" },
  };
  const output = resolve(command.home, "cdktf-out");
  // What an earlier run has left there is initialised for the port of an embedded AWS that is gone.
  rmSync(output, { recursive: true, force: true });
  return (verb, ...args) => runProcess(process.execPath, [binary, verb, ...args, "--output", output], env);
}
