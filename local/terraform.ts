import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { home } from "../config/home";
import { ask, findExecutable } from "./executable";
import { findMirror, mirrorConfiguration, mirrorFolders } from "./provider-mirror";

/** The oldest version that locks a state in S3 by itself (`use_lockfile`); OpenTofu has it since 1.10 too. */
const MINIMUM = { major: 1, minor: 10 } as const;

const ADVICE =
  "install Terraform 1.10 or newer (https://developer.hashicorp.com/terraform/install), " +
  "or name another binary, as OpenTofu 1.10 or newer, in TERRAFORM_BINARY_NAME";

/** Settings of the user that would change what a run of ours does, or where it keeps its files. */
const UNWANTED = /^(AWS_|TF_CLI_ARGS|TF_DATA_DIR$|TF_WORKSPACE$)/;

/** There is no Terraform that can be used. */
export class TerraformError extends Error {
  override readonly name = "TerraformError";
}

export interface Terraform {
  /** Absolute path of the binary. */
  readonly path: string;
  /** As it says it itself, `1.11.4`. */
  readonly version: string;
}

/**
 * Terraform from `PATH`, or the binary that `TERRAFORM_BINARY_NAME` names, as for cdktf.
 *
 * @throws TerraformError when there is none, or an older one than 1.10; the message says what to install
 */
export async function findTerraform(env: NodeJS.ProcessEnv = process.env): Promise<Terraform> {
  const name = env.TERRAFORM_BINARY_NAME || "terraform";
  const path = findExecutable(name, env);
  if (path === undefined) throw new TerraformError(`there is no ${name} on PATH: ${ADVICE}`);
  const { stdout, stderr } = await ask(path, ["version", "-json"], cleaned(env));
  const version = versionIn(stdout);
  if (version === undefined) {
    const said = (stderr || stdout).trim().split("\n")[0] || "nothing";
    throw new TerraformError(`${path} does not tell its version, it said ${said}: ${ADVICE}`);
  }
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (major < MINIMUM.major || (major === MINIMUM.major && minor < MINIMUM.minor)) {
    throw new TerraformError(`${path} is version ${version}, which is too old: ${ADVICE}`);
  }
  return { path, version };
}

/**
 * The variables of a Terraform that works on the embedded AWS: no question, no call home, nothing of the user's own AWS.
 *
 * The provider comes from a mirror on this machine where there is one (a configuration is written to
 * `GROUNDPLAN_HOME/terraform.rc`), unless the user's own CLI configuration says where providers come from;
 * otherwise from the registry, kept in `GROUNDPLAN_HOME/plugins` for the next stack.
 */
export async function terraformEnvironment(
  env: NodeJS.ProcessEnv = process.env,
  folders: readonly string[] = mirrorFolders(env),
): Promise<NodeJS.ProcessEnv> {
  const ours = {
    ...cleaned(env),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  if (userChoosesProviders(env)) return ours;
  const mirror = findMirror(folders.map((folder) => resolve(folder)));
  return {
    ...ours,
    ...(mirror === undefined ? {} : { TF_CLI_CONFIG_FILE: writtenConfiguration(mirror.path) }),
    ...(mirror === undefined || mirror.packed ? pluginCache(env) : {}),
  };
}

/** Without what the user has set for another purpose, and without a CLI configuration that is not there. */
function cleaned(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name, value]) =>
      !UNWANTED.test(name) && !(name === "TF_CLI_CONFIG_FILE" && !(value && existsSync(value))),
  );
  return { ...Object.fromEntries(kept), CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_INPUT: "0" };
}

function versionIn(json: string): string | undefined {
  try {
    const { terraform_version: version } = JSON.parse(json) as { terraform_version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

function userChoosesProviders(env: NodeJS.ProcessEnv): boolean {
  const files = [env.TF_CLI_CONFIG_FILE, env.HOME && join(env.HOME, ".terraformrc")];
  const file = files.find((candidate) => candidate && existsSync(candidate));
  return file !== undefined && file !== "" && /^\s*provider_installation\b/m.test(readFileSync(file, "utf8"));
}

/** Unpacked once for all stacks; without the lock files that the cache asks for, as every stack has its own. */
function pluginCache(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folder = env.TF_PLUGIN_CACHE_DIR || resolve(home(), "plugins");
  mkdirSync(folder, { recursive: true });
  return { TF_PLUGIN_CACHE_DIR: folder, TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1" };
}

function writtenConfiguration(mirror: string): string {
  const file = resolve(home(), "terraform.rc");
  const text = mirrorConfiguration(mirror);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return file;
  mkdirSync(home(), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
