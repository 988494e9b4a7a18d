import { gzipSync } from "node:zlib";
import { peakMiB } from "../../bench/pipeline-stage-peak";
import { type Digest, digest } from "../../lambdas/structure/digest";
import { Scratch } from "../../lambdas/structure/scratch";
import { purchase, seeded, view } from "../lambdas/support/events";

/** A process of its own digests one generated object, so that its peak of memory is that of the stage. */

const BLOCK_LINES = 5_000;
const SHOPS = 50;
const MONTHS = 24;

const random = seeded(11);
const hex = (): string => Math.floor(random() * 2 ** 32).toString(16);

/** An event of one shop in order of time, or of 50 shops and 24 months in turns. */
function event(at: number, scattered: boolean): object {
  const month = scattered ? Math.floor(random() * MONTHS) : 0;
  const fields = {
    eventId: `${hex()}-${hex()}-${hex()}`,
    occurredAt: new Date(Date.UTC(2022, month, 1) + at * 100).toISOString(),
    shopId: scattered ? `shop-${Math.floor(random() * SHOPS)}` : "atlas",
    contentId: `story-${Math.floor(random() * 400)}`,
    productId: `sku-${Math.floor(random() * 5000)}`,
    visitorId: `v-${hex()}${hex()}`,
  };
  return random() < 0.05 ? purchase(fields) : view(fields);
}

const lines = (scattered: boolean): Buffer =>
  Buffer.from(
    Array.from({ length: BLOCK_LINES }, (_, at) => `${JSON.stringify(event(at, scattered))}\n`).join(""),
  );

/** What an object is made of, over and over: a part, and what it is unpacked. */
const PARTS: Readonly<Record<string, () => { part: Uint8Array; unpacked: number }>> = {
  plain: () => whole(lines(false)),
  gzip: () => packed(lines(false)),
  scattered: () => whole(lines(true)),
  refused: () => whole(Buffer.from("{ no JSON, and of no use to anyone\n".repeat(BLOCK_LINES))),
  bomb: () => packed(Buffer.alloc(4 * 1024 * 1024)),
};
const whole = (part: Uint8Array) => ({ part, unpacked: part.length });
const packed = (part: Uint8Array) => ({ part: gzipSync(part), unpacked: part.length });

async function* object(kind: string, bytes: number): AsyncGenerator<Uint8Array> {
  const make = PARTS[kind];
  if (make === undefined) throw new RangeError(`no such object: ${kind}`);
  if (bytes === 0) return;
  const { part, unpacked } = make();
  for (let sent = 0; sent < bytes; sent += unpacked)
    for (let at = 0; at < part.length; at += 65_536) yield part.subarray(at, at + 65_536);
}

async function main(kind = "", bytes = "0"): Promise<void> {
  const scratch = new Scratch();
  let outcome: { readonly digest: Digest } | { readonly refused: string };
  try {
    const body = object(kind, Number(bytes));
    const origin = { source: "s3://raw/generated", lastModified: "2030-01-01T00:00:00.000Z", body };
    outcome = { digest: await digest(origin, scratch) };
  } catch (error) {
    outcome = { refused: `${(error as Error).name}: ${(error as Error).message}` };
  }
  const diskMiB = scratch.bytes / 2 ** 20;
  scratch.close();
  const said =
    "digest" in outcome
      ? { lines: outcome.digest.lines, outputs: outcome.digest.outputs.length }
      : { refused: outcome.refused };

  process.stdout.write(JSON.stringify({ ...said, peakMiB: peakMiB(), diskMiB }));
}

main(...process.argv.slice(2));
