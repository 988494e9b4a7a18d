import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import type { PlatformConfig } from "../config/load";
import { deadLetterQueue, namesFor } from "../config/naming";
import { type Manifest, manifestKey, parseManifest, sourceId } from "../lambdas/shared/manifest";
import { RAW_PREFIX } from "../stacks/data-stack";
import type { Clients } from "./clients";
import { reasonOfLetter } from "./dead-letters/letter-about";
import { CommandError } from "./failure";
import type { Interrupt } from "./interrupt";
import type { StepReporter } from "./progress";
import { typed } from "./session";
import { type Stage, stageName } from "./stages";
import { missingStores } from "./stores/arrival";
import type { StoreName } from "./stores/store";

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
  private readonly names;

  constructor(
    private readonly config: PlatformConfig,
    private readonly clients: Clients,
    private readonly interrupt: Interrupt,
  ) {
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

  /**
   * Sends bytes unless the very same are there already, and waits until they are in all stores.
   *
   * @returns what became of them, and whether all stores had them before
   * @throws CommandError as `waitFor`
   */
  async bringOnce(
    name: string,
    content: Buffer,
    timeoutSeconds: number,
    step: StepReporter,
  ): Promise<{ readonly arrival: Arrival; readonly wasThere: boolean }> {
    const shipment = await this.sendOnce(name, content);
    const wasThere = (await this.missing(shipment)).length === 0;
    return { arrival: await this.waitFor(shipment, timeoutSeconds, step), wasThere };
  }

  /** The stores that a shipment is not in yet. */
  async missing(shipment: Shipment): Promise<StoreName[]> {
    const source = sourceId(shipment.bucket, shipment.key);
    return missingStores(this.config, this.clients, { source, etag: shipment.etag });
  }

  /**
   * Waits until a shipment is in all stores.
   *
   * @throws CommandError when a stage set it aside, or it has not arrived in time
   */
  async waitFor(shipment: Shipment, timeoutSeconds: number, step: StepReporter): Promise<Arrival> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    let manifest: Manifest | undefined;
    for (;;) {
      this.interrupt.check();
      let missing: readonly StoreName[] = [];
      if (!manifest) {
        step.update("waiting for the structure stage");
        manifest = await this.manifestOf(shipment);
      }
      if (manifest) {
        missing = await this.missing(shipment);
        if (missing.length === 0) {
          return { key: shipment.key, lines: manifest.lines, rejected: manifest.rejected };
        }
        step.update(`${manifest.lines.good} good lines, waiting for ${missing.join(", ")}`);
      }
      await this.refuseDead(shipment, manifest === undefined ? ["structure"] : missing.map(loaderOf));
      if (Date.now() > deadline) throw this.late(shipment, timeoutSeconds, manifest && missing);
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
    const curated = this.names.curatedBucket;
    const place = manifestKey(sourceId(bucket, key));
    const text = await this.clients.objectText(curated, place);
    if (text === undefined) return undefined;
    const manifest = parseManifest(text, `s3://${curated}/${place}`);
    return manifest.source.etag === etag ? manifest : undefined;
  }

  /** Looks behind stages that it waits for. @throws CommandError with what the stage's log says */
  private async refuseDead(shipment: Shipment, stages: readonly Stage[]): Promise<void> {
    const { bucket, key } = shipment;
    const manifest = { bucket: this.names.curatedBucket, key: manifestKey(sourceId(bucket, key)) };
    for (const stage of stages) {
      const object = stage === "structure" ? shipment : manifest;
      const reason = await reasonOfLetter(this.config, this.clients, stage, object);
      if (reason === undefined) continue;
      throw new CommandError({
        message: `s3://${bucket}/${key} was set aside: the ${stage} stage failed on it every time`,
        resource: deadLetterQueue(stageName(this.names, stage)),
        said: reason,
        next: `${typed("dead-letters", this.config)}; when the fault is mended: ${typed("dead-letters redrive", this.config, "--all")}`,
      });
    }
  }

  private late({ key }: Shipment, seconds: number, missing: readonly StoreName[] | undefined): CommandError {
    const where = missing === undefined ? "not structured" : `structured, and not in ${missing.join(", ")}`;
    return new CommandError({
      message: `events did not arrive within ${seconds} s: ${key} is ${where}`,
      next: typed("status", this.config),
    });
  }
}

/** The stage that brings data into a store. */
function loaderOf(store: StoreName): Stage {
  return `load-${store}`;
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
