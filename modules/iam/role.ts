import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { accountOf, arnOf, ModuleError } from "../shared";
import { type Conditions, type Grantee, policyJson, type Statement } from "./statement";

export interface RoleProps {
  /** Name in AWS, up to 64 characters. */
  readonly roleName: string;
  /** The one service that may take the role, such as `lambda.amazonaws.com`. */
  readonly service: string;
  /** What the role is for, shown in the console. */
  readonly description: string;
  /**
   * ARN of what the service works for, or a pattern of it: no other account and nothing else can make the service
   * take the role. Only where the service documents that it passes it. @default none
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
   */
  readonly sourceArn?: string;
}

/** A role that one service may take, and that can do what was granted to it and nothing else. */
export class Role extends Construct implements Grantee {
  /** Literal, so that policies which name it can be read in review. */
  readonly roleArn: string;
  readonly roleName: string;
  readonly resource: IamRole;
  private readonly statements: Statement[] = [];
  private policy: IamRolePolicy | undefined;

  constructor(scope: Construct, id: string, props: RoleProps) {
    super(scope, id);
    const { roleName, service, description, sourceArn } = props;
    this.roleName = roleName;
    this.roleArn = arnOf(this, "iam", `role/${roleName}`);
    this.resource = new IamRole(this, "Resource", {
      name: roleName,
      description,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: service },
            Action: "sts:AssumeRole",
            ...(sourceArn === undefined ? {} : { Condition: this.sourceCondition(sourceArn) }),
          },
        ],
      }),
    });
  }

  /**
   * Adds a statement to the role's single inline policy, which exists from the first grant on
   * (AWS refuses an empty one). Statements on the same resources under the same conditions become one.
   *
   * @throws ModuleError on an empty list, a wildcard in an action, or a resource that is `*` or not a literal ARN
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

  private sourceCondition(sourceArn: string): Conditions {
    return {
      StringEquals: { "aws:SourceAccount": accountOf(this).accountId },
      ArnLike: { "aws:SourceArn": sourceArn },
    };
  }

  private mistakesIn({ actions, resources }: Statement): string[] {
    return [
      ...(actions.length > 0 ? [] : ["actions must hold at least one, got none"]),
      ...(resources.length > 0 ? [] : ["resources must hold at least one, got none"]),
      ...actions
        .filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))
        .map((action) => `actions must be exact, got ${action}`),
      ...resources
        .filter((resource) => !/^arn:aws:[a-z0-9-]+:[^:$]*:[^:$]*:[^$]+$/.test(resource))
        .map((resource) => `resources must be literal ARNs, got ${resource}`),
    ];
  }
}

function sameTarget(a: Statement, b: Statement): boolean {
  const target = ({ resources, conditions }: Statement) => JSON.stringify([resources, conditions]);
  return target(a) === target(b);
}
