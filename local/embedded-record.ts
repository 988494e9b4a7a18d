import { randomInt, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { embeddedFile, embeddedPort, home } from "../config/home";
import { EmbeddedError } from "./embedded-error";
import type { ProcessIdentity } from "./process-identity";

/** Below the ports that systems give out by themselves (32768 and up, 49152 and up), above those that are well known. */
const PORTS = { from: 20_000, below: 30_000 } as const;
const ATTEMPTS = 50;

/** What is kept of an environment's embedded AWS, in `embedded.json`. */
export interface EmbeddedRecord {
  readonly port: number;
  /** Told by the running one at its health address, so that no other is taken for it. */
  readonly id: string;
  /** The process that was started last. */
  readonly process?: ProcessIdentity;
  /** What it was started with: a hash of account, region, version. */
  readonly settings?: string;
}

/**
 * The record of an environment; undefined before its first start.
 *
 * @throws ConfigError when it is there and holds no port
 */
export function readRecord(environment: string): EmbeddedRecord | undefined {
  const file = embeddedFile(environment);
  if (!existsSync(file)) return undefined;
  const port = embeddedPort(environment);
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
 * The port of an environment's embedded AWS: chosen once, then kept, because the Terraform states name it.
 *
 * @throws EmbeddedError when no free port was found
 */
export async function chooseEmbedded(environment: string): Promise<EmbeddedRecord> {
  const kept = readRecord(environment);
  if (kept !== undefined) return kept;
  const taken = portsOfOthers();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (taken.has(port) || !(await isFree(port))) continue;
    const record = { port, id: randomUUID() };
    writeRecord(environment, record);
    return record;
  }
  throw new EmbeddedError(
    `no free port for the embedded AWS of ${environment} in ${ATTEMPTS} tries of ${PORTS.from} to ${PORTS.below - 1}: end processes that listen there and try again`,
  );
}

/** Whether a process could listen on that port of the loopback interface. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => done(true)));
  });
}

/** Ports of the other environments, which may not run now. */
function portsOfOthers(): Set<number> {
  if (!existsSync(home())) return new Set();
  const folders = readdirSync(home(), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Set(
    folders.filter(({ name }) => existsSync(embeddedFile(name))).map(({ name }) => embeddedPort(name)),
  );
}
