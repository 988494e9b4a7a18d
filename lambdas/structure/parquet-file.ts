import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";
import { CURATED_SCHEMA } from "../shared/curated-schema";
import type { FileBody } from "../shared/object-store";
import type { ScratchFile } from "./scratch";

/** Name of the writer in each file's footer: no version, so that the same events stay the same bytes. */
const CREATED_BY = "groundplan";

/** Memory that all writers take turns with: one row group is written at a time. */
let shared = new ArrayBuffer(1024 * 1024);

/** Moves what is written out of memory after each row group, so that a file in waiting takes none. */
class FileWriter extends ByteWriter {
  constructor(private readonly file: ScratchFile) {
    super();
  }

  flush(): void {
    this.file.append(this.getBytes());
    if (this.buffer.byteLength > shared.byteLength) shared = this.buffer;
    this.buffer = shared;
    this.view = new DataView(shared);
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

/** One Parquet file on disk, written a row group at a time. */
export class ParquetFile {
  rows = 0;
  private readonly writer: ParquetWriter;

  constructor(private readonly file: ScratchFile) {
    const writer = new FileWriter(file);
    const schema = [...CURATED_SCHEMA];
    this.writer = new ParquetWriter({ writer, schema, createdBy: CREATED_BY, statistics: false });
    writer.flush(); // the first bytes of the file, before another one takes its turn
  }

  /** Adds a row group; statistics are written for the columns that ask for them. */
  addGroup(columnData: ColumnSource[]): void {
    const rows = columnData[0]?.data.length ?? 0;
    this.writer.write({ columnData, rowGroupSize: rows });
    this.writer.pendingIndexes = []; // no column has an index, but the library would hold each until the end
    this.rows += rows;
  }

  /** Ends the file. */
  end(): FileBody {
    this.writer.finish();
    return this.file;
  }
}
