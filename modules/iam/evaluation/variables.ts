import type { Context } from "./context";
import { EvaluationError } from "./evaluation-error";
import { escaped } from "./wildcards";

/** What stands in `${…}`: a key of the request, and the text that stands for it where the request does not have it. */
const VARIABLE = /\$\{\s*([\w./-]+:[^\s,'{}]+?)\s*(?:,\s*'([^'{}]*)'\s*)?\}/g;

/** A letter that a pattern would take for something else. */
const LETTER = /\$\{[*?$]\}/g;

/**
 * What is wrong with the variables of a text. A reference of Terraform is none: it has no colon, and its value is not known.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function variableMistakes(text: string): string[] {
  const rest = text.replace(LETTER, "").replace(VARIABLE, "");
  return rest.includes("${") ? [`must be literal but for variables of IAM, got ${text}`] : [];
}

export const hasVariable = (text: string) => text.replace(LETTER, "").includes("${");

/**
 * Puts the request's values in; a wildcard in a value is a letter.
 *
 * @throws EvaluationError where the request has no such key, or several values of it, and the policy gives no other text
 */
export function withValues(text: string, context: Context): string {
  if (!hasVariable(text)) return text;
  return text.replace(VARIABLE, (_, key: string, otherwise: string | undefined) => {
    const value = context.value(key);
    if (typeof value === "string") return escaped(value);
    if (value === null && otherwise !== undefined) return escaped(otherwise);
    const got = value === null ? "none" : `${value.length} values`;
    throw new EvaluationError(text, `the request must have one value of ${key}, got ${got}`);
  });
}
