import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { Role } from "../../iam";
import { accountOf, arnOf } from "../../shared";
import type { BucketReference } from "../../storage";
import type { CertificateZip } from "./security-configuration";

interface ClusterRolesProps {
  readonly sparkName: string;
  readonly artefacts: BucketReference;
  readonly logs: BucketReference;
  readonly keyAlias: string;
  readonly encryptDisks: boolean;
  readonly certificate: CertificateZip | undefined;
}

/** What EMR does in the account, and what the instances do before a job's own role is there. */
export class ClusterRoles extends Construct {
  /** EMR takes it to start and end instances. */
  readonly service: Role;
  /** The instances have it: reads artefacts, writes logs, and takes the roles of the jobs. */
  readonly instance: Role;
  readonly instanceProfile: IamInstanceProfile;
  private readonly attachment: IamRolePolicyAttachment;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ClusterRolesProps,
  ) {
    super(scope, id);
    this.instance = this.createInstanceRole();
    this.instanceProfile = new IamInstanceProfile(this, "InstanceProfile", {
      name: this.instance.roleName,
      role: this.instance.resource.name,
    });
    this.service = this.createServiceRole();
    this.attachment = new IamRolePolicyAttachment(this, "ServicePolicy", {
      role: this.service.resource.name,
      policyArn: `arn:${accountOf(this).partition}:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2`,
    });
  }

  /** What a cluster must wait for. */
  get ready(): ITerraformDependable[] {
    return [...this.service.ready, ...this.instance.ready, this.attachment, this.instanceProfile];
  }

  /**
   * Lets the instances run a job as `role`. EMR tags the session.
   *
   * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-steps-runtime-roles.html#configure-ec2-profile
   */
  admitRole(role: Role): void {
    this.instance.allow({ actions: ["sts:AssumeRole", "sts:TagSession"], resources: [role.roleArn] });
  }

  private createInstanceRole(): Role {
    const { sparkName, artefacts, logs, certificate, encryptDisks } = this.props;
    const role = new Role(this, "Instance", {
      roleName: `${sparkName}-instance`,
      description: `Instances of ${sparkName}`,
      service: "ec2.amazonaws.com",
    });
    for (const part of ["jobs", "bootstrap"]) artefacts.grantRead(role, `${sparkName}/${part}/`);
    logs.grantWrite(role, `${sparkName}/logs/`);
    if (certificate) certificate.bucket.grantRead(role, certificate.key.replace(/[^/]+$/, ""));
    if (encryptDisks) this.allowDisks(role, ["Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey"]);
    return role;
  }

  /** The managed policy passes no role but EMR's default one to the instances. */
  private createServiceRole(): Role {
    const { sparkName, encryptDisks } = this.props;
    const role = new Role(this, "Service", {
      roleName: `${sparkName}-service`,
      description: `EMR for ${sparkName}`,
      service: "elasticmapreduce.amazonaws.com",
      sourceArn: arnOf(this, "elasticmapreduce", "*"),
    });
    role.allow({
      actions: ["iam:PassRole"],
      resources: [this.instance.roleArn],
      conditions: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    });
    if (encryptDisks) {
      this.allowDisks(role, [
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "ReEncryptFrom",
        "ReEncryptTo",
        "DescribeKey",
      ]);
      role.allow({
        actions: ["kms:CreateGrant"],
        resources: [this.keys],
        conditions: { ...this.ofAlias, Bool: { "kms:GrantIsForAWSResource": "true" } },
      });
    }
    return role;
  }

  /**
   * Instances and EMR call the key themselves, so there is no service to name as in `grantKey`.
   *
   * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-encryption-enable.html
   */
  private allowDisks(role: Role, actions: readonly string[]): void {
    role.allow({
      actions: actions.map((action) => `kms:${action}`),
      resources: [this.keys],
      conditions: this.ofAlias,
    });
  }

  private get keys(): string {
    return arnOf(this, "kms", "key/*");
  }

  private get ofAlias() {
    return { "ForAnyValue:StringEquals": { "kms:ResourceAliases": this.props.keyAlias } };
  }
}
