import {
  type Catalogue,
  type EnvironmentPolicies,
  type Policy,
  policiesOf,
  type StackText,
} from "../../modules/iam/evaluation";
import emrServicePolicy from "./AmazonEMRServicePolicy_v2.json";

/** One thing that a role may do. */
export interface Permission {
  readonly action: string;
  /** ARN, with wildcards; `*` where AWS knows no resource. */
  readonly resource: string;
  /** What must hold, in words; none where nothing must. */
  readonly when: readonly string[];
  /** Name of the policy of AWS that says so; none where the library does. */
  readonly by?: string;
}

/** A role: who may take it, and all that it may do then. */
export interface RoleMap {
  readonly role: string;
  /** Services, and principals of accounts with what must hold. */
  readonly takenBy: readonly string[];
  readonly may: readonly Permission[];
}

/** Who may do what in an environment. */
export interface AccessMap {
  readonly environment: string;
  readonly accountId: string;
  readonly region: string;
  readonly roles: readonly RoleMap[];
}

/**
 * The policies of AWS that roles have, by ARN, in the version (6) of February 2026.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEMRServicePolicy_v2.html
 */
export const MANAGED_POLICIES: Readonly<Record<string, string>> = {
  "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2": JSON.stringify(emrServicePolicy),
};

/**
 * The exact set of permissions of every role, from the JSON that was synthesised: action × resource × condition.
 *
 * @throws EvaluationError where a policy says what this does not know how to read, as an action that AWS has not
 */
export function accessMap(
  environment: string,
  stacks: readonly StackText[],
  catalogue: Catalogue,
): AccessMap {
  const { accountId, region, roles } = policiesOf(stacks, catalogue, { managed: MANAGED_POLICIES });
  return {
    ...{ environment, accountId, region },
    roles: roles.map((role) => roleMap(role, catalogue)).sort((a, b) => compare(a.role, b.role)),
  };
}

function roleMap(
  { name, trust, identity }: EnvironmentPolicies["roles"][number],
  catalogue: Catalogue,
): RoleMap {
  const found = new Map<string, Permission>();
  for (const permission of identity.flatMap((policy) => permissionsIn(policy, catalogue)))
    found.set(JSON.stringify(permission), permission);
  return {
    role: name,
    takenBy: [...new Set(trust.statements.flatMap(takersIn))].sort(compare),
    may: [...found.values()].sort(
      (a, b) =>
        compare(a.resource, b.resource) ||
        compare(a.action, b.action) ||
        compare(a.when.join(), b.when.join()),
    ),
  };
}

/** What is denied, or said of everything but something, is none of the library's: it would need another map. */
function permissionsIn({ name, statements }: Policy, catalogue: Catalogue): Permission[] {
  const by = name in MANAGED_POLICIES ? { by: name.replace(/.*\//, "") } : {};
  return statements.flatMap(({ effect, actions, resources, conditions, place }) => {
    if (effect === "Deny" || actions.except || resources === undefined || resources.except)
      throw new Error(`${name}: ${place} must allow actions on resources, got another kind of statement`);
    const when = conditions.map(conditionText).sort(compare);
    const known = actions.patterns.flatMap((pattern) => catalogue.actionsMatching(pattern));
    return known.flatMap(({ name: action }) =>
      resources.patterns.map((resource) => ({ action, resource, when, ...by })),
    );
  });
}

function takersIn({ names, conditions }: Policy["statements"][number]): string[] {
  const when = conditions.map(conditionText).sort(compare);
  const suffix = when.length === 0 ? "" : `, when ${when.join(" and ")}`;
  const { aws = [], services = [], federated = [], everyone = "none" } = names ?? {};
  return [...aws, ...services, ...federated, ...(everyone === "none" ? [] : ["everyone"])].map(
    (taker) => `${taker}${suffix}`,
  );
}

/** `s3:prefix like events/*`; several values are each enough. */
function conditionText({ written, key, values }: Policy["statements"][number]["conditions"][number]): string {
  return `${key} ${written} ${values.join(" | ")}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
