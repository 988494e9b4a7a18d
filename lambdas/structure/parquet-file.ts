import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";
import { CURATED_SCHEMA } from "../shared/curated-schema";

/** Name of the writer in each file's footer: no version, so that the same events stay the same bytes. */
const CREATED_BY = "groundplan";

/** Takes what is written out of the growing buffer after each row group. */
class ChunkWriter extends ByteWriter {
  readonly chunks: Uint8Array[] = [];

  flush(): void {
    this.chunks.push(this.getBytes().slice());
    this.buffer = new ArrayBuffer(1024);
    this.view = new DataView(this.buffer);
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

/** One Parquet file in memory, written a row group at a time. */
export class ParquetFile {
  rows = 0;
  private readonly sink = new ChunkWriter();
  private readonly writer = new ParquetWriter({
    writer: this.sink,
    schema: [...CURATED_SCHEMA],
    createdBy: CREATED_BY,
  });

  /** Bytes so far. */
  get bytes(): number {
    return this.sink.offset;
  }

  /** Adds a row group. */
  addGroup(columnData: ColumnSource[]): void {
    const rows = columnData[0]?.data.length ?? 0;
    this.writer.write({ columnData, rowGroupSize: rows });
    this.rows += rows;
  }

  /** Ends the file and gives its bytes. */
  end(): Uint8Array {
    this.writer.finish();
    return Buffer.concat(this.sink.chunks);
  }
}
