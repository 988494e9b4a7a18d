import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, type Mistake } from "./config-error";
import type { Emulator, EmulatorEndpoints } from "./emulators";

/** The ports that are assumed before the first `up` has chosen them: ministack's own default, and the next. */
export const DEFAULT_EMBEDDED_PORTS = { dataPlane: 4566, controlPlane: 4567 } as const;

/** The folder of everything that a run keeps: `GROUNDPLAN_HOME`, else `.groundplan` in the project root. */
export function home(): string {
  const named = process.env.GROUNDPLAN_HOME;
  return named === undefined || named === "" ? ".groundplan" : named;
}

/** The folder of what one environment keeps on this machine: its embedded AWS, its local state. */
export function homeOf(environment: string, root: string = home()): string {
  return join(root, environment);
}

/** The file that records an environment's embedded AWS, `{"port": 24566, "controlPlanePort": 24567, "databasePort": 24568, …}`; `up` writes it. */
export function embeddedFile(environment: string, root: string = home()): string {
  return join(homeOf(environment, root), "embedded.json");
}

/** The ports of an environment's embedded AWS. */
export type EmbeddedPorts = Readonly<Record<Emulator, number>> & {
  /** Of its PostgreSQL; absent before the first `up` has chosen it. */
  readonly database?: number;
  /** Of the dashboard beside it; absent before its first start. */
  readonly dashboard?: number;
};

/**
 * The ports of an environment's embedded AWS: as recorded by its first `up`, before that the defaults. A record of the time
 * when there was one emulator has no `controlPlanePort`, one of the time without PostgreSQL no `databasePort`; the next `up`
 * adds it.
 *
 * @throws ConfigError when the record is there and holds no `port`, or a wrong one.
 */
export function embeddedPorts(environment: string, root: string = home()): EmbeddedPorts {
  const file = embeddedFile(environment, root);
  const text = readIfThere(file);
  if (text === undefined) return DEFAULT_EMBEDDED_PORTS;
  const {
    port,
    controlPlanePort = DEFAULT_EMBEDDED_PORTS.controlPlane,
    databasePort,
    dashboardPort,
  } = recordIn(text);
  const known = Object.entries({ databasePort, dashboardPort }).filter(([, value]) => value !== undefined);
  const named = [...Object.entries({ port, controlPlanePort }), ...known];
  const wrong = named.filter(([, value]) => !isPort(value));
  if (wrong.length > 0) throw new ConfigError(wrong.map(([path, value]) => mistake(file, path, value)));
  return {
    dataPlane: Number(port),
    controlPlane: Number(controlPlanePort),
    ...(databasePort !== undefined && { database: Number(databasePort) }),
    ...(dashboardPort !== undefined && { dashboard: Number(dashboardPort) }),
  };
}

/** Where both halves of an environment's embedded AWS answer, as `http://127.0.0.1:4566`: loopback only. */
export function embeddedEndpoints(environment: string, root: string = home()): EmulatorEndpoints {
  const { dataPlane, controlPlane } = embeddedPorts(environment, root);
  return { dataPlane: loopback(dataPlane), controlPlane: loopback(controlPlane) };
}

/** The address of a port of this machine that no other machine reaches. */
export const loopback = (port: number) => `http://127.0.0.1:${port}`;

/** Credentials by which the embedded AWS knows the account: the key is its id, the secret is not looked at. */
export function embeddedCredentials(accountId: string) {
  return { accessKeyId: accountId, secretAccessKey: "test" };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Empty for what is not JSON, or no object: said as a record without a port. */
function recordIn(
  text: string,
): Readonly<Partial<Record<"port" | "controlPlanePort" | "databasePort" | "dashboardPort", unknown>>> {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === "object" && record !== null ? record : {};
  } catch {
    return {};
  }
}

function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function mistake(file: string, path: string, value: unknown): Mistake {
  const rule =
    "must be a whole number of 1 to 65535; remove the file, and the next `up` chooses a port again";
  return { file, path, rule, value: value === undefined ? "nothing" : JSON.stringify(value) };
}
