import { EvaluationError } from "./evaluation-error";

/** What a policy writes for the letters `*`, `?` and `$` themselves, a wildcard, or anything else. */
const PARTS = /\$\{([*?$])\}|[*?]|[^*?$]+|\$/g;

/** Every comparison of a proof is made thousands of times. */
const compiled = new Map<string, RegExp>();

interface Reading {
  /** What a wildcard stands for at most. */
  readonly any: string;
  readonly ignoreCase: boolean;
}

/** Whether `text` is what `pattern` says: `*` stands for any letters, `?` for one. */
export function matchesPattern(pattern: string, text: string): boolean {
  return read(pattern, { any: ".", ignoreCase: false }).test(text);
}

/** The same without regard to capitals, as actions are compared. */
export function matchesAction(pattern: string, action: string): boolean {
  return read(pattern, { any: ".", ignoreCase: true }).test(action);
}

/**
 * Whether a resource is what an ARN with wildcards says. A `*` at the end of a segment goes on beyond its colon. Whether
 * any other wildcard does is not said.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * @throws EvaluationError where it would depend on that
 */
export function matchesResource(pattern: string, arn: string): boolean {
  const wide = matchesPattern(pattern, arn);
  if (!wide || !/[*?]/.test(pattern)) return wide;
  if (read(pattern, { any: "[^:]", ignoreCase: false }).test(arn)) return true;
  throw new EvaluationError(
    "Resource",
    `a wildcard inside a segment must not stand for a colon, got ${pattern} for ${arn}`,
  );
}

function read(pattern: string, { any, ignoreCase }: Reading): RegExp {
  const key = `${any} ${ignoreCase} ${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const text = pattern.replace(PARTS, (part: string, escaped: string | undefined, at: number) => {
    if (part === "*") return /^(:|$)/.test(pattern.slice(at + 1)) ? ".*" : `${any}*`;
    return part === "?" ? any : literal(escaped ?? part);
  });
  const made = new RegExp(`^${text}$`, ignoreCase ? "is" : "s");
  compiled.set(key, made);
  return made;
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Makes a text one that stands for itself in a pattern. */
export const escaped = (text: string) => text.replace(/[*?$]/g, `\${$&}`);

/** A pattern without wildcards as the text that it stands for. */
export const unescaped = (pattern: string) => pattern.replace(/\$\{([*?$])\}/g, "$1");

/** Whether there is a text that both patterns stand for. */
export function overlap(one: string, other: string): boolean {
  const known = new Map<number, boolean>();
  const meet = (a: number, b: number): boolean => {
    const key = a * (other.length + 2) + b;
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, false);
    const result = step(a, b);
    known.set(key, result);
    return result;
  };
  const step = (a: number, b: number): boolean => {
    const [left, right] = [one[a], other[b]];
    if (left === undefined && right === undefined) return true;
    if (left === "*") return meet(a + 1, b) || (right !== undefined && meet(a, b + 1));
    if (right === "*") return meet(a, b + 1) || (left !== undefined && meet(a + 1, b));
    if (left === undefined || right === undefined) return false;
    return (left === right || left === "?" || right === "?") && meet(a + 1, b + 1);
  };
  return meet(0, 0);
}
