import { mkdirSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { homeOf } from "../config/home";

/** ministack with our corrections; relative to the project root, which is the working directory. */
export const EMULATOR_FILE = "local/emulator.py";

/** Where the emulator of an environment keeps what: all of it in the environment's folder, absolute. */
export interface EmulatorFolders {
  readonly log: string;
  readonly data: string;
  /** Unpacked functions; what a killed emulator leaves here is removed at the next start. */
  readonly temporary: string;
}

export function emulatorFolders(environment: string): EmulatorFolders {
  const folder = resolve(homeOf(environment));
  return { log: join(folder, "embedded.log"), data: join(folder, "data"), temporary: join(folder, "tmp") };
}

export interface EmulatorSettings {
  readonly folders: EmulatorFolders;
  readonly port: number;
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
}

/**
 * All variables of the emulator. None of the user's is handed on, because it hands its own to every function.
 *
 * One port, on the loopback interface: without `BIND_HOST` it listens everywhere, its MQTT broker does so in any case
 * (8883), and its SFTP server has a port of its own. Without a Docker socket it never touches containers, and functions
 * run as child processes of this machine's Node.
 */
export function emulatorEnvironment(settings: EmulatorSettings): NodeJS.ProcessEnv {
  const { folders, port, id, accountId, region } = settings;
  const state = join(folders.data, "state");
  const objects = join(folders.data, "s3");
  for (const folder of [state, objects, folders.temporary]) mkdirSync(folder, { recursive: true });
  return {
    PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    HOME: folders.temporary,
    TMPDIR: folders.temporary,
    LANG: "C.UTF-8",
    PYTHONUTF8: "1",
    PYTHONUNBUFFERED: "1",
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    MINISTACK_HOST: "127.0.0.1",
    MINISTACK_EDITION: id,
    MINISTACK_ACCOUNT_ID: accountId,
    MINISTACK_REGION: region,
    PERSIST_STATE: "1",
    STATE_DIR: state,
    S3_PERSIST: "1",
    S3_DATA_DIR: objects,
    LAMBDA_EXECUTOR: "local",
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    DOCKER_HOST: `unix://${join(folders.temporary, "no-docker.sock")}`,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** What the emulator at that port calls itself (`MINISTACK_EDITION`); undefined where none answers within 2 s. */
export async function emulatorAt(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/_ministack/health`, {
      signal: AbortSignal.timeout(2_000),
      headers: { connection: "close" },
    });
    const { edition } = (await response.json()) as { edition?: unknown };
    return response.ok && typeof edition === "string" ? edition : undefined;
  } catch {
    return undefined;
  }
}
