import { isAscii, isUtf8 } from "node:buffer";

/** Bytes of a line, without its line break, at most. */
export const MAX_LINE_BYTES = 1024 * 1024;
/** Bytes of a refused line that are kept. */
export const KEPT_LINE_BYTES = 1024;
/** Bytes that are looked at together; less than a line may have, so that only a line's head can be too long. */
const PIECE_BYTES = 256 * 1024;

const LF = 10;
const BLANK = /^[ \t\r]*$/;

/** What is done with the lines; `lineNumber` counts from 1, blank lines too. */
export interface LineSink {
  line(text: string, lineNumber: number): void;
  /** A line that cannot be read as text; `head` is its beginning. */
  refused(reason: string, head: string, lineNumber: number): void;
}

/**
 * Splits a stream of bytes into lines of UTF-8, without ever holding a line that is longer than allowed. A byte
 * order mark at the start is dropped, a carriage return at the end of a line as well; lines of nothing but spaces and
 * tabs are left out (http://ndjson.org lets a parser do so), and the last line needs no line break.
 */
export class LineReader {
  private carry: Uint8Array[] = [];
  private carryBytes = 0;
  /** Set while the rest of a line that is too long passes by. */
  private tooLong = false;
  private lineNumber = 1;
  private started = false;

  constructor(private readonly sink: LineSink) {}

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) this.piece(chunk.subarray(at, at + PIECE_BYTES));
  }

  end(): void {
    if (this.tooLong) this.endTooLong();
    else if (this.carryBytes > 0) this.lines(this.takeCarry());
  }

  private piece(bytes: Uint8Array): void {
    const first = bytes.indexOf(LF);
    if (first < 0) {
      this.keep(bytes);
      return;
    }
    let rest = bytes;
    if (this.tooLong || this.carryBytes > 0) {
      this.keep(bytes.subarray(0, first));
      if (this.tooLong) this.endTooLong();
      else this.lines(this.takeCarry());
      rest = bytes.subarray(first + 1);
    }
    const last = rest.lastIndexOf(LF);
    if (last >= 0) this.lines(rest.subarray(0, last));
    this.keep(rest.subarray(last + 1));
  }

  /** Adds to the line that has not ended yet. */
  private keep(bytes: Uint8Array): void {
    if (this.tooLong || bytes.length === 0) return;
    this.carry.push(bytes.slice());
    this.carryBytes += bytes.length;
    if (this.carryBytes > MAX_LINE_BYTES + 1) {
      this.tooLong = true;
      this.carry = [this.takeCarry().slice(0, KEPT_LINE_BYTES)];
    }
  }

  private takeCarry(): Uint8Array {
    const [only, ...more] = this.carry;
    const line = only !== undefined && more.length === 0 ? only : Buffer.concat(this.carry);
    this.carry = [];
    this.carryBytes = 0;
    return line;
  }

  private endTooLong(): void {
    this.tooLong = false;
    this.started = true;
    this.refuseLong(this.takeCarry());
  }

  private refuseLong(line: Uint8Array): void {
    const head = Buffer.from(line.subarray(0, KEPT_LINE_BYTES)).toString("utf8");
    this.sink.refused(`a line must have at most ${MAX_LINE_BYTES} bytes, got more`, head, this.lineNumber++);
  }

  /** Reads whole lines, the last one's break left out. */
  private lines(found: Uint8Array): void {
    let bytes = found;
    if (!this.started) {
      this.started = true;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    }
    if (!isUtf8(bytes)) {
      this.linesOneByOne(bytes);
      return;
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = buffer.toString(isAscii(bytes) ? "latin1" : "utf8");
    let from = 0;
    for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
      this.line(text, from, to);
      from = to + 1;
    }
    if (bytes.length > MAX_LINE_BYTES && from === 0 && !this.withinLimit(bytes)) this.refuseLong(bytes);
    else this.line(text, from, text.length);
  }

  private withinLimit(line: Uint8Array): boolean {
    return line.length - (line[line.length - 1] === 13 ? 1 : 0) <= MAX_LINE_BYTES;
  }

  private line(text: string, from: number, to: number): void {
    const number = this.lineNumber++;
    const end = text.charCodeAt(to - 1) === 13 ? to - 1 : to;
    if (end <= from) return;
    const line = text.slice(from, end);
    if (text.charCodeAt(from) !== 123 && BLANK.test(line)) return;
    this.sink.line(line, number);
  }

  /** For a piece with a line that is no UTF-8: only that line is refused. */
  private linesOneByOne(bytes: Uint8Array): void {
    let from = 0;
    while (from <= bytes.length) {
      const found = bytes.indexOf(LF, from);
      const to = found < 0 ? bytes.length : found;
      const line = Buffer.from(bytes.subarray(from, to));
      if (!this.withinLimit(line)) this.refuseLong(line);
      else if (isUtf8(line)) {
        const text = line.toString("utf8");
        this.line(text, 0, text.length);
      } else {
        const head = line.subarray(0, KEPT_LINE_BYTES).toString("utf8");
        this.sink.refused("a line must be UTF-8, got other bytes", head, this.lineNumber++);
      }
      from = to + 1;
    }
  }
}
