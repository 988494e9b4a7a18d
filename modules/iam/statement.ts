/** Condition operators → keys → values, as IAM writes them. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What a role may do: exact actions on literal ARNs, under conditions. */
export interface Statement {
  /** Exact actions, such as `s3:GetObject`. */
  readonly actions: readonly string[];
  /** Literal ARNs; `*` only inside a part that AWS or a prefix decides. */
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
}

/** Who receives a permission. */
export interface Grantee {
  /** Adds one statement to what the grantee may do. */
  allow(statement: Statement): void;
}

/** A statement that may also refuse: of a boundary, and of a resource policy. */
export interface EffectStatement extends Statement {
  readonly effect?: "Allow" | "Deny";
}

/** A statement of a resource policy: `principal` as IAM writes it. */
export interface ResourceStatement extends EffectStatement {
  readonly principal: "*" | Readonly<Record<string, string>>;
}

/**
 * A policy as JSON, the same text for the same statements.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function policyJson(statements: readonly (EffectStatement | ResourceStatement)[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map(statementJson) });
}

function statementJson(statement: EffectStatement | ResourceStatement) {
  const { actions, resources, conditions, effect = "Allow" } = statement;
  return {
    Effect: effect,
    ...("principal" in statement ? { Principal: statement.principal } : {}),
    Action: one(actions),
    Resource: one(resources),
    ...(conditions ? { Condition: conditions } : {}),
  };
}

/** AWS returns a list of one as a plain string; writing it so keeps plans empty. */
function one(values: readonly string[]): string | readonly string[] {
  const [first, ...rest] = values;
  return first !== undefined && rest.length === 0 ? first : values;
}

/**
 * Refuses what does not come over TLS: every action, or one where the service takes no wildcard, as SNS.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit
 */
export function denyWithoutTls(
  service: string,
  resources: readonly string[],
  action: string = "*",
): ResourceStatement {
  return {
    effect: "Deny",
    principal: "*",
    actions: [`${service}:${action}`],
    resources,
    conditions: { Bool: { "aws:SecureTransport": "false" } },
  };
}
