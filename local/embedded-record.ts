import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { embeddedFile, embeddedPorts } from "../config/home";
import { freePort } from "./port";
import type { ProcessIdentity } from "./process-identity";

/** What is kept of an environment's embedded AWS, in `embedded.json`. */
export interface EmbeddedRecord {
  /** Of the data plane. */
  readonly port: number;
  /** Absent in a record of the time when there was no control plane. */
  readonly controlPlanePort?: number;
  /** Absent in a record of the time when there was no PostgreSQL. */
  readonly databasePort?: number;
  /** Told by the running ones when they are asked, so that no other is taken for them. */
  readonly id: string;
  /** The data plane that was started last. */
  readonly process?: ProcessIdentity;
  /** The control plane that was started last. */
  readonly controlPlaneProcess?: ProcessIdentity;
  /** The PostgreSQL that was started last. */
  readonly databaseProcess?: ProcessIdentity;
  /** What they were started with: a hash of account, region, version. */
  readonly settings?: string;
  /** Absent before the first start of the dashboard. */
  readonly dashboardPort?: number;
  /** The dashboard that was started last. */
  readonly dashboardProcess?: ProcessIdentity;
  /** What it was started with: a hash of its variables and sources. */
  readonly dashboardSettings?: string;
}

/** With all ports. */
export type ChosenRecord = EmbeddedRecord & {
  readonly controlPlanePort: number;
  readonly databasePort: number;
};

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
  const chosen: number[] = [];
  const keptOrFree = async (known: number | undefined) => {
    const port = known ?? (await freePort(`the embedded AWS of ${environment}`, chosen));
    chosen.push(port);
    return port;
  };
  const port = await keptOrFree(kept?.port);
  const controlPlanePort = await keptOrFree(kept?.controlPlanePort);
  const databasePort = await keptOrFree(kept?.databasePort);
  const record = { ...kept, port, controlPlanePort, databasePort, id: kept?.id ?? randomUUID() };
  if (kept?.databasePort === undefined || kept.controlPlanePort === undefined)
    writeRecord(environment, record);
  return record;
}
