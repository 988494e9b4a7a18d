import { gzipSync } from "node:zlib";
import { PermanentError } from "../shared/errors";
import { KEPT_LINE_BYTES } from "./lines";

/** Characters gathered before they are packed as a gzip member of their own. */
const MEMBER_CHARACTERS = 1024 * 1024;

/** Refused lines of one object, packed as they come: NDJSON, gzipped, several members. */
export class RejectedLines {
  count = 0;
  private readonly members: Uint8Array[] = [];
  private bytes = 0;
  private pending: string[] = [];
  private pendingCharacters = 0;

  /** `source` is the object's `s3://bucket/key`; `maxBytes` bounds what is held. */
  constructor(
    private readonly source: string,
    private readonly maxBytes: number,
  ) {}

  add(reason: string, lineNumber: number, line: string): void {
    const record = JSON.stringify({ reason, lineNumber, source: this.source, line: beginning(line) });
    this.count += 1;
    this.pending.push(record, "\n");
    this.pendingCharacters += record.length + 1;
    if (this.pendingCharacters >= MEMBER_CHARACTERS) this.pack();
  }

  /** All of them; undefined when there was none. */
  end(): Uint8Array | undefined {
    if (this.count === 0) return undefined;
    this.pack();
    return Buffer.concat(this.members);
  }

  private pack(): void {
    if (this.pending.length === 0) return;
    const member = gzipSync(this.pending.join(""));
    this.members.push(member);
    this.bytes += member.length;
    this.pending = [];
    this.pendingCharacters = 0;
    if (this.bytes > this.maxBytes)
      throw new PermanentError(
        `object: its refused lines must stay within ${this.maxBytes} bytes packed, got more: see whether it holds events at all`,
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
