import type { Catalogue } from "./catalogue";
import { EvaluationError } from "./evaluation-error";
import { isObject, listOf } from "./list-of";
import type { Policy, PolicyKind } from "./policy";
import { readStatement } from "./read-statement";

const ELEMENTS = ["Version", "Id", "Statement"];

/**
 * Reads the JSON of a policy. What the evaluation does not know is an error, all of it at once.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @throws EvaluationError on an element, operator, principal or action that it does not know, and on references of Terraform
 */
export function readPolicy(
  { name, kind, text }: { readonly name: string; readonly kind: PolicyKind; readonly text: string },
  catalogue: Catalogue,
): Policy {
  const document = parse(name, text);
  const { Version, Statement } = document;
  const mistakes = [
    ...Object.keys(document)
      .filter((element) => !ELEMENTS.includes(element))
      .map((element) => `an element must be known, got ${element}`),
    ...(Version === "2012-10-17" ? [] : [`Version must be 2012-10-17, got ${Version ?? "none"}`]),
    ...(listOf(Statement).length > 0 ? [] : ["Statement must hold at least one, got none"]),
  ];
  const read = listOf(Statement).map((statement, index) =>
    readStatement(statement, { name, number: index + 1, kind, catalogue }),
  );
  const all = [...mistakes, ...read.flatMap((statement) => statement.mistakes)];
  if (all.length > 0) throw new EvaluationError(name, all);
  return { name, kind, statements: read.map(({ statement }) => statement) };
}

function parse(name: string, text: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new EvaluationError(name, `must be JSON, got ${text.slice(0, 80) || "nothing"}`);
  }
  if (isObject(document)) return document;
  throw new EvaluationError(name, `must be an object, got ${text.slice(0, 80)}`);
}
