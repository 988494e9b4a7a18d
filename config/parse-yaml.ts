import { isAlias, isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { ConfigError, type Mistake } from "./config-error";

/** What the parser says in words of its programming interface, in ours. */
const SAID: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "repeats a key of the same map; keep one of them",
  MULTIPLE_DOCS: "begins a second document; a file holds one environment",
};

/** A YAML file's value, and where in the text each part of it stands. */
export interface YamlFile {
  readonly value: unknown;
  /** Line, from 1, of the deepest part of `path` that is in the file. */
  lineOf(path: readonly PropertyKey[]): number;
  /** The text of the scalar at `path` as it stands in the file, or undefined when there is no scalar. */
  sourceOf(path: readonly PropertyKey[]): string | undefined;
}

/**
 * Parses one YAML 1.2 document.
 *
 * @throws ConfigError with all syntax errors by line and column, a key that is there twice, or an empty file.
 */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const mistakes = [...document.errors, ...document.warnings].map(({ code, message, pos }): Mistake => {
    const { line, col: column } = lines.linePos(pos[0]);
    return { file, line, column, path: "", rule: SAID[code] ?? plain(message) };
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const root = document.contents;
  const value = madeValue(() => document.toJS({ maxAliasCount: 100 }), file);
  if (value === null || value === undefined) {
    throw new ConfigError([
      { file, path: "", rule: "is empty; it must hold at least project, account and region" },
    ]);
  }

  const resolved = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const pairsTo = (path: readonly PropertyKey[]): Pair[] => {
    const pairs: Pair[] = [];
    let node: unknown = root;
    for (const step of path) {
      const here = resolved(node);
      const pair = isMap(here) ? here.items.find(({ key }) => keyText(key) === String(step)) : undefined;
      if (pair === undefined) break;
      pairs.push(pair);
      node = pair.value;
    }
    return pairs;
  };

  return {
    value,
    lineOf: (path) => {
      const node = (pairsTo(path).at(-1)?.key ?? root) as Node | null;
      return lines.linePos(node?.range?.[0] ?? 0).line;
    },
    sourceOf: (path) => {
      const pairs = pairsTo(path);
      const node = resolved(pairs.length === path.length ? pairs.at(-1)?.value : undefined);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function madeValue(read: () => unknown, file: string): unknown {
  try {
    return read();
  } catch (error) {
    // An alias that names nothing, or one that multiplies without end, is found only when the value is made.
    throw new ConfigError([{ file, path: "", rule: plain((error as Error).message) }]);
  }
}

function plain(message: string): string {
  const first = message.split("\n")[0] ?? message;
  return `is not valid YAML: ${first.replace(/:?$/, "")}`;
}
