import type { Catalogue } from "./catalogue";
import { EvaluationError } from "./evaluation-error";
import type { Policy } from "./policy";
import { readPolicy } from "./read-policy";
import { ATTACHED_POLICIES, INLINE_POLICIES, RESOURCE_ARNS, WIDER_POLICIES } from "./resource-arns";
import { type RoleAccess, rolesIn } from "./roles-in";
import {
  type Place,
  policyText,
  type StackResource,
  StackResources,
  type StackText,
} from "./stack-resources";

/** A resource that calls name, with its own policy. */
export interface ProtectedResource {
  /** As Terraform calls it, such as `aws_s3_bucket`. */
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  /** `<stack>/<type>.<id>`. */
  readonly address: string;
  readonly policy: Policy | null;
  /** Other names of a key. */
  readonly aliases: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** All that an environment's stacks say of who may do what. */
export interface EnvironmentPolicies extends Place {
  readonly roles: readonly RoleAccess[];
  readonly resources: readonly ProtectedResource[];
  /** Of endpoints of the network, and of logs. */
  readonly wider: readonly Policy[];
}

export interface PoliciesOptions {
  /** Texts of AWS's own policies by their ARNs. @default none, and a role that has one is an error */
  readonly managed?: Readonly<Record<string, string>>;
}

/** Types whose policies are read. */
const READ = [
  ...["aws_iam_role", "aws_iam_role_policy", "aws_iam_policy"],
  ...[...Object.keys(INLINE_POLICIES), ...Object.keys(ATTACHED_POLICIES), ...Object.keys(WIDER_POLICIES)],
];

/** Ways to give a permission that are not read. */
const UNKNOWN =
  /^aws_(iam_(user|group|policy_attachment|role_policies|role_policy_attachments|service_linked_role)|lambda_permission|kms_grant|s3control_|s3_access_point|lakeformation_|dynamodb_resource_policy|vpc_endpoint_policy)/;

/**
 * Reads the policies out of the synthesised JSON of all stacks of an environment.
 *
 * @throws EvaluationError on a policy that it does not know how to read, or that is not literal
 */
export function policiesOf(
  stacks: readonly StackText[],
  catalogue: Catalogue,
  { managed = {} }: PoliciesOptions = {},
): EnvironmentPolicies {
  const resources = new StackResources(stacks);
  const mistakes = resources.all.flatMap(unreadIn);
  if (mistakes.length > 0) throw new EvaluationError("stacks", mistakes);
  return {
    ...resources.place,
    roles: rolesIn(resources, catalogue, managed),
    resources: protectedIn(resources, catalogue),
    wider: Object.entries(WIDER_POLICIES).flatMap(([type, attribute]) =>
      resources
        .ofType(type)
        .filter(({ block }) => attribute in block)
        .map((resource) => policyIn(resource, attribute, catalogue)),
    ),
  };
}

function unreadIn({ type, address, block }: StackResource): string[] {
  const holds = !READ.includes(type) && JSON.stringify(block).includes('\\"Statement\\"');
  return holds || UNKNOWN.test(type) ? [`permissions must be of a known kind, got ${address}`] : [];
}

function protectedIn(resources: StackResources, catalogue: Catalogue): readonly ProtectedResource[] {
  const attached = attachedIn(resources, catalogue);
  return Object.entries(RESOURCE_ARNS).flatMap(([type, { name, arn }]) =>
    resources.ofType(type).map((resource) => {
      const named = String(resource.block[name]);
      const inline = INLINE_POLICIES[type];
      const own = inline !== undefined && inline in resource.block;
      return {
        ...{ type, name: named, arn: arn(resources.place, named), address: resource.address },
        policy: own ? policyIn(resource, inline, catalogue) : (attached.get(resource) ?? null),
        aliases: type === "aws_kms_key" ? aliasesOf(resources, resource) : [],
        tags: resources.tagsOf(resource),
      };
    }),
  );
}

function attachedIn(resources: StackResources, catalogue: Catalogue): ReadonlyMap<StackResource, Policy> {
  const pairs = Object.entries(ATTACHED_POLICIES).flatMap(([type, { of, type: owner }]) =>
    resources.ofType(type).map((resource) => {
      const target = resources.target(resource, of, owner, RESOURCE_ARNS[owner]?.name ?? "name");
      return [target, policyIn(resource, "policy", catalogue)] as const;
    }),
  );
  return new Map(pairs);
}

function aliasesOf(resources: StackResources, key: StackResource): readonly string[] {
  return resources
    .ofType("aws_kms_alias")
    .filter((alias) => resources.target(alias, "target_key_id", "aws_kms_key", "arn") === key)
    .map(({ block }) => String(block.name));
}

const policyIn = (resource: StackResource, attribute: string, catalogue: Catalogue): Policy =>
  readPolicy(
    { name: `policy of ${resource.address}`, kind: "resource", text: policyText(resource, attribute) },
    catalogue,
  );
