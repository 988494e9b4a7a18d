import { Construct } from "constructs";
import { arnOf } from "../shared";
import type { Grantee } from "./statement";

export interface RoleReferenceProps {
  /** Name in AWS, up to 64 characters. */
  readonly roleName: string;
  /**
   * Folder of the name, which begins and ends with `/`; it is a part of the ARN. @default "/"
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names
   */
  readonly path?: string;
}

/** A role by its name, wherever it is made: grants on it. */
export class RoleReference extends Construct {
  readonly roleName: string;
  /** Literal, so that policies which name it can be read in review. */
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { roleName, path = "/" }: RoleReferenceProps) {
    super(scope, id);
    this.roleName = roleName;
    this.roleArn = arnOf(this, "iam", `role${path}${roleName}`);
  }

  /**
   * Lets `grantee` hand the role to one service, and to no other.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
   */
  grantPass(grantee: Grantee, service: string): void {
    grantee.allow({
      actions: ["iam:PassRole"],
      resources: [this.roleArn],
      conditions: { StringEquals: { "iam:PassedToService": service } },
    });
  }

  /** Lets `grantee` take the role; the role must name it among those who may. */
  grantTake(grantee: Grantee): void {
    grantee.allow({ actions: ["sts:AssumeRole"], resources: [this.roleArn] });
  }
}
