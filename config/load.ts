import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { ConfigError, type Mistake } from "./config-error";
import type { EmulatorEndpoints } from "./emulators";
import { home as defaultHome, embeddedEndpoints } from "./home";
import { mistakesOf } from "./mistakes";
import { parseYaml } from "./parse-yaml";
import { EnvironmentFile } from "./schema";

/** Where the environments are described, relative to the project root, which is the working directory. */
const DIRECTORY = "config/environments";

/** An environment's name is part of every physical name: short, and safe in all of them. */
const ENVIRONMENT_NAME = /^[a-z][a-z0-9]{1,11}$/;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** Everything that differs between environments: read-only, checked, defaults filled. */
export interface PlatformConfig extends DeepReadonly<Omit<EnvironmentFile, "account">> {
  /** The environment's name: its file's name without `.yaml`. */
  readonly environment: string;
  /** The only AWS account that may be touched, 12 digits. */
  readonly accountId: string;
  /** Where the embedded AWS answers; present exactly when `embedded` is true. */
  readonly endpoints?: EmulatorEndpoints;
}

export interface LoadOptions {
  /** Folder of the environments' files. @default config/environments */
  readonly directory?: string;
  /** Runs any environment on the embedded AWS: overrides endpoints and credentials, nothing else. @default false */
  readonly embedded?: boolean;
  /** Folder of what runs keep on this machine. @default GROUNDPLAN_HOME, else .groundplan */
  readonly home?: string;
}

/**
 * Reads, checks and completes the configuration of one environment.
 *
 * @throws ConfigError with every mistake of the file at once; or that the environment is missing, misnamed or unknown.
 */
export function loadConfig(environment: string | undefined, options: LoadOptions = {}): PlatformConfig {
  const { directory = DIRECTORY, embedded = false, home = defaultHome() } = options;
  const name = checkedName(environment, directory);
  const file = normalize(join(directory, `${name}.yaml`));
  const document = parseYaml(read(file, name, directory), file);
  const parsed = EnvironmentFile.safeParse(document.value, { reportInput: true });
  if (!parsed.success) throw new ConfigError(mistakesOf(parsed.error.issues, document, file));
  const { account, ...fields } = parsed.data;
  const runsEmbedded = embedded || fields.embedded;
  return freeze({
    ...fields,
    embedded: runsEmbedded,
    environment: name,
    accountId: account,
    ...(runsEmbedded ? { endpoints: embeddedEndpoints(name, home) } : {}),
  });
}

/** The environments that have a file, in order of the alphabet; empty where there is no such folder. */
export function knownEnvironments(directory: string = DIRECTORY): string[] {
  const files = entriesOf(directory).filter((file) => file.endsWith(".yaml"));
  return files
    .map((file) => file.slice(0, -".yaml".length))
    .filter((name) => ENVIRONMENT_NAME.test(name))
    .sort();
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function checkedName(environment: string | undefined, directory: string): string {
  if (environment === undefined || environment === "") {
    throw wrong({ path: "ENVIRONMENT", rule: `is required: ${choice(directory)}` });
  }
  if (ENVIRONMENT_NAME.test(environment)) return environment;
  const rule = `must be 2 to 12 characters of a-z and 0-9 and begin with a letter (${choice(directory)})`;
  throw wrong({ path: "ENVIRONMENT", rule, value: JSON.stringify(environment) });
}

function choice(directory: string): string {
  const known = knownEnvironments(directory);
  if (known.length > 0) return `one of ${known.join(", ")}`;
  return `there is no environment in ${directory}; run the command in the project's root`;
}

function read(file: string, name: string, directory: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw wrong({ file, path: "", rule: `cannot be read (${code})` });
    throw wrong({
      file,
      path: "",
      rule: `does not exist; ENVIRONMENT must be ${choice(directory)}`,
      value: name,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw wrong({ file, path: "", rule: "must be text in UTF-8" });
  }
}

function wrong(mistake: Mistake): ConfigError {
  return new ConfigError([mistake]);
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) freeze(inner);
  return Object.freeze(value);
}
