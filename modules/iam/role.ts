import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { accountOf, ModuleError } from "../shared";
import { RolePolicies } from "./role-policies";
import { type ManagedPolicyException, type RoleProps, roleMistakes } from "./role-props";
import { RoleReference, type RoleReferenceProps } from "./role-reference";
import type { Grantee, Statement } from "./statement";
import { statementMistakes } from "./statement-rules";
import { trustJson, trustMistakes } from "./trust";

/** A role that one service or named principals may take, and that can do what was granted to it and nothing else. */
export class Role extends RoleReference implements Grantee {
  readonly resource: IamRole;
  /** Whether the boundary of a scope around it is its own. */
  readonly takesBoundary: boolean;
  private readonly policies: RolePolicies;
  private readonly exceptions: ITerraformDependable[];

  /** A role that is made elsewhere. */
  static fromName(scope: Construct, id: string, props: RoleReferenceProps): RoleReference {
    return new RoleReference(scope, id, props);
  }

  constructor(scope: Construct, id: string, props: RoleProps) {
    super(scope, id, props);
    const { roleName, path, description, maxSessionSeconds, boundary, managedPolicies = [] } = props;
    const mistakes = [...trustMistakes(this, props), ...roleMistakes(props)];
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    this.takesBoundary = boundary === undefined;
    this.resource = new IamRole(this, "Resource", {
      name: roleName,
      description,
      assumeRolePolicy: trustJson(this, props),
      ...(path === undefined ? {} : { path }),
      ...(maxSessionSeconds === undefined ? {} : { maxSessionDuration: maxSessionSeconds }),
      ...(boundary && boundary !== "none" ? { permissionsBoundary: boundary.argumentIn(this) } : {}),
    });
    this.exceptions = this.attach(managedPolicies);
    this.policies = new RolePolicies(this, this.resource, props, managedPolicies.length);
  }

  /**
   * Adds a statement to the role's inline policy, which exists from the first grant on; what AWS does not take there
   * goes into managed policies of the role's own. Statements on the same resources under the same conditions become one.
   *
   * @throws ModuleError on an empty list, a wildcard in an action, a resource that is not a literal ARN (`*` is one for
   * the actions of `STAR_ACTIONS` and `DEPLOY_STAR_ACTIONS` alone), or more than AWS takes
   */
  allow(statement: Statement): void {
    const mistakes = statementMistakes(statement);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    this.policies.add(statement);
  }

  /** All that was granted, by AWS's own policies excepted. */
  get granted(): readonly Statement[] {
    return this.policies.granted;
  }

  /** What must wait until the role can do its work, because a literal ARN hides the order. */
  get ready(): ITerraformDependable[] {
    return [this.resource, ...this.exceptions, ...this.policies.ready];
  }

  private attach(exceptions: readonly ManagedPolicyException[]): ITerraformDependable[] {
    const { partition } = accountOf(this);
    return exceptions.map(
      ({ policyName }, index) =>
        new IamRolePolicyAttachment(this, `ManagedPolicy${index + 1}`, {
          role: this.resource.name,
          policyArn: `arn:${partition}:iam::aws:policy/${policyName}`,
        }),
    );
  }
}
