import type { Condition } from "./condition";

/**
 * What a policy is attached to: a role, user or session (also as a boundary); a resource; or it says who may take a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types
 */
export type PolicyKind = "identity" | "resource" | "trust";

export interface Policy {
  /** What errors and reasons call it. */
  readonly name: string;
  readonly kind: PolicyKind;
  readonly statements: readonly PolicyStatement[];
}

/** Patterns, or everything but them. */
export interface Patterns {
  readonly patterns: readonly string[];
  readonly except: boolean;
}

/** Principals as a policy names them. */
export interface Names {
  /** `*`; the same among `AWS`, which may not stand for services; or neither. */
  readonly everyone: "all" | "accounts" | "none";
  /** ARNs, and numbers of accounts. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
  readonly except: boolean;
}

export interface PolicyStatement {
  /** Policy, number and `Sid`. */
  readonly place: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  /** Undefined in a trust policy: its role. */
  readonly resources: Patterns | undefined;
  /** Undefined in the policy of an identity: whoever has it. */
  readonly names: Names | undefined;
  readonly conditions: readonly Condition[];
}
