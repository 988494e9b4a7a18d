import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { type LoadOptions, loadConfig, type PlatformConfig } from "../../config/load";
import type { StackJson } from "./synth";

/** Stack → its JSON. */
export type PlatformJson = Readonly<Record<string, StackJson>>;

/** Every environment, and the same on the embedded AWS. */
export const ENVIRONMENTS = ["dev", "prod", "local", "dev --embedded", "prod --embedded"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** What `renamed` calls an environment, and the account that it lives in. */
export const ANOTHER = { environment: "another", accountId: "999999999999" } as const;

/** Environments that there are not: an environment with other values. */
const VARIANTS = {
  "dev, renamed": () => ({ ...configOf("dev"), ...ANOTHER }),
  "prod, renamed": () => ({ ...configOf("prod"), ...ANOTHER }),
  "local, renamed": () => ({ ...configOf("local"), ...ANOTHER }),
  "dev, with an image": () => withDashboard(configOf("dev"), { image: `sha256:${"1".repeat(64)}` }),
  "dev, no dashboard": () => ({ ...configOf("dev"), dashboard: undefined }),
  "dev, no Spark": () => ({ ...configOf("dev"), spark: undefined }),
  "dev, three zones": () => withNetwork(configOf("dev"), { zones: 3 }),
  "dev, no isolated tier": () => withNetwork(configOf("dev"), { tiers: ["public", "private"] }),
} as const satisfies Record<string, () => PlatformConfig>;
export type Variant = keyof typeof VARIANTS;

/** Ignored by git. */
const CACHE = ".groundplan/tests";

/** What decides the JSON. */
const SOURCES = [
  "config",
  "stacks",
  "modules",
  "lambdas",
  "spark",
  "package-lock.json",
  "__tests__/support/platform.ts",
];

/** A developer keeps the JSON of this many states of the sources. */
const KEPT = 3;

/**
 * The JSON of an environment, as `main.ts` writes it, or of a variant. All of them are synthesised once for one state of
 * the sources and kept on disk, because each test file has modules of its own and would do it again.
 */
export function platform(environment: Environment | Variant): PlatformJson {
  const stacks = join(folderOf(environment), "stacks");
  return Object.fromEntries(
    readdirSync(stacks).map((stack) => [
      stack,
      JSON.parse(readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8")),
    ]),
  );
}

/** The folder that holds what an environment was synthesised to. */
export function folderOf(environment: Environment | Variant): string {
  return join(synthesised(), folderName(environment));
}

/** What decides an environment's names and sizes. */
export function configOf(environment: Environment): PlatformConfig {
  const [name, flag] = environment.split(" ");
  // A home without records: no port that this machine has chosen.
  const options: LoadOptions = { embedded: flag === "--embedded", home: join(CACHE, "home") };
  return loadConfig(name, options);
}

/** Every stack of every environment, for `test.each`. */
export function everyStack(): [environment: Environment, stack: string, json: StackJson][] {
  return ENVIRONMENTS.flatMap((environment) =>
    Object.entries(platform(environment)).map(([stack, json]): [Environment, string, StackJson] => [
      environment,
      stack,
      json,
    ]),
  );
}

function synthesised(): string {
  const folder = join(CACHE, hashOfSources());
  if (existsSync(folder)) return folder;
  shareOneBuild();
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, "draft-"));
  try {
    for (const environment of ENVIRONMENTS) synthesise(environment, configOf(environment), draft);
    for (const [variant, config] of Object.entries(VARIANTS)) synthesise(variant, config(), draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // another worker was faster
  }
  prune();
  return folder;
}

const folderName = (environment: string) => environment.replaceAll(" ", "");

const withNetwork = (
  config: PlatformConfig,
  network: Partial<PlatformConfig["network"]>,
): PlatformConfig => ({
  ...config,
  network: { ...config.network, ...network },
});

const withDashboard = (
  config: PlatformConfig,
  dashboard: Partial<NonNullable<PlatformConfig["dashboard"]>>,
): PlatformConfig => ({
  ...config,
  ...(config.dashboard && { dashboard: { ...config.dashboard, ...dashboard } }),
});

function synthesise(environment: string, config: PlatformConfig, folder: string): void {
  // Loaded only here: a test file that finds the JSON on disk does not pay for cdktf.
  const { App } = require("cdktf") as typeof import("cdktf");
  const { Platform } = require("../../stacks/platform") as typeof import("../../stacks/platform");
  const known = process.env.GROUNDPLAN_HOME;
  process.env.GROUNDPLAN_HOME = join(folder, "home"); // no zip where a developer keeps his own
  const app = new App({ outdir: join(folder, folderName(environment)) });
  new Platform(app, config);
  app.synth();
  if (known === undefined) delete process.env.GROUNDPLAN_HOME;
  else process.env.GROUNDPLAN_HOME = known;
}

/** The functions are the same in all environments: building them once saves a second for each. */
function shareOneBuild(): void {
  jest.doMock("esbuild", () => {
    const esbuild = jest.requireActual<typeof import("esbuild")>("esbuild");
    let result: import("esbuild").BuildResult | undefined;
    const buildSync = (options: import("esbuild").BuildOptions) => {
      result ??= esbuild.buildSync(options);
      return result;
    };
    return { ...esbuild, buildSync };
  });
}

function hashOfSources(): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of SOURCES.flatMap(filesIn))
    hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex").slice(0, 24);
}

function filesIn(path: string): string[] {
  if (path.includes(".")) return [path];
  const paths = readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
  return paths.filter((name) => statSync(name).isFile()).sort();
}

function prune(): void {
  const age = (name: string) => statSync(join(CACHE, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const old = readdirSync(CACHE)
    .filter((name) => !name.startsWith("draft-"))
    .sort((a, b) => age(b) - age(a))
    .slice(KEPT);
  for (const name of old) rmSync(join(CACHE, name), { recursive: true, force: true });
}
