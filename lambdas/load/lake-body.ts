import { appendFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CuratedStore } from "../shared/curated-store";
import { emptyFile, footerStart, stamped, TAIL_BYTES } from "../shared/lake-file";
import type { Manifest } from "../shared/manifest";
import type { ObjectBody } from "../shared/object-store";
import { Stale } from "../shared/stale";

type Output = Pick<Manifest["outputs"][number], "key" | "bytes">;

/** Bytes up to which a file is copied through memory; a larger one goes through a file, piece by piece. */
export const HELD_BYTES = 8 * 1024 * 1024;

/** A file without rows. */
export const emptyBody = (run: string): ObjectBody => stamped(emptyFile(), run, "empty file");

/**
 * The output of a manifest, with `run` in it.
 * @throws Stale when it is gone or changed, as it is when a newer manifest has replaced the one that names it.
 */
export async function stampedBody(curated: CuratedStore, output: Output, run: string): Promise<ObjectBody> {
  if (output.bytes > HELD_BYTES) return stampedFile(curated, output, run);
  const bytes = await curated.readBytes(output.key);
  if (bytes === "missing") throw new Stale(output.key);
  return stamped(bytes, run, `s3://${curated.bucket}/${output.key}`);
}

/** The function works on one large file at a time, so one name does: what a killed one left is written over. */
async function stampedFile(
  curated: CuratedStore,
  { key, bytes }: Output,
  run: string,
): Promise<{ readonly path: string; readonly bytes: number }> {
  const path = join(tmpdir(), `lake-${process.pid}.parquet`);
  const where = `s3://${curated.bucket}/${key}`;
  let etag: string | undefined;
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const found = await curated.readRange(key, start, end, etag);
    if (typeof found === "string" || found.bytes.length !== end - start) throw new Stale(key);
    etag = found.etag;
    return found.bytes;
  };
  const footer = footerStart(await read(bytes - TAIL_BYTES, bytes), bytes, where);
  await writeFile(path, "");
  for (let at = 0; at < footer; at += HELD_BYTES)
    await appendFile(path, await read(at, Math.min(at + HELD_BYTES, footer)));
  await appendFile(path, run);
  await appendFile(path, await read(footer, bytes));
  return { path, bytes: bytes + Buffer.byteLength(run) };
}
