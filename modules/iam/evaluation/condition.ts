import type { Context, ContextValue } from "./context";
import { EvaluationError } from "./evaluation-error";
import { OPERATORS, type Operator } from "./operators";
import { variableMistakes, withValues } from "./variables";

/** One key of a `Condition`, under one operator. */
export interface Condition {
  /** As the policy writes the operator. */
  readonly written: string;
  /** Undefined for `Null`. */
  readonly operator: Operator | undefined;
  readonly set: "ForAllValues" | "ForAnyValue" | undefined;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

/** The parts of an operator; undefined where there is no such one. */
export function operatorOf(written: string): Pick<Condition, "operator" | "set" | "ifExists"> | undefined {
  if (written === "Null") return { operator: undefined, set: undefined, ifExists: false };
  const [, set, name = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  return operator && { operator, set: set as Condition["set"], ifExists: ifExists !== undefined };
}

export function conditionMistakes({ written, operator, key, values }: Condition): string[] {
  const variables = values.filter((value) => value.includes("${"));
  const wrong = values
    .filter((value) => !variables.includes(value))
    .filter((value) => (operator ? !operator.admits(value) : !/^(true|false)$/i.test(value)));
  const rule = operator?.rule ?? "be true or false";
  return [
    ...(/^[\w./-]+:[^\s$]+$/.test(key) ? [] : [`a condition's key must name a service, got ${key}`]),
    ...(values.length > 0 ? [] : [`${written} ${key} must hold a value, got none`]),
    ...(operator === undefined && values.length > 1
      ? [`${written} ${key} must hold one value, got ${values.length}`]
      : []),
    ...wrong.map((value) => `${written} ${key} must ${rule}, got ${value}`),
    ...(operator?.variables
      ? variables.flatMap(variableMistakes)
      : variables.map((value) => `${written} ${key} must be literal, got ${value}`)),
  ];
}

/**
 * Whether a condition holds. A key that the request does not have fails it, unless the operator asks for no match, for all
 * values, or adds `IfExists`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 * @throws EvaluationError when the request does not say whether it has the key, or has a list without a set operator
 */
export function holds(condition: Condition, context: Context): boolean {
  const { written, operator, set, ifExists, key, values } = condition;
  const actual = context.value(key);
  if (operator === undefined) return (actual === null) === (values[0]?.toLowerCase() === "true");
  const expected = values.map((value) => withValues(value, context));
  if (actual === null) return ifExists || set === "ForAllValues" || (operator.negated && set === undefined);
  const meets = (value: string) => {
    const matched = expected.map((wanted) => operator.matches(value, wanted));
    return matched.includes(true) !== operator.negated;
  };
  if (set === "ForAllValues") return listed(actual).every(meets);
  if (set === "ForAnyValue") return listed(actual).some(meets);
  if (typeof actual === "string") return meets(actual);
  throw new EvaluationError(written, `a list must be asked with a set operator, got ${key} ${actual.join()}`);
}

const listed = (value: Exclude<ContextValue, null>): readonly string[] =>
  typeof value === "string" ? [value] : value;
