import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Aspects } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { arnOf } from "../shared";
import { outsideOf } from "./boundary-rules";
import { type BoundaryLimits, boundaryStatements } from "./boundary-table";
import { Role } from "./role";
import type { Boundary } from "./role-props";
import type { Statement } from "./statement";

const DEFAULTS = { path: "/boundary/" } as const;

export interface PermissionsBoundaryProps extends BoundaryLimits {
  /** Name of the policy in AWS. */
  readonly boundaryName: string;
  /**
   * Folder of the name, which the names of the environment's own policies do not reach. @default "/boundary/"
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names
   */
  readonly path?: string;
  /** What roles may do beside what the grants of this library give. @default nothing */
  readonly statements?: readonly Statement[];
}

/** A boundary by its name, wherever it is made: the most that roles below a scope may do, whatever is granted to them. */
export class PermissionsBoundaryReference extends Construct implements Boundary {
  readonly boundaryName: string;
  readonly path: string;
  /** Literal. */
  readonly boundaryArn: string;
  /** All that it admits. */
  readonly limits: readonly Statement[];

  constructor(scope: Construct, id: string, props: PermissionsBoundaryProps) {
    super(scope, id);
    const { boundaryName, path = DEFAULTS.path, statements = [] } = props;
    this.boundaryName = boundaryName;
    this.path = path;
    this.boundaryArn = arnOf(this, "iam", `policy${path}${boundaryName}`);
    this.limits = [...boundaryStatements(this, props), ...statements];
  }

  argumentIn(_scope: IConstruct): string {
    return this.boundaryArn;
  }

  /**
   * Puts the boundary on every role below `scope` that has none, whoever makes it. The synth fails where a role is granted
   * more than the boundary admits: AWS would refuse it in silence.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   */
  applyTo(scope: IConstruct): void {
    Aspects.of(scope).add({ visit: (node) => this.limit(node) });
    scope.node.addValidation({
      validate: () => scope.node.findAll().flatMap((node) => this.mistakesOf(node)),
    });
  }

  private limit(node: IConstruct): void {
    if (!(node instanceof IamRole) || node.permissionsBoundaryInput !== undefined) return;
    const owner = node.node.scope;
    if (owner instanceof Role && !owner.takesBoundary) return;
    node.permissionsBoundary = this.argumentIn(node);
  }

  private mistakesOf(node: IConstruct): string[] {
    if (!(node instanceof Role) || !node.takesBoundary) return [];
    return node.granted
      .flatMap((statement) => outsideOf(this.limits, statement))
      .map((got) => `${node.node.path}: grants must be within the boundary ${this.boundaryName}, got ${got}`);
  }
}
