import { createGunzip, type Gunzip } from "node:zlib";
import { PermanentError } from "../shared/errors";

/** First bytes of a gzip member: RFC 1952, section 2.3.1. */
const MAGIC = [0x1f, 0x8b] as const;

/**
 * The bytes of `source`, unpacked when they begin as gzip does, whatever the object is called. Several members in a
 * row are one text, as RFC 1952 has it.
 * @throws PermanentError when gzip data is corrupt, cut short, or followed by something else.
 */
export async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < MAGIC.length) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    head.push(value);
    length += value.length;
  }
  const start = Buffer.concat(head);
  const rest = { [Symbol.asyncIterator]: () => chunks };
  if (start[0] === MAGIC[0] && start[1] === MAGIC[1]) yield* inflate(start, rest);
  else {
    if (start.length > 0) yield start;
    yield* rest;
  }
}

async function* inflate(start: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 128 * 1024 });
  let given = 0;
  let sourceError: unknown;
  const feed = async (chunk: Uint8Array): Promise<void> => {
    given += chunk.length;
    if (!gunzip.write(chunk)) await roomIn(gunzip);
  };
  const feeding = (async () => {
    await feed(start);
    for await (const chunk of rest) {
      if (gunzip.destroyed) return;
      await feed(chunk);
    }
    gunzip.end();
  })().catch((error: unknown) => {
    sourceError = error;
    gunzip.destroy();
  });
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    throw new PermanentError(
      `object: its gzip data must be whole, got ${(error as Error).message}: send it again`,
      {
        cause: error,
      },
    );
  } finally {
    gunzip.destroy();
    await feeding;
  }
  if (sourceError !== undefined) throw sourceError;
  // zlib stops in silence at zeros that follow the last member: then it has taken less than it was given.
  if (gunzip.bytesWritten !== given)
    throw new PermanentError(
      `object: its gzip data must end with the file, got ${given - gunzip.bytesWritten} bytes more: send it again`,
    );
}

/** Waits until more can be written, or no more ever. */
function roomIn(gunzip: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gunzip.off("drain", done).off("close", done);
      resolve();
    };
    if (gunzip.closed) resolve();
    else gunzip.on("drain", done).on("close", done);
  });
}
