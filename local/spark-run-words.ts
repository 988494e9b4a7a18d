/** Lines that are shown of a log where the job itself has said nothing. */
const TAIL_LINES = 20;
const LINE_CHARACTERS = 300;

const FAILED = /^[a-z_]+ failed: (.+)$/;
const NEXT = /^Next: (.+)$/;
/** How `support/arguments.py` says a mistake. */
const MISTAKE = /^(--\S+ .+, got .*|.+ is not an argument of [a-z_]+)$/;
/** A stack's own lines: Java's in two forms, and Python's with the line of source below each. */
const FRAME = /^\s+(at |\.\.\. \d+ |File ")|^\s{4}\S|^[\w.$/<>]+\([\w .:]+\)$/;
/** What Spark, Hadoop or YARN note of their work. */
const NOTE = /^\S+ \S+ (INFO|DEBUG|WARN) /;
const THROWN =
  /^(?:Caused by: |Exception in thread "[^"]*" )?(?:[a-z][\w$]*\.)*([A-Z]\w*(?:Exception|Error)\b.*)$/;

/** What a job has said of its failure in its two lines. */
export interface JobFailure {
  readonly sentence: string;
  readonly next: string;
}

/** What a job itself says of its failure, in a log that holds Spark's words as well; undefined where it said nothing. */
export function failureIn(log: string): JobFailure | undefined {
  const lines = log.split("\n").map((line) => line.trimEnd());
  const at = lines.findLastIndex((line) => NEXT.test(line));
  const next = NEXT.exec(lines[at] ?? "")?.[1];
  if (next === undefined) return undefined;
  const failed = FAILED.exec(lines[at - 1] ?? "")?.[1];
  if (failed !== undefined) return { sentence: failed, next };
  const before = lines.slice(0, at);
  const mistakes = before.slice(before.findLastIndex((line) => !MISTAKE.test(line)) + 1);
  return mistakes.length === 0 ? undefined : { sentence: mistakes.join("\n"), next };
}

/** The last error that a log names, without its package; undefined where there is none. */
export function errorIn(log: string): string | undefined {
  const line = log.split("\n").findLast((text) => THROWN.test(text));
  return line === undefined ? undefined : THROWN.exec(line)?.[1]?.slice(0, LINE_CHARACTERS);
}

/** Whether a line says where in a program, and nothing else. */
export const isFrame = (line: string) => FRAME.test(line);

/** The end of a log without the lines of stacks, and without notes. */
export function tailOf(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !isFrame(line) && !NOTE.test(line));
  return lines
    .slice(-TAIL_LINES)
    .map((line) => line.trimEnd().slice(0, LINE_CHARACTERS))
    .join("\n");
}

/** The job's result: the last line of what it has printed that is an object of JSON; undefined where there is none. */
export function resultIn(printed: string): Readonly<Record<string, unknown>> | undefined {
  const line = printed.split("\n").findLast((text) => text.startsWith("{"));
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
