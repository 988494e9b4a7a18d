import { randomInt, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { embeddedFile, embeddedPorts, home } from "../config/home";
import { EmbeddedError } from "./embedded-error";
import type { ProcessIdentity } from "./process-identity";

/** Below the ports that systems give out by themselves (32768 and up, 49152 and up), above those that are well known. */
const PORTS = { from: 20_000, below: 30_000 } as const;
const ATTEMPTS = 50;

/** What is kept of an environment's embedded AWS, in `embedded.json`. */
export interface EmbeddedRecord {
  /** Of the data plane. */
  readonly port: number;
  /** Absent in a record of the time when there was no control plane. */
  readonly controlPlanePort?: number;
  /** Told by the running ones at their health addresses, so that no other is taken for them. */
  readonly id: string;
  /** The data plane that was started last. */
  readonly process?: ProcessIdentity;
  /** The control plane that was started last. */
  readonly controlPlaneProcess?: ProcessIdentity;
  /** What they were started with: a hash of account, region, version. */
  readonly settings?: string;
}

/** With both ports. */
export type ChosenRecord = EmbeddedRecord & { readonly controlPlanePort: number };

/**
 * The record of an environment; undefined before its first start.
 *
 * @throws ConfigError when it is there and holds no port
 */
export function readRecord(environment: string): EmbeddedRecord | undefined {
  const file = embeddedFile(environment);
  if (!existsSync(file)) return undefined;
  const { dataPlane: port } = embeddedPorts(environment);
  const record = JSON.parse(readFileSync(file, "utf8")) as Partial<EmbeddedRecord>;
  return { ...record, port, id: record.id ?? randomUUID() };
}

/** Replaces the record; it is never seen half written. */
export function writeRecord(environment: string, record: EmbeddedRecord): void {
  const file = embeddedFile(environment);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

/**
 * The ports of an environment's embedded AWS: chosen once, then kept, because the Terraform states name them.
 *
 * @throws EmbeddedError when no free port was found
 */
export async function chooseEmbedded(environment: string): Promise<ChosenRecord> {
  const kept = readRecord(environment);
  if (kept?.controlPlanePort !== undefined) return { ...kept, controlPlanePort: kept.controlPlanePort };
  const taken = portsOfAll();
  const port = kept?.port ?? (await freePort(environment, taken));
  const controlPlanePort = await freePort(environment, taken.add(port));
  const record = { ...kept, port, controlPlanePort, id: kept?.id ?? randomUUID() };
  writeRecord(environment, record);
  return record;
}

/** Whether a process could listen on that port of the loopback interface. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => done(true)));
  });
}

async function freePort(environment: string, taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new EmbeddedError(
    `no free port for the embedded AWS of ${environment} in ${ATTEMPTS} tries of ${PORTS.from} to ${PORTS.below - 1}: end processes that listen there and try again`,
  );
}

/** Ports of all environments, which may not run now. */
function portsOfAll(): Set<number> {
  if (!existsSync(home())) return new Set();
  const folders = readdirSync(home(), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const environments = folders.map(({ name }) => name).filter((name) => existsSync(embeddedFile(name)));
  return new Set(environments.flatMap((name) => Object.values(embeddedPorts(name))));
}
