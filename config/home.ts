import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./config-error";

/** The port that is assumed before the first `up` has chosen one: ministack's own default. */
export const DEFAULT_EMBEDDED_PORT = 4566;

/** The folder of everything that a run keeps: `GROUNDPLAN_HOME`, else `.groundplan` in the project root. */
export function home(): string {
  const named = process.env.GROUNDPLAN_HOME;
  return named === undefined || named === "" ? ".groundplan" : named;
}

/** The folder of what one environment keeps on this machine: its embedded AWS, its local state. */
export function homeOf(environment: string, root: string = home()): string {
  return join(root, environment);
}

/** The file that records an environment's embedded AWS, `{"port": 24566, …}`; the first `up` writes it. */
export function embeddedFile(environment: string, root: string = home()): string {
  return join(homeOf(environment, root), "embedded.json");
}

/**
 * The port of an environment's embedded AWS: as recorded by its first `up`, before that 4566.
 *
 * @throws ConfigError when the record is there and holds no port.
 */
export function embeddedPort(environment: string, root: string = home()): number {
  const file = embeddedFile(environment, root);
  const text = readIfThere(file);
  return text === undefined ? DEFAULT_EMBEDDED_PORT : portIn(text, file);
}

/** Where an environment's embedded AWS answers, as `http://127.0.0.1:4566`: loopback only. */
export function embeddedEndpoint(environment: string, root: string = home()): string {
  return `http://127.0.0.1:${embeddedPort(environment, root)}`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function portIn(text: string, file: string): number {
  const port = parsedPort(text);
  if (typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  const rule =
    "must be a whole number of 1 to 65535; remove the file, and the next `up` chooses a port again";
  throw new ConfigError([
    { file, path: "port", rule, value: port === undefined ? "nothing" : JSON.stringify(port) },
  ]);
}

function parsedPort(text: string): unknown {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === "object" && record !== null && "port" in record ? record.port : undefined;
  } catch {
    return undefined; // not JSON: said as a record without a port
  }
}

/** Credentials by which the embedded AWS knows the account: the key is its id, the secret is not looked at. */
export function embeddedCredentials(accountId: string) {
  return { accessKeyId: accountId, secretAccessKey: "test" };
}
