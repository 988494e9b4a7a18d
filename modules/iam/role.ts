import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { arnOf, ModuleError } from "../shared";
import { STAR_ACTIONS } from "./star-actions";
import { type Grantee, policyJson, type Statement } from "./statement";
import { type TrustProps, trustJson, trustMistakes } from "./trust";

export interface RoleProps extends TrustProps {
  /** Name in AWS, up to 64 characters. */
  readonly roleName: string;
  /** What the role is for, shown in the console. */
  readonly description: string;
  /**
   * Longest session of a principal that takes the role, 3,600 to 43,200 seconds. @default 3600, AWS's own
   *
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
   */
  readonly maxSessionSeconds?: number;
}

/** A role that one service or named principals may take, and that can do what was granted to it and nothing else. */
export class Role extends Construct implements Grantee {
  /** Literal, so that policies which name it can be read in review. */
  readonly roleArn: string;
  readonly roleName: string;
  readonly resource: IamRole;
  private readonly statements: Statement[] = [];
  private policy: IamRolePolicy | undefined;

  constructor(scope: Construct, id: string, props: RoleProps) {
    super(scope, id);
    const { roleName, description, maxSessionSeconds } = props;
    this.check(props);
    this.roleName = roleName;
    this.roleArn = arnOf(this, "iam", `role/${roleName}`);
    this.resource = new IamRole(this, "Resource", {
      name: roleName,
      description,
      assumeRolePolicy: trustJson(this, props),
      ...(maxSessionSeconds === undefined ? {} : { maxSessionDuration: maxSessionSeconds }),
    });
  }

  /**
   * Adds a statement to the role's single inline policy, which exists from the first grant on
   * (AWS refuses an empty one). Statements on the same resources under the same conditions become one.
   *
   * @throws ModuleError on an empty list, a wildcard in an action, or a resource that is not a literal ARN; `*` is one for
   * the actions of `STAR_ACTIONS` alone
   */
  allow(statement: Statement): void {
    const mistakes = this.mistakesIn(statement);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    const twin = this.statements.findIndex((known) => sameTarget(known, statement));
    const known = this.statements[twin];
    if (known) {
      this.statements[twin] = { ...known, actions: [...new Set([...known.actions, ...statement.actions])] };
    } else {
      const { actions, resources, conditions } = statement;
      this.statements.push({
        actions: [...actions],
        resources: [...resources],
        ...(conditions ? { conditions } : {}),
      });
    }
    const policy = policyJson(this.statements);
    if (this.policy) this.policy.policy = policy;
    else
      this.policy = new IamRolePolicy(this, "Access", { name: "access", role: this.resource.name, policy });
  }

  /** What must wait until the role can do its work, because a literal ARN hides the order. */
  get ready(): ITerraformDependable[] {
    return this.policy ? [this.resource, this.policy] : [this.resource];
  }

  private check(props: RoleProps): void {
    const { maxSessionSeconds: seconds = 3_600 } = props;
    const mistakes = trustMistakes(this, props);
    if (!Number.isInteger(seconds) || seconds < 3_600 || seconds > 43_200) {
      mistakes.push(`maxSessionSeconds must be a whole number of 3600 to 43200, got ${seconds}`);
    }
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
  }

  private mistakesIn({ actions, resources }: Statement): string[] {
    const takesStar = actions.every((action) => Object.hasOwn(STAR_ACTIONS, action));
    return [
      ...(actions.length > 0 ? [] : ["actions must hold at least one, got none"]),
      ...(resources.length > 0 ? [] : ["resources must hold at least one, got none"]),
      ...actions
        .filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))
        .map((action) => `actions must be exact, got ${action}`),
      ...resources
        .filter((resource) => !(resource === "*" && takesStar))
        .filter((resource) => !/^arn:aws:[a-z0-9-]+:[^:$]*:[^:$]*:[^$]+$/.test(resource))
        .map((resource) => `resources must be literal ARNs, got ${resource}`),
    ];
  }
}

function sameTarget(a: Statement, b: Statement): boolean {
  const target = ({ resources, conditions }: Statement) => JSON.stringify([resources, conditions]);
  return target(a) === target(b);
}
