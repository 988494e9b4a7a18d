import { PermanentError } from "../shared/errors";
import { isEvent, mistakesIn } from "../shared/event";
import type { FileBody } from "../shared/object-store";
import { gunzipped } from "./gunzip";
import { Horizon } from "./horizon";
import { LineReader, type LineSink } from "./lines";
import { DEFAULT_LIMITS, type Limits, type Output, Partitions } from "./partitions";
import { RejectedLines } from "./rejected-lines";
import type { Scratch } from "./scratch";

/** The object that is read. */
export interface Origin {
  /** `s3://bucket/key`, for the record of a refused line. */
  readonly source: string;
  /** ISO 8601. */
  readonly lastModified: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What became of an object's bytes: files in the scratch folder, nothing published yet. */
export interface Digest {
  readonly lines: { readonly in: number; readonly good: number; readonly rejected: number };
  readonly outputs: readonly Output[];
  /** Gzipped NDJSON; undefined when no line was refused. */
  readonly rejected: FileBody | undefined;
}

class Intake implements LineSink {
  good = 0;

  constructor(
    private readonly partitions: Partitions,
    private readonly rejectedLines: RejectedLines,
    private readonly horizon: Horizon,
  ) {}

  line(text: string, lineNumber: number): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.rejectedLines.add("a line must be JSON, got something else", lineNumber, text);
      return;
    }
    if (!isEvent(value)) {
      this.rejectedLines.add(mistakesIn(value) ?? "is not an event", lineNumber, text);
      return;
    }
    const mistake = this.horizon.mistakeIn(value);
    if (mistake !== undefined) {
      this.rejectedLines.add(mistake, lineNumber, text);
      return;
    }
    this.partitions.add(value);
    this.good += 1;
  }

  refused(reason: string, head: string, lineNumber: number): void {
    this.rejectedLines.add(reason, lineNumber, head);
  }
}

/**
 * Reads NDJSON, gzipped or not, to its end and only then gives Parquet files and refused lines; they are gone when
 * `scratch` is closed.
 * @throws PermanentError for corrupt gzip, and when the object is too much for `limits`.
 */
export async function digest(
  { source, lastModified, body }: Origin,
  scratch: Scratch,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Digest> {
  const partitions = new Partitions(scratch, limits);
  const rejectedLines = new RejectedLines(source, scratch, limits);
  const intake = new Intake(partitions, rejectedLines, new Horizon(lastModified));
  const reader = new LineReader(intake);
  let unpacked = 0;
  for await (const chunk of gunzipped(body)) {
    unpacked += chunk.length;
    if (unpacked > limits.unpackedBytes)
      throw new PermanentError(
        `object: must unpack to at most ${limits.unpackedBytes} bytes, got more: split the file into smaller ones`,
      );
    reader.push(chunk);
  }
  reader.end();
  const outputs = [...partitions.end()];
  const rejected = rejectedLines.end();
  const lines = { in: intake.good + rejectedLines.count, good: intake.good, rejected: rejectedLines.count };
  return { lines, outputs, rejected };
}
