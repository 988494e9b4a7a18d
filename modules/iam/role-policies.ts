import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ModuleError } from "../shared";
import { sizeMistakes, splitStatements } from "./policy-size";
import type { RoleReferenceProps } from "./role-reference";
import { policyJson, type Statement } from "./statement";

/** The policies of one role, made as grants come: AWS refuses an empty one. */
export class RolePolicies {
  readonly ready: ITerraformDependable[] = [];
  private statements: readonly Statement[] = [];
  private readonly policies: (IamRolePolicy | IamPolicy)[] = [];

  constructor(
    private readonly scope: Construct,
    private readonly role: IamRole,
    private readonly name: RoleReferenceProps,
    /** Managed policies that the role has besides. */
    private readonly otherAttachments: number,
  ) {}

  /** All that was granted. */
  get granted(): readonly Statement[] {
    return this.statements;
  }

  /** @throws ModuleError when it does not fit into what AWS takes; the policies stay as they were */
  add(statement: Statement): void {
    const statements = merged(this.statements, statement);
    const policies = splitStatements(statements);
    const mistakes = sizeMistakes(policies, this.otherAttachments);
    if (mistakes.length > 0) throw new ModuleError(this.scope, mistakes);
    this.statements = statements;
    policies.forEach((part, index) => {
      const policy = policyJson(part);
      const known = this.policies[index];
      if (known) known.policy = policy;
      else
        this.policies.push(index === 0 ? this.createInline(policy) : this.createManaged(index + 1, policy));
    });
  }

  private createInline(policy: string): IamRolePolicy {
    const inline = new IamRolePolicy(this.scope, "Access", { name: "access", role: this.role.name, policy });
    this.ready.push(inline);
    return inline;
  }

  /** In the role's own folder: who may not change the role may not change these. */
  private createManaged(number: number, policy: string): IamPolicy {
    const { roleName, path } = this.name;
    const managed = new IamPolicy(this.scope, `Access${number}`, {
      name: `${roleName}-access-${number}`,
      description: `Part ${number} of what ${roleName} may do`,
      ...(path === undefined ? {} : { path }),
      policy,
    });
    this.ready.push(
      new IamRolePolicyAttachment(this.scope, `Attachment${number}`, {
        role: this.role.name,
        policyArn: managed.arn,
      }),
    );
    return managed;
  }
}

/** Statements on the same resources under the same conditions become one; lists of the caller stay the caller's. */
function merged(statements: readonly Statement[], added: Statement): Statement[] {
  const { actions, resources, conditions } = added;
  const twin = statements.findIndex((known) => sameTarget(known, added));
  if (twin < 0) {
    const copy = { actions: [...actions], resources: [...resources], ...(conditions ? { conditions } : {}) };
    return [...statements, copy];
  }
  return statements.map((known, index) =>
    index === twin ? { ...known, actions: [...new Set([...known.actions, ...actions])] } : known,
  );
}

function sameTarget(a: Statement, b: Statement): boolean {
  const target = ({ resources, conditions }: Statement) => JSON.stringify([resources, conditions]);
  return target(a) === target(b);
}
