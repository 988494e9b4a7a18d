import { type EffectStatement, policyJson, type Statement } from "./statement";

/**
 * What AWS takes at most: characters of a role's inline policies together, of a managed policy, of a trust policy, and
 * managed policies of one role. The last two can be raised on request; we do not count on it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const POLICY_LIMITS = { inline: 10_240, managed: 6_144, trust: 2_048, attachments: 10 } as const;

/** Characters of a policy as AWS counts them: without white space. */
export function policySize(json: string): number {
  return json.replace(/\s/g, "").length;
}

/**
 * Statements in the order of their grants, by the policy that holds them: the first is inline, the others are managed.
 * A later grant never takes a policy away, so what was made for one stays.
 */
export function splitStatements(statements: readonly Statement[]): Statement[][] {
  const policies: Statement[][] = [[]];
  for (const statement of statements) {
    const last = policies[policies.length - 1] ?? [];
    const limit = policies.length === 1 ? POLICY_LIMITS.inline : POLICY_LIMITS.managed;
    if (last.length === 0 || policySize(policyJson([...last, statement])) <= limit) last.push(statement);
    else policies.push([statement]);
  }
  return policies;
}

/** What is wrong with the sizes of policies that `splitStatements` made. */
export function sizeMistakes(
  policies: readonly (readonly Statement[])[],
  otherAttachments: number,
): string[] {
  const [inline = [], ...managed] = policies;
  const attachments = managed.length + otherAttachments;
  return [
    ...[inline, ...managed].flatMap((statements, index) => {
      const limit = index === 0 ? POLICY_LIMITS.inline : POLICY_LIMITS.managed;
      const size = policySize(policyJson(statements));
      const [first = "none"] = statements.flatMap(({ actions }) => actions);
      return size <= limit
        ? []
        : [`a statement must fit into ${limit} characters, got ${size} in that with ${first}`];
    }),
    ...(attachments <= POLICY_LIMITS.attachments
      ? []
      : [`the role must have ${POLICY_LIMITS.attachments} managed policies at most, got ${attachments}`]),
  ];
}

/**
 * The same in fewer characters: statements without conditions become one where no two are about the same service, so
 * that no action meets a resource that another statement was about.
 */
export function joinedByService(statements: readonly EffectStatement[]): EffectStatement[] {
  const joined: Statement[] = [];
  const others: EffectStatement[] = [];
  const taken = new Set<string>();
  for (const statement of statements) {
    const services = servicesOf(statement);
    const plain = statement.conditions === undefined && (statement.effect ?? "Allow") === "Allow";
    if (plain && !statement.resources.includes("*") && services.every((service) => !taken.has(service))) {
      for (const service of services) taken.add(service);
      joined.push(statement);
    } else others.push(statement);
  }
  const actions = joined.flatMap((statement) => statement.actions);
  const resources = joined.flatMap((statement) => statement.resources);
  return actions.length === 0 ? others : [{ actions, resources }, ...others];
}

/** Of the actions and of the resources: `sts:AssumeRole` is about a role of `iam`. */
function servicesOf({ actions, resources }: Statement): string[] {
  const services = [
    ...actions.map((action) => action.split(":")[0]),
    ...resources.map((resource) => resource.split(":")[2]),
  ];
  return [...new Set(services.map((service) => service ?? ""))];
}
