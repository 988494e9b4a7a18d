import { gzipSync } from "node:zlib";
import { PermanentError } from "../shared/errors";
import type { FileBody } from "../shared/object-store";
import { KEPT_LINE_BYTES } from "./lines";
import type { Limits } from "./partitions";
import type { Scratch, ScratchFile } from "./scratch";

/** Characters gathered before they are packed as a gzip member of their own. */
const MEMBER_CHARACTERS = 1024 * 1024;

/** Refused lines of one object, packed as they come into a file: NDJSON, gzipped, several members. */
export class RejectedLines {
  count = 0;
  private readonly file: ScratchFile;
  private pending: string[] = [];
  private pendingCharacters = 0;

  /** `source` is the object's `s3://bucket/key`. */
  constructor(
    private readonly source: string,
    private readonly scratch: Scratch,
    private readonly limits: Pick<Limits, "rejectedLines" | "encodedBytes">,
  ) {
    this.file = scratch.file();
  }

  add(reason: string, lineNumber: number, line: string): void {
    const record = JSON.stringify({ reason, lineNumber, source: this.source, line: beginning(line) });
    this.count += 1;
    if (this.count > this.limits.rejectedLines)
      throw new PermanentError(
        `object: must hold at most ${this.limits.rejectedLines} lines that are no events, got more (${reason}): see whether it holds events at all`,
      );
    this.pending.push(record, "\n");
    this.pendingCharacters += record.length + 1;
    if (this.pendingCharacters >= MEMBER_CHARACTERS) this.pack();
  }

  /** All of them; undefined when there was none. */
  end(): FileBody | undefined {
    if (this.count === 0) return undefined;
    this.pack();
    return this.file;
  }

  private pack(): void {
    if (this.pending.length === 0) return;
    this.file.append(gzipSync(this.pending.join("")));
    this.pending = [];
    this.pendingCharacters = 0;
    if (this.scratch.bytes > this.limits.encodedBytes)
      throw new PermanentError(
        `object: its refused lines must stay within ${this.limits.encodedBytes} bytes packed, got more: see whether it holds events at all`,
      );
  }
}

/** At most 1 KiB of a line, no character cut in two. */
function beginning(line: string): string {
  if (line.length * 3 <= KEPT_LINE_BYTES) return line;
  const bytes = Buffer.from(line.slice(0, KEPT_LINE_BYTES));
  if (bytes.length <= KEPT_LINE_BYTES) return line.slice(0, KEPT_LINE_BYTES);
  return bytes
    .subarray(0, KEPT_LINE_BYTES)
    .toString("utf8")
    .replace(/\ufffd+$/, "");
}
