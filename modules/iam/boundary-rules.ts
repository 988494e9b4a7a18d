import type { Conditions, EffectStatement, Statement } from "./statement";

/**
 * The part of a statement that a boundary does not admit, as `action on resource`. Cautious: a pattern is within another
 * when the other matches it letter by letter, and a condition of the boundary must stand in the statement too.
 */
export function outsideOf(
  limits: readonly Statement[],
  { actions, resources, conditions }: Statement,
): string[] {
  return actions.flatMap((action) =>
    resources
      .filter(
        (resource) =>
          !limits.some(
            (limit) =>
              limit.actions.includes(action) &&
              limit.resources.some((pattern) => isWithin(resource, pattern)) &&
              holds(conditions, limit.conditions),
          ),
      )
      .map((resource) => `${action} on ${resource}`),
  );
}

/** Whether all that `resource` can stand for, `pattern` stands for too. */
function isWithin(resource: string, pattern: string): boolean {
  const text = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${text.replaceAll("*", ".*").replaceAll("?", "[^*]")}$`).test(resource);
}

function holds(conditions: Conditions | undefined, wanted: Conditions | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(
      ([key, value]) => JSON.stringify(conditions?.[operator]?.[key]) === JSON.stringify(value),
    ),
  );
}

/**
 * Nobody makes a role without the boundary, takes it from one, or changes it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
 */
export function boundaryGuards(boundaryArn: string, roles: readonly string[]): EffectStatement[] {
  return [
    {
      effect: "Deny",
      actions: ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
      resources: roles,
      conditions: { StringNotEquals: { "iam:PermissionsBoundary": boundaryArn } },
    },
    { effect: "Deny", actions: ["iam:DeleteRolePermissionsBoundary"], resources: roles },
    {
      effect: "Deny",
      actions: [
        ...["iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"],
        "iam:DeletePolicy",
      ],
      resources: [boundaryArn],
    },
  ];
}
