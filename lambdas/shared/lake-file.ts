import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { CURATED_SCHEMA } from "./curated-schema";
import { PermanentError } from "./errors";

/** Length of the footer, then "PAR1" (https://parquet.apache.org/docs/file-format/). */
export const TAIL_BYTES = 8;
const MAGIC = "PAR1";

let empty: Uint8Array | undefined;

/** A curated file without rows. */
export function emptyFile(): Uint8Array {
  if (empty === undefined) {
    const writer = new ByteWriter();
    new ParquetWriter({ writer, schema: [...CURATED_SCHEMA], createdBy: "groundplan" }).finish();
    empty = writer.getBytes();
  }
  return empty;
}

/**
 * Where the footer of a Parquet file of `size` bytes begins, `tail` being its last bytes, TAIL_BYTES or more.
 * @throws PermanentError when `where` is no Parquet file.
 */
export function footerStart(tail: Uint8Array, size: number, where: string): number {
  const end = Buffer.from(tail.buffer, tail.byteOffset + Math.max(0, tail.byteLength - TAIL_BYTES));
  const length = tail.byteLength < TAIL_BYTES ? size : end.readUInt32LE(0);
  const start = size - TAIL_BYTES - length;
  if (start < MAGIC.length || end.toString("latin1", 4, TAIL_BYTES) !== MAGIC)
    throw new PermanentError(`${where}: must be Parquet, got something else: send the raw object again`);
  return start;
}

/**
 * The same file with `stamp` in it, before the footer, where nothing points to: so no two writes of one key ever have the
 * same etag. Offsets in the footer count from the file's begin, and readers find the footer from its end.
 */
export function stamped(file: Uint8Array, stamp: string, where: string): Uint8Array {
  const at = footerStart(file, file.byteLength, where);
  return Buffer.concat([file.subarray(0, at), Buffer.from(stamp), file.subarray(at)]);
}
