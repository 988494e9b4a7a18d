/** One thing that is wrong in a configuration: where, which rule, and what stood there. */
export interface Mistake {
  /** The file, relative to the project root; absent when the mistake is in no file (a variable, an argument). */
  readonly file?: string;
  /** Line of the file, from 1. */
  readonly line?: number;
  /** Column of the line, from 1; only for text that is not YAML. */
  readonly column?: number;
  /** Dotted path of the field, as `pipeline.structure.timeoutSeconds`; empty for the whole file. */
  readonly path: string;
  /** What must hold, continuing the path as a sentence. */
  readonly rule: string;
  /** The value received, as text; absent where there is none. */
  readonly value?: string;
}

/** Says one mistake in one line: `file:line path rule, got value`. */
function sentence({ file, line, column, path, rule, value }: Mistake): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const words = [place, path, rule].filter((part) => part !== "").join(" ");
  return value === undefined ? words : `${words}, got ${value}`;
}

/**
 * What is wrong with a configuration: every mistake, not the first.
 *
 * One mistake is one line; several are counted on the first line and listed below it.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly mistakes: readonly Mistake[]) {
    const lines = mistakes.map(sentence);
    super(
      lines.length === 1 ? lines[0] : `${lines.length} mistakes:\n${lines.map((l) => `  ${l}`).join("\n")}`,
    );
  }
}
