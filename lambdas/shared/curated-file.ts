import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { CuratedStore } from "./curated-store";
import { Stale } from "./stale";

/** A Parquet file of the curated bucket, as a manifest names it. */
export interface CuratedFile {
  readonly key: string;
  readonly bytes: number;
}

/** Bytes up to which a file is read with one request. */
const WHOLE_BYTES = 4 * 1024 * 1024;

/** The reader makes a double of a DECIMAL and a Date of a TIMESTAMP: without their annotations both stay integers. */
function exact(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element) => {
    if (element.type !== "INT64") return element;
    const { converted_type: _converted, logical_type: _logical, ...plain } = element;
    return plain;
  });
  return { ...metadata, schema };
}

/**
 * The rows of a curated file, a row group at a time, or `most` rows of one where its writer makes large ones; instants in µs
 * and amounts in 1/10,000. A column that the file does not have is undefined. A large file is never held whole.
 * @throws Stale when the file is gone or changed, as it is when a newer manifest has replaced the one that names it.
 */
export async function* rowGroups<Row>(
  curated: CuratedStore,
  output: CuratedFile,
  columns: readonly (keyof Row & string)[],
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<Row[]> {
  const file = await bufferOf(curated, output);
  const metadata = exact(await parquetMetadataAsync(file));
  const present = new Set(metadata.schema.map(({ name }) => name));
  const read = {
    file,
    metadata,
    columns: columns.filter((name) => present.has(name)),
    // With it, a part of a row group costs its own pages only.
    useOffsetIndex: most !== Number.POSITIVE_INFINITY,
  };
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = rowStart + Number(group.num_rows);
    while (rowStart < groupEnd) {
      const rowEnd = Math.min(groupEnd, rowStart + most);
      yield (await parquetReadObjects({ ...read, rowStart, rowEnd })) as Row[];
      rowStart = rowEnd;
    }
  }
}

async function bufferOf(curated: CuratedStore, { key, bytes }: CuratedFile): Promise<AsyncBuffer> {
  if (bytes > WHOLE_BYTES) {
    let etag: string | undefined;
    const slice = async (start: number, end = bytes): Promise<ArrayBuffer> => {
      const found = await curated.readRange(key, start, end, etag);
      if (typeof found === "string" || found.bytes.length !== end - start) throw new Stale(key);
      etag = found.etag;
      return bufferFrom(found.bytes);
    };
    return { byteLength: bytes, slice };
  }
  const whole = await curated.readBytes(key);
  if (whole === "missing") throw new Stale(key);
  return {
    byteLength: whole.byteLength,
    slice: (start, end) => bufferFrom(whole.subarray(start, end)),
  };
}

/** A copy: a Buffer may be a window on memory that it shares. */
const bufferFrom = (bytes: Uint8Array): ArrayBuffer =>
  Uint8Array.prototype.slice.call(bytes).buffer as ArrayBuffer;
