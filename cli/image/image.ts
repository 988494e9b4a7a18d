import { createHash } from "node:crypto";
import { join, normalize } from "node:path";
import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { DASHBOARD_FOLDER, imageSources } from "../../local/dashboard-sources";
import { CommandError } from "../failure";
import { calm } from "../progress";
import { type CommandContext, configOf, typed } from "../session";
import { type Engine, type EngineName, findEngine } from "./engine";
import { EcrRegistry, type Registry, registryOf } from "./registry";

/** Of every task: `stacks/dashboard-stack.ts` asks for ARM64. */
const PLATFORM = "linux/arm64";
const TAG_LENGTH = 16;

export interface ImageOptions {
  /** @default the first that answers */
  readonly engine?: EngineName;
}

export interface BuildResult {
  readonly environment: string;
  readonly engine: EngineName;
  /** With its registry and its tag. */
  readonly image: string;
  readonly platform: string;
}

export interface PushResult extends Omit<BuildResult, "engine"> {
  /** What the environment's file is told, `sha256:…`. */
  readonly digest: string;
  /** False where the registry had it already. */
  readonly pushed: boolean;
  /** The environment's file. */
  readonly file: string;
  /** Whether that file names this digest already. */
  readonly named: boolean;
}

/** Builds the dashboard's image for an environment, named by what it is made of. */
export async function imageBuild(context: CommandContext, options: ImageOptions): Promise<BuildResult> {
  const { config, image, platform } = await targetOf(context);
  const engine = await findEngine(options.engine);
  await build(context, engine, image);
  return { environment: config.environment, engine: engine.name, image, platform };
}

/**
 * Brings the dashboard's image into the environment's registry, built before if need be: tags there never change, so what has the
 * same sources is there already.
 *
 * @param registryFor where images are kept; tests have another
 * @throws CommandError where the environment is embedded, the repository is not deployed, or an engine or AWS refuses
 */
export async function imagePush(
  context: CommandContext,
  options: ImageOptions,
  registryFor: (config: PlatformConfig) => Registry = (config) => new EcrRegistry(config),
): Promise<PushResult> {
  const { config, image, platform, tag } = await targetOf(context);
  refuseEmbedded(config);
  const registry = registryFor(config);
  try {
    const known = await context.progress.step("registry", async () => {
      const digest = await registry.digestOf(tag);
      return [digest, digest === undefined ? `has no ${tag}` : `has ${tag} already`] as const;
    });
    const digest = known ?? (await pushed(context, options, { config, registry, image, tag }));
    const file = normalize(join("config", "environments", `${config.environment}.yaml`));
    const named = config.dashboard?.image === digest;
    const { environment } = config;
    return { environment, image, platform, digest, pushed: known === undefined, file, named };
  } finally {
    registry.close();
  }
}

interface Target {
  readonly config: PlatformConfig;
  readonly image: string;
  readonly platform: string;
  readonly tag: string;
}

/** What is built for whom. The tag says what is inside: the same sources make the same one on every machine. */
async function targetOf(context: CommandContext): Promise<Target> {
  const config = configOf(context);
  const { environment, dashboard } = config;
  if (dashboard === undefined) {
    const file = `config/environments/${environment}.yaml`;
    throw new CommandError({ message: `${environment} has no dashboard: ${file} says nothing of one` });
  }
  const hash = createHash("sha256").update(`${PLATFORM}\0${imageSources()}`).digest("hex");
  const tag = hash.slice(0, TAG_LENGTH);
  const image = `${registryOf(config)}/${namesFor(config).dashboard}:${tag}`;
  return { config, image, platform: PLATFORM, tag };
}

function refuseEmbedded(config: PlatformConfig): void {
  if (!config.embedded) return;
  throw new CommandError({
    message: "the embedded AWS keeps no images: the dashboard runs there from its sources",
    next: typed("up", config),
  });
}

function build({ progress }: CommandContext, engine: Engine, image: string): Promise<void> {
  return progress.step("build", async (step) => {
    await engine.build(DASHBOARD_FOLDER, image, PLATFORM, calm(step).update);
    return [undefined, image] as const;
  });
}

interface Push {
  readonly config: PlatformConfig;
  readonly registry: Registry;
  readonly image: string;
  readonly tag: string;
}

/** @returns the digest by which the registry knows what it was sent */
async function pushed(context: CommandContext, options: ImageOptions, push: Push): Promise<string> {
  const { config, registry, image, tag } = push;
  const engine = await findEngine(options.engine);
  await build(context, engine, image);
  return context.progress.step("push", async (step) => {
    step.update("signing in");
    const { username, password } = await registry.signIn();
    await engine.signIn(registryOf(config), username, password);
    await engine.push(image, calm(step).update);
    const digest = await registry.digestOf(tag);
    if (digest !== undefined) return [digest, digest] as const;
    throw new CommandError({
      message: `${engine.name} has pushed ${image}, and the registry does not know it`,
    });
  });
}
