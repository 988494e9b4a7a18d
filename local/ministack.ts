import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { commonEnvironment, type EmulatorProgram, type EmulatorSettings, healthAt } from "./emulator";

/** The file of what roles have done, in the folder of the data. */
export const ACCESS_RECORD = "access.ndjson";

/** Path of the data plane before the name of a role: answers with credentials of it, as ECS does for a task. */
export const ROLE_CREDENTIALS = "/_groundplan/credentials/";

/** The data plane: ministack with our corrections. */
export const MINISTACK: EmulatorProgram = {
  emulator: "dataPlane",
  files: [
    "local/data_plane.py",
    "local/access_record.py",
    "local/athena_gaps.py",
    "local/iam_gaps.py",
    "local/iam_resources.py",
    "local/rds_gaps.py",
    "local/postgres_statements.py",
    "local/retries.py",
    "local/role_credentials.py",
  ],
  logName: "embedded.log",
  pidName: (port) => `ministack-${port}.pid`,
  environment: ministackEnvironment,
  idAt: async (port) => {
    const health = await healthAt(port, "/_ministack/health");
    if (health === undefined) return undefined;
    return editionIn(health);
  },
};

/**
 * All variables of ministack. None of the user's is handed on, because it hands its own to every function.
 *
 * One port, on the loopback interface: without `BIND_HOST` it listens everywhere, its MQTT broker does so in any case
 * (8883), and its SFTP server has a port of its own. Without a Docker socket it never touches containers, and functions
 * run as child processes of this machine's Node.
 */
function ministackEnvironment(settings: EmulatorSettings): NodeJS.ProcessEnv {
  const { folders, port, databasePort, id, accountId, region } = settings;
  const state = join(folders.data, "state");
  const objects = join(folders.data, "s3");
  for (const folder of [state, objects]) mkdirSync(folder, { recursive: true });
  return {
    ...commonEnvironment(folders),
    PYTHONDONTWRITEBYTECODE: "1", // its own program lies in the project
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
    POSTGRES_PORT: String(databasePort),
    AUTH: "true", // IAM is enforced: functions may do what their roles allow, and no more
    ACCESS_RECORD: join(folders.data, ACCESS_RECORD),
    LAMBDA_EXECUTOR: "local",
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    DOCKER_HOST: `unix://${join(folders.temporary, "no-docker.sock")}`,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** What ministack calls itself (`MINISTACK_EDITION`). */
function editionIn(health: string): string | undefined {
  try {
    const { edition } = JSON.parse(health) as { edition?: unknown };
    return typeof edition === "string" ? edition : undefined;
  } catch {
    return undefined; // another server has that port
  }
}
