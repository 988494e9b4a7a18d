import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import type { PlatformConfig } from "../config/load";
import { deadLetterQueue, logGroup, namesFor } from "../config/naming";
import { type Manifest, manifestKey, parseManifest, sourceId } from "../lambdas/shared/manifest";
import { RAW_PREFIX } from "../stacks/pipeline-stack";
import type { Clients } from "./clients";
import { CommandError } from "./failure";
import type { Interrupt } from "./interrupt";
import type { StepReporter } from "./progress";
import { typed } from "./session";
import { StageQueues } from "./stage-queues";
import { isInFigures } from "./stores";

const POLL_MS = 250;

/** S3 keys are at most 1,024 bytes; a file name of a machine is at most 255. */
const NAME_BYTES = 255;

/** One file on its way through the pipeline. */
export interface Shipment {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
}

/** What became of a shipment. */
export interface Arrival {
  readonly key: string;
  readonly lines: Manifest["lines"];
  /** Where the refused lines lie, with their reasons; none where there were none. */
  readonly rejected: string | null;
}

/** Brings files to the raw bucket and watches them until they are in the stores. */
export class Shipper {
  private readonly queues: StageQueues;
  private readonly names;

  constructor(
    private readonly config: PlatformConfig,
    private readonly clients: Clients,
    private readonly interrupt: Interrupt,
  ) {
    this.queues = new StageQueues(config, clients);
    this.names = namesFor(config);
  }

  /** Sends a file as it is. Its key holds a hash of its content: the same file twice is the same object. */
  async sendFile(path: string): Promise<Shipment> {
    const size = await sizeOf(path);
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    return this.put(rawKey(basename(path), hash.digest("hex")), createReadStream(path), size);
  }

  /** Sends bytes under a name, unless the very same are there already. */
  async sendOnce(name: string, content: Buffer): Promise<Shipment> {
    const key = rawKey(name, createHash("sha256").update(content).digest("hex"));
    const etag = await this.clients.objectEtag(this.names.rawBucket, key);
    return etag === undefined
      ? this.put(key, content, content.length)
      : { bucket: this.names.rawBucket, key, etag };
  }

  /** Whether a shipment is in the stores. */
  async hasArrived(shipment: Shipment): Promise<boolean> {
    return isInFigures(this.config, this.clients, sourceId(shipment.bucket, shipment.key), shipment.etag);
  }

  /**
   * Waits until a shipment is in the stores.
   *
   * @throws CommandError when it was set aside, or has not arrived in time
   */
  async waitFor(shipment: Shipment, timeoutSeconds: number, step: StepReporter): Promise<Arrival> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    let manifest: Manifest | undefined;
    for (;;) {
      this.interrupt.check();
      if (!manifest) {
        step.update("waiting for the structure stage");
        manifest = await this.manifestOf(shipment);
      }
      if (manifest) {
        step.update(`${manifest.lines.good} good lines, waiting for the load stage`);
        if (await this.hasArrived(shipment)) {
          return { key: shipment.key, lines: manifest.lines, rejected: manifest.rejected };
        }
      }
      await this.refuseDead(shipment, manifest !== undefined);
      if (Date.now() > deadline) throw this.late(shipment, timeoutSeconds, manifest !== undefined);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private async put(key: string, body: Buffer | NodeJS.ReadableStream, size: number): Promise<Shipment> {
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    const bucket = this.names.rawBucket;
    const { ETag = "" } = await (await this.clients.s3()).send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body as Buffer, ContentLength: size }),
    );
    return { bucket, key, etag: ETag.replaceAll('"', "") };
  }

  private async manifestOf({ bucket, key, etag }: Shipment): Promise<Manifest | undefined> {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const Bucket = this.names.curatedBucket;
    const Key = manifestKey(sourceId(bucket, key));
    if (!(await this.clients.objectExists(Bucket, Key))) return undefined;
    const { Body } = await (await this.clients.s3()).send(new GetObjectCommand({ Bucket, Key }));
    const manifest = parseManifest((await Body?.transformToString()) ?? "", `s3://${Bucket}/${Key}`);
    return manifest.source.etag === etag ? manifest : undefined;
  }

  private async refuseDead(shipment: Shipment, structured: boolean): Promise<void> {
    const manifest = {
      bucket: this.names.curatedBucket,
      key: manifestKey(sourceId(shipment.bucket, shipment.key)),
    };
    const stage = structured ? "load" : "structure";
    if (!(await this.queues.isDead(stage, structured ? manifest : shipment))) return;
    throw new CommandError({
      message: `s3://${shipment.bucket}/${shipment.key} was set aside: the ${stage} stage failed on it every time`,
      resource: deadLetterQueue(this.names[stage]),
      next: `${typed("status", this.config)}; the function's log ${logGroup(this.names[stage])} says why`,
    });
  }

  private late({ key }: Shipment, seconds: number, structured: boolean): CommandError {
    const where = structured ? "structured but not loaded" : "not structured";
    return new CommandError({
      message: `events did not arrive within ${seconds} s: ${key} is ${where}`,
      next: typed("status", this.config),
    });
  }
}

/**
 * The size of a file in bytes.
 *
 * @throws CommandError when it is none, or none that may be read
 */
export async function sizeOf(path: string): Promise<number> {
  const refuse = (reason: string) => new CommandError({ message: `cannot read ${path}: ${reason}` });
  try {
    const stats = await stat(path);
    await access(path, constants.R_OK);
    if (stats.isFile()) return stats.size;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw refuse({ ENOENT: "no such file", EACCES: "permission denied" }[code] ?? code);
  }
  throw refuse("it is not a file");
}

/** The key of a raw object: its content first, then its name in the characters that are safe everywhere. */
export function rawKey(name: string, sha256: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]/g, "_").slice(-NAME_BYTES);
  return `${RAW_PREFIX}${sha256.slice(0, 12)}/${safe}`;
}
