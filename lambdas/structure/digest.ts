import { isEvent, mistakesIn } from "../shared/event";
import { gunzipped } from "./gunzip";
import { LineReader, type LineSink } from "./lines";
import { DEFAULT_LIMITS, type Limits, type Output, Partitions } from "./partitions";
import { RejectedLines } from "./rejected-lines";

/** What became of an object's bytes, all of it in memory and nothing written yet. */
export interface Digest {
  readonly lines: { readonly in: number; readonly good: number; readonly rejected: number };
  readonly outputs: readonly Output[];
  /** Gzipped NDJSON; undefined when no line was refused. */
  readonly rejected: Uint8Array | undefined;
}

class Intake implements LineSink {
  good = 0;

  constructor(
    private readonly partitions: Partitions,
    private readonly rejectedLines: RejectedLines,
  ) {}

  line(text: string, lineNumber: number): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.rejectedLines.add("a line must be JSON, got something else", lineNumber, text);
      return;
    }
    if (isEvent(value)) {
      this.partitions.add(value);
      this.good += 1;
      return;
    }
    this.rejectedLines.add(mistakesIn(value) ?? "is not an event", lineNumber, text);
  }

  refused(reason: string, head: string, lineNumber: number): void {
    this.rejectedLines.add(reason, lineNumber, head);
  }
}

/**
 * Reads NDJSON, gzipped or not, to its end and only then gives Parquet files and refused lines.
 * @throws PermanentError for corrupt gzip, and when the object is too much for `limits`.
 */
export async function digest(
  source: string,
  body: AsyncIterable<Uint8Array>,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Digest> {
  const partitions = new Partitions(limits);
  const rejectedLines = new RejectedLines(source, limits.encodedBytes);
  const intake = new Intake(partitions, rejectedLines);
  const reader = new LineReader(intake);
  for await (const chunk of gunzipped(body)) reader.push(chunk);
  reader.end();
  const outputs = [...partitions.end()];
  const rejected = rejectedLines.end();
  const lines = { in: intake.good + rejectedLines.count, good: intake.good, rejected: rejectedLines.count };
  return { lines, outputs, rejected };
}
