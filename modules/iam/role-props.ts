import type { IConstruct } from "constructs";
import type { RoleReferenceProps } from "./role-reference";
import type { TrustProps } from "./trust";

/** The most that a role may do, whatever is granted to it. */
export interface Boundary {
  /** How a resource of `scope`'s stack names the policy: a reference where it is made there, else a literal ARN. */
  argumentIn(scope: IConstruct): string;
}

/** A policy of AWS that a role has because its own grants cannot stand for it. */
export interface ManagedPolicyException {
  /** Name with its path, such as `service-role/AmazonEMRServicePolicy_v2`. */
  readonly policyName: string;
  /** Why nothing narrower will do, in a sentence. */
  readonly reason: string;
}

export interface RoleProps extends RoleReferenceProps, TrustProps {
  /** What the role is for, shown in the console. */
  readonly description: string;
  /**
   * Longest session of a principal that takes the role, 3,600 to 43,200 seconds. @default 3600, AWS's own
   *
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
   */
  readonly maxSessionSeconds?: number;
  /**
   * The most that the role may do; `none` for one that deploys. @default the boundary that was applied to a scope around it
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   */
  readonly boundary?: Boundary | "none";
  /** Policies of AWS, by exception. @default none */
  readonly managedPolicies?: readonly ManagedPolicyException[];
}

/**
 * What is wrong with a role itself, beside who may take it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export function roleMistakes(props: RoleProps): string[] {
  const { roleName, path = "/", maxSessionSeconds: seconds = 3_600, managedPolicies = [] } = props;
  return [
    ...(/^[\w+=,.@-]{1,64}$/.test(roleName)
      ? []
      : [`roleName must be 1 to 64 letters, digits and _+=,.@-, got ${roleName || "nothing"}`]),
    ...pathMistakes(path),
    ...(Number.isInteger(seconds) && seconds >= 3_600 && seconds <= 43_200
      ? []
      : [`maxSessionSeconds must be a whole number of 3600 to 43200, got ${seconds}`]),
    ...managedPolicies
      .filter(({ policyName }) => !/^([\w+=,.@-]+\/)*[\w+=,.@-]+$/.test(policyName))
      .map(
        ({ policyName }) => `managedPolicies must be names of AWS's policies, got ${policyName || "nothing"}`,
      ),
    ...managedPolicies
      .filter(({ reason }) => !/\w+ \w+ \w+/.test(reason))
      .map(
        ({ policyName, reason }) =>
          `managedPolicies must have a reason, got ${reason || "none"} for ${policyName}`,
      ),
  ];
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export function pathMistakes(path: string): string[] {
  return path.length <= 512 && /^\/([\w+=,.@-]+\/)*$/.test(path)
    ? []
    : [`path must begin and end with / and hold 512 characters at most, got ${path || "nothing"}`];
}
