import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const REGISTRY = "registry.terraform.io";

/** The provider that the platform needs, as a mirror files it. */
const PROVIDER = { address: `${REGISTRY}/hashicorp/aws`, type: "aws", version: "5.100.0" } as const;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };
const SYSTEMS: Readonly<Record<string, string>> = { win32: "windows" };

/** This machine in Terraform's words, as `linux_amd64`. */
export function terraformPlatform(system: string = process.platform, architecture: string = process.arch) {
  return `${SYSTEMS[system] ?? system}_${ARCHITECTURES[architecture] ?? architecture}`;
}

/** A folder on this machine that holds the provider. */
export interface ProviderMirror {
  readonly path: string;
  /** Whether it holds a zip, which every `init` unpacks; an unpacked provider is linked. */
  readonly packed: boolean;
}

/**
 * Folders where a mirror may be, the first that fits wins: `TF_PLUGIN_MIRROR`, the ones that Terraform itself looks at
 * (https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories), children of `/opt`.
 */
export function mirrorFolders(env: NodeJS.ProcessEnv, opt = "/opt"): string[] {
  return [
    ...(env.TF_PLUGIN_MIRROR ? [env.TF_PLUGIN_MIRROR] : []),
    ...(env.HOME ? [join(env.HOME, ".terraform.d", "plugins")] : []),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    ...entriesOf(opt).map((child) => join(opt, child)),
  ];
}

/** The first of the folders that holds the AWS provider 5.100.0 for this machine, packed or unpacked. */
export function findMirror(
  folders: readonly string[],
  platform: string = terraformPlatform(),
): ProviderMirror | undefined {
  const { address, type, version } = PROVIDER;
  for (const path of folders) {
    const folder = join(path, address);
    const unpacked = entriesOf(join(folder, version, platform));
    if (unpacked.some((file) => file.startsWith(`terraform-provider-${type}`)))
      return { path, packed: false };
    if (isFile(join(folder, `terraform-provider-${type}_${version}_${platform}.zip`))) {
      return { path, packed: true };
    }
  }
  return undefined;
}

/**
 * A CLI configuration that takes the AWS provider from the mirror and every other one from its registry.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
 */
export function mirrorConfiguration(path: string): string {
  const quoted = JSON.stringify(path).replace(/[$%]\{/g, (opening) => `${opening[0]}${opening}`);
  return [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${quoted}`,
    `    include = ["${PROVIDER.address}"]`,
    "  }",
    "  direct {",
    `    exclude = ["${PROVIDER.address}"]`,
    "  }",
    "}",
    "",
  ].join("\n");
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
