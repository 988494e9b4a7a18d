import { PermanentError } from "../shared/errors";
import type { Event } from "../shared/event";
import type { FileBody } from "../shared/object-store";
import { ParquetFile } from "./parquet-file";
import { Rows } from "./rows";
import type { Scratch } from "./scratch";

/** What an object may take of the function; the defaults fit 1,024 MiB of memory and 512 MiB of `/tmp`. */
export interface Limits {
  /** Rows of a row group, at most. */
  readonly groupRows: number;
  /** Rows not yet encoded, over all partitions. */
  readonly bufferedRows: number;
  /** Shops × months of one object. */
  readonly partitions: number;
  /** Row groups over all partitions: what a file says of each in its footer stays in memory, some 6 kB. */
  readonly groups: number;
  /** Lines that are no events: past so many the object is something else, and would take longer than there is time. */
  readonly rejectedLines: number;
  /** Bytes on disk, Parquet and packed refused lines, until the object has been read to its end. */
  readonly encodedBytes: number;
  /** Bytes of the object, unpacked where it is gzipped: a packed file may hold a thousand times its size. */
  readonly unpackedBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  groupRows: 8_192,
  bufferedRows: 262_144,
  partitions: 10_000,
  groups: 40_000,
  rejectedLines: 1_000_000,
  encodedBytes: 448 * 1024 * 1024,
  unpackedBytes: 2 * 1024 * 1024 * 1024,
};

/** One finished file. */
export interface Output {
  readonly shopId: string;
  readonly month: string;
  readonly rows: number;
  readonly body: FileBody;
}

interface Partition {
  readonly shopId: string;
  readonly month: string;
  readonly file: ParquetFile;
  readonly rows: Rows;
}

/**
 * Events of one object, split by shop and month (docs/decisions/0002-partitions.md). Rows are kept until a row
 * group is full; when too many are kept over all partitions, the fullest one is encoded. What comes out depends on
 * the events and their order only.
 */
export class Partitions {
  private readonly byName = new Map<string, Partition>();
  private buffered = 0;
  private groups = 0;
  private last: Partition | undefined;

  constructor(
    private readonly scratch: Scratch,
    private readonly limits: Limits,
  ) {}

  add(event: Event): void {
    const partition = this.partitionOf(event.shopId, event.occurredAt.slice(0, 7));
    partition.rows.add(event);
    this.buffered += 1;
    if (partition.rows.count >= this.limits.groupRows) this.encode(partition);
    else if (this.buffered >= this.limits.bufferedRows) this.encodeFullest();
  }

  /** Ends every file, in the order of shop and month. */
  *end(): Generator<Output> {
    const names = [...this.byName.keys()].sort();
    for (const name of names) {
      const partition = this.byName.get(name);
      if (partition === undefined) continue;
      this.encode(partition);
      this.byName.delete(name);
      const { shopId, month, file } = partition;
      yield { shopId, month, rows: file.rows, body: file.end() };
    }
  }

  private partitionOf(shopId: string, month: string): Partition {
    if (this.last?.shopId === shopId && this.last.month === month) return this.last;
    const name = `${shopId}/${month}`;
    let partition = this.byName.get(name);
    if (partition === undefined) {
      if (this.byName.size >= this.limits.partitions)
        throw new PermanentError(
          `object: must hold at most ${this.limits.partitions} shop months, got more at ${name}: split the file by shop or month`,
        );
      partition = { shopId, month, file: new ParquetFile(this.scratch.file()), rows: new Rows(shopId) };
      this.byName.set(name, partition);
    }
    this.last = partition;
    return partition;
  }

  private encodeFullest(): void {
    let fullest: Partition | undefined;
    for (const partition of this.byName.values())
      if (fullest === undefined || partition.rows.count > fullest.rows.count) fullest = partition;
    if (fullest !== undefined) this.encode(fullest);
  }

  private encode(partition: Partition): void {
    if (partition.rows.count === 0) return;
    this.groups += 1;
    if (this.groups > this.limits.groups)
      throw new PermanentError(
        `object: must make at most ${this.limits.groups} row groups, got more with its ${this.byName.size} shop months in turns: sort or split the file by shop or month`,
      );
    partition.file.addGroup(partition.rows.sorted());
    this.buffered -= partition.rows.count;
    partition.rows.clear();
    if (this.scratch.bytes > this.limits.encodedBytes)
      throw new PermanentError(
        `object: its Parquet must stay within ${this.limits.encodedBytes} bytes, got more: split the file into smaller ones`,
      );
  }
}
