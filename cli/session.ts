import { resolve } from "node:path";
import { loadConfig, type PlatformConfig } from "../config/load";
import { embeddedStatus } from "../local/embedded";
import { findTerraform, terraformEnvironment } from "../local/terraform";
import { outputDirectory } from "../stacks/synthesise";
import { Clients } from "./clients";
import { Deployment } from "./deployment";
import { CommandError } from "./failure";
import type { Interrupt } from "./interrupt";
import type { Progress } from "./progress";
import { readStacks } from "./stack-output";

/** What the SDK calls the error of a table, bucket or queue that is not there. */
const MISSING: ReadonlySet<string> = new Set([
  "ResourceNotFoundException",
  "NoSuchBucket",
  "QueueDoesNotExist",
]);

/** What every command is given. */
export interface CommandContext {
  readonly environment: string;
  /** Whether the environment runs on the embedded AWS although its file does not say so. */
  readonly embedded: boolean;
  readonly progress: Progress;
  readonly interrupt: Interrupt;
}

/** The configuration of the command's environment. */
export function configOf({ environment, embedded }: CommandContext): PlatformConfig {
  return loadConfig(environment, { embedded });
}

/**
 * The same, for commands that change things: they touch no AWS but the embedded one.
 *
 * @throws CommandError where the environment lives on the real AWS
 */
export function embeddedConfigOf(context: CommandContext, command: string): PlatformConfig {
  const config = configOf(context);
  if (config.embedded) return config;
  throw new CommandError({
    message: `${command} works on the embedded AWS only, and ${config.environment} lives in account ${config.accountId}`,
    next: `npx groundplan ${command} ${config.environment} --embedded (for the real one, see the README)`,
  });
}

/**
 * The same, for commands that look at what is deployed.
 *
 * @throws CommandError where the environment is embedded and does not run
 */
export async function runningConfigOf(context: CommandContext): Promise<PlatformConfig> {
  const config = configOf(context);
  if (!config.embedded || (await embeddedStatus(config.environment)).running) return config;
  throw new CommandError({
    message: `the embedded AWS of ${config.environment} does not run`,
    next: typed("up", context),
  });
}

/** How the user would type this command again; empty options are left out. */
export function typed(
  command: string,
  { environment, embedded }: Pick<CommandContext, "environment" | "embedded">,
  ...options: readonly string[]
): string {
  const known = embedded && !loadConfig(environment).embedded ? ["--embedded"] : [];
  return ["npx groundplan", command, environment, ...options, ...known]
    .filter((word) => word !== "")
    .join(" ");
}

/** What to do where something is not deployed. */
export function deployNext(config: PlatformConfig): string {
  return config.embedded ? typed("up", config) : `deploy ${config.environment} (see the README)`;
}

/** Terraform on the stacks that were synthesised for `config`. */
export async function deploymentOf(
  context: CommandContext,
  config: PlatformConfig,
  clients: Clients,
  command: string,
): Promise<Deployment> {
  const { path } = await findTerraform();
  return new Deployment({
    config,
    stacks: readStacks(resolve(outputDirectory(config.environment))),
    clients,
    progress: context.progress,
    terraform: {
      binary: path,
      environment: await terraformEnvironment(),
      interrupt: context.interrupt,
      again: typed(command, context),
    },
  });
}

/**
 * Runs `work` with clients of the environment's AWS, and closes them.
 *
 * @throws CommandError where a bucket, queue or table is not there
 */
export async function withClients<T>(
  config: PlatformConfig,
  work: (clients: Clients) => Promise<T>,
): Promise<T> {
  const clients = new Clients(config);
  try {
    return await work(clients);
  } catch (error) {
    if (!(error instanceof Error) || !MISSING.has(error.name)) throw error;
    throw new CommandError({
      message: `${config.environment} is not deployed, or not all of it`,
      said: `${error.name}: ${error.message}`,
      next: config.embedded ? typed("up", config) : undefined,
    });
  } finally {
    clients.close();
  }
}
