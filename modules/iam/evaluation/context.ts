import { EvaluationError } from "./evaluation-error";

/** A key's value in a request; a list where AWS says that the key is multivalued; null: the request has no such key. */
export type ContextValue = string | readonly string[] | null;

/** Keys without regard to capitals; `aws:ResourceTag/*` with null: none that begins so, but those that are given. */
export type RequestContext = Readonly<Record<string, ContextValue>>;

/**
 * What is known of a request. A key that nobody spoke of is an error: whether AWS sends it decides.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export class Context {
  private readonly values = new Map<string, ContextValue>();

  /** @param derived what follows from principal and resource, and may be said again but not otherwise */
  constructor(given: RequestContext, derived: RequestContext) {
    const mistakes = [derived, given].flatMap((keys) =>
      Object.entries(keys).flatMap(([key, value]) => this.add(key, value)),
    );
    if (mistakes.length > 0) throw new EvaluationError("context", mistakes);
  }

  /** @throws EvaluationError when the request does not say whether it has the key */
  value(key: string): ContextValue {
    const name = key.toLowerCase();
    const value = this.values.get(name) ?? (this.values.has(name) ? null : this.family(name));
    if (value !== undefined) return value;
    throw new EvaluationError("context", `must say ${key}, or that it is absent with null, got nothing`);
  }

  private add(key: string, value: ContextValue): string[] {
    const name = key.toLowerCase();
    const known = this.values.get(name);
    const told = JSON.stringify(value);
    this.values.set(name, value);
    return [
      ...(known === undefined || JSON.stringify(known) === told
        ? []
        : [`${key} must be ${JSON.stringify(known)}, got ${told}`]),
      ...(Array.isArray(value) && value.length === 0
        ? [`${key} must hold a value, or be null, got an empty list`]
        : []),
      ...(key.endsWith("/*") && value !== null ? [`${key} must be null, got ${told}`] : []),
    ];
  }

  private family(name: string): null | undefined {
    const slash = name.indexOf("/");
    return slash > 0 && this.values.has(`${name.slice(0, slash)}/*`) ? null : undefined;
  }
}
