import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { arnOf, ModuleError } from "../shared";
import { type PermissionsBoundaryProps, PermissionsBoundaryReference } from "./boundary-reference";
import { boundaryGuards } from "./boundary-rules";
import { boundaryStatements } from "./boundary-table";
import { joinedByService, POLICY_LIMITS, policySize } from "./policy-size";
import { pathMistakes } from "./role-props";
import { policyJson } from "./statement";
import { statementMistakes } from "./statement-rules";

/** The policy that limits every role of an environment: what its names cover, and no way to make a role without it. */
export class PermissionsBoundary extends PermissionsBoundaryReference {
  readonly resource: IamPolicy;

  /** A boundary that another stack makes; with the same props, it admits the same. */
  static fromName(
    scope: Construct,
    id: string,
    props: PermissionsBoundaryProps,
  ): PermissionsBoundaryReference {
    return new PermissionsBoundaryReference(scope, id, props);
  }

  constructor(scope: Construct, id: string, props: PermissionsBoundaryProps) {
    super(scope, id, props);
    const guards = boundaryGuards(this.boundaryArn, [arnOf(this, "iam", "role/*")]);
    const policy = policyJson([...joinedByService(this.limits), ...guards]);
    this.check(props, policySize(policy));
    this.resource = new IamPolicy(this, "Resource", {
      name: this.boundaryName,
      path: this.path,
      description: `The most that roles of ${props.project}-${props.environment} may do`,
      policy,
    });
  }

  /** In its own stack a reference, so that it is there before the roles. */
  override argumentIn(scope: IConstruct): string {
    return TerraformStack.of(scope) === TerraformStack.of(this) ? this.resource.arn : this.boundaryArn;
  }

  private check(props: PermissionsBoundaryProps, size: number): void {
    const { boundaryName, project, environment, exceptServices = [], statements = [] } = props;
    const actions = boundaryStatements(this, { ...props, exceptServices: [] }).flatMap((row) => row.actions);
    const mistakes = [
      ...exceptServices
        .filter((service) => !actions.some((action) => action.startsWith(`${service}:`)))
        .map((service) => `exceptServices must be services of the boundary, got ${service || "nothing"}`),
      ...(/^[\w+=,.@-]{1,128}$/.test(boundaryName)
        ? []
        : [`boundaryName must be 1 to 128 letters, digits and _+=,.@-, got ${boundaryName || "nothing"}`]),
      ...pathMistakes(this.path),
      ...Object.entries({ project, environment })
        .filter(([, word]) => !/^[a-z][a-z0-9-]*$/.test(word))
        .map(([prop, word]) => `${prop} must be lower-case letters, digits and -, got ${word || "nothing"}`),
      ...statements.flatMap(statementMistakes),
      ...(size <= POLICY_LIMITS.managed
        ? []
        : [`the boundary must fit into ${POLICY_LIMITS.managed} characters, got ${size}`]),
    ];
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
  }
}
