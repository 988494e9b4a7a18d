import type { Catalogue } from "./catalogue";
import { EvaluationError } from "./evaluation-error";
import type { Policy } from "./policy";
import { readPolicy } from "./read-policy";
import { policyText, type StackResource, type StackResources } from "./stack-resources";

/** A role, who may take it, and what it may do then. */
export interface RoleAccess {
  readonly name: string;
  readonly arn: string;
  /** `<stack>/<type>.<id>`. */
  readonly address: string;
  readonly trust: Policy;
  readonly identity: readonly Policy[];
  readonly boundary: Policy | null;
  readonly tags: Readonly<Record<string, string>>;
}

type Managed = Readonly<Record<string, string>>;

/** @param managed texts of AWS's own policies by their ARNs */
export function rolesIn(
  resources: StackResources,
  catalogue: Catalogue,
  managed: Managed,
): readonly RoleAccess[] {
  const policies = identityPolicies(resources, catalogue, managed);
  return resources.ofType("aws_iam_role").map((role) => {
    const { block, address } = role;
    const wrong = ["inline_policy", "managed_policy_arns"].filter((attribute) => attribute in block);
    if (wrong.length > 0)
      throw new EvaluationError(address, `policies must be resources, got ${wrong.join(", ")}`);
    const name = String(block.name);
    const text = policyText(role, "assume_role_policy");
    const boundary = "permissions_boundary" in block ? "permissions_boundary" : undefined;
    return {
      ...{ name, address, arn: iamArn(resources, role, "role"), tags: resources.tagsOf(role) },
      trust: readPolicy({ name: `trust of ${name}`, kind: "trust", text }, catalogue),
      identity: policies.get(role) ?? [],
      boundary: boundary ? managedPolicy(resources, role, boundary, catalogue, managed) : null,
    };
  });
}

function identityPolicies(
  resources: StackResources,
  catalogue: Catalogue,
  managed: Managed,
): ReadonlyMap<StackResource, readonly Policy[]> {
  const found = new Map<StackResource, readonly Policy[]>();
  const add = (from: StackResource, policyFor: (role: StackResource) => Policy) => {
    const role = resources.target(from, "role", "aws_iam_role", "name");
    found.set(role, [...(found.get(role) ?? []), policyFor(role)]);
  };
  for (const policy of resources.ofType("aws_iam_role_policy")) {
    add(policy, ({ block }) => {
      const name = `${policy.block.name ?? policy.address} of ${block.name}`;
      return readPolicy({ name, kind: "identity", text: policyText(policy, "policy") }, catalogue);
    });
  }
  for (const attachment of resources.ofType("aws_iam_role_policy_attachment"))
    add(attachment, () => managedPolicy(resources, attachment, "policy_arn", catalogue, managed));
  return found;
}

/** A policy of the environment's own, by reference or ARN, or one of AWS's. */
function managedPolicy(
  resources: StackResources,
  from: StackResource,
  attribute: string,
  catalogue: Catalogue,
  managed: Managed,
): Policy {
  const value = String(from.block[attribute]);
  const text = managed[value];
  if (text !== undefined) return readPolicy({ name: value, kind: "identity", text }, catalogue);
  if (/^arn:[^:]+:iam::aws:policy\//.test(value))
    throw new EvaluationError(from.address, `the text of a policy of AWS must be given, got ${value}`);
  const literal = resources
    .ofType("aws_iam_policy")
    .find((policy) => iamArn(resources, policy, "policy") === value);
  const policy = literal ?? resources.target(from, attribute, "aws_iam_policy", "arn");
  const name = String(policy.block.name);
  return readPolicy({ name, kind: "identity", text: policyText(policy, "policy") }, catalogue);
}

function iamArn({ place }: StackResources, { block }: StackResource, kind: "role" | "policy"): string {
  const path = typeof block.path === "string" ? block.path : "/";
  return `arn:${place.partition}:iam::${place.accountId}:${kind}${path}${block.name}`;
}
