import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Construct, type IConstruct } from "constructs";
import { accountOf, arnOf, ModuleError } from "../../shared";
import type { PermissionsBoundaryReference } from "../boundary-reference";
import type { BoundaryNames } from "../boundary-table";
import type { OidcTrust } from "../oidc-trust";
import { Role } from "../role";
import type { CiIssuer } from "./ci-issuer";
import { computeRows } from "./compute-rows";
import { type DeployPlaces, deployPlaces } from "./deploy-names";
import { type DeployRow, dataRows, statementsOf } from "./deploy-rows";
import { networkRows } from "./network-rows";
import { roleRows } from "./role-rows";

/** Not the environment's names: what deploys cannot change who deploys. */
const PATH = "/deploy/";

export interface DeployRolesProps extends BoundaryNames {
  /** Who may plan and who may apply: `github(…)` or `gitlab(…)`. */
  readonly ci: CiIssuer;
  /** The boundary without which the apply role makes no role. */
  readonly boundary: PermissionsBoundaryReference;
  /** Bucket of the states. */
  readonly stateBucketName: string;
  /** Where the states lie in it. @default "<project>/<environment>/" */
  readonly statePrefix?: string;
  /** ARNs, or patterns of them, of objects that stacks make, such as the code of Spark jobs. @default none */
  readonly objects?: readonly string[];
  /** Lets an apply empty the environment's buckets, as it must before it destroys one that holds data. @default false */
  readonly emptyBuckets?: boolean;
  /** Names of the functions that stacks invoke when they are applied, such as one that migrates a database. @default none */
  readonly invokedFunctions?: readonly string[];
  /** Ids of the zones of Route 53 that stacks write records into. @default none */
  readonly hostedZoneIds?: readonly string[];
  /** Makes the issuer's provider; an account has one for each issuer, so false where it is there. @default true */
  readonly createProvider?: boolean;
}

/**
 * Two roles for jobs that deploy one environment: one that plans, and one that applies. They are deployed by hand, in a
 * stack of their own, because neither may change itself.
 */
export class DeployRoles extends Construct {
  /** Reads states and what they describe, and takes their locks. */
  readonly plan: Role;
  /** Makes, changes and deletes what has a name of the environment, or its tags. */
  readonly apply: Role;
  private readonly places: DeployPlaces;

  /** ARN of the role that applies, wherever it is made. */
  static applyRoleArn(
    scope: IConstruct,
    { project, environment }: Pick<BoundaryNames, "project" | "environment">,
  ): string {
    return arnOf(scope, "iam", `role${PATH}${project}-${environment}-apply`);
  }

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DeployRolesProps,
  ) {
    super(scope, id);
    this.check();
    this.places = deployPlaces(this, props);
    const { ci, createProvider = true } = props;
    if (createProvider) this.createProvider(ci.apply);
    this.plan = this.createRole("Plan", "plan", "Plans", ci.plan);
    this.apply = this.createRole("Apply", "apply", "Plans and applies", ci.apply);
    for (const role of [this.plan, this.apply]) this.allow(role, "reads");
    this.allow(this.apply, "changes");
    this.allowStates();
  }

  private createProvider({ issuer, audience }: OidcTrust): void {
    new IamOpenidConnectProvider(this, "Provider", { url: `https://${issuer}`, clientIdList: [audience] });
  }

  private createRole(id: string, part: string, does: string, oidc: OidcTrust): Role {
    const { base } = this.places;
    return new Role(this, id, {
      roleName: `${base}-${part}`,
      path: PATH,
      description: `${does} ${base}`,
      oidc,
      boundary: "none",
    });
  }

  private allow(role: Role, kind: "reads" | "changes"): void {
    for (const statement of statementsOf(this.rows(), kind)) role.allow(statement);
  }

  private rows(): DeployRow[] {
    const { boundary, objects = [], emptyBuckets = false } = this.props;
    const { invokedFunctions = [], hostedZoneIds = [] } = this.props;
    const invoked = this.places.arn("lambda", ...invokedFunctions.map((name) => `function:${name}`));
    const zones = this.places.globalArn("route53", "", ...hostedZoneIds.map((zone) => `hostedzone/${zone}`));
    return [
      ...dataRows(this.places),
      ...computeRows(this.places),
      ...networkRows(this.places),
      ...roleRows(this.places, boundary.boundaryArn),
      ...(objects.length === 0
        ? []
        : [
            {
              service: "s3",
              resources: objects,
              reads: "GetObject GetObjectTagging",
              changes: "PutObject PutObjectTagging DeleteObject DeleteObjectVersion",
            },
            {
              service: "s3",
              resources: [...new Set(objects.map((arn) => arn.replace(/\/.*/, "")))],
              changes: "ListBucketVersions",
            },
          ]),
      ...(emptyBuckets
        ? [
            {
              service: "s3",
              resources: this.places.globalArn("s3", "", `${this.places.base}-*`),
              changes: "ListBucketVersions",
            },
            {
              service: "s3",
              resources: this.places.globalArn("s3", "", `${this.places.base}-*/*`),
              changes: "DeleteObject DeleteObjectVersion",
            },
          ]
        : []),
      ...(invoked.length === 0 ? [] : [{ service: "lambda", resources: invoked, changes: "InvokeFunction" }]),
      ...(zones.length === 0
        ? []
        : [
            {
              service: "route53",
              resources: zones,
              reads: "GetHostedZone ListResourceRecordSets",
              changes: "ChangeResourceRecordSets",
            },
            {
              service: "route53",
              resources: this.places.globalArn("route53", "", "change/*"),
              changes: "GetChange",
            },
          ]),
    ];
  }

  /**
   * A plan reads the state, and writes and deletes the lock beside it; only an apply writes the state.
   *
   * @see https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
   */
  private allowStates(): void {
    const { stateBucketName, project, environment, keyAlias } = this.props;
    const { statePrefix = `${project}/${environment}/` } = this.props;
    const { partition, region } = accountOf(this);
    const bucket = `arn:${partition}:s3:::${stateBucketName}`;
    const states = `${bucket}/${statePrefix}*.tfstate`;
    for (const role of [this.plan, this.apply]) {
      role.allow({
        actions: ["s3:ListBucket"],
        resources: [bucket],
        conditions: { StringLike: { "s3:prefix": ["env:/", `${statePrefix}*`] } },
      });
      role.allow({ actions: ["s3:GetObject"], resources: [states, `${states}.tflock`] });
      role.allow({ actions: ["s3:PutObject", "s3:DeleteObject"], resources: [`${states}.tflock`] });
      role.allow({
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [arnOf(this, "kms", "key/*")],
        conditions: {
          StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
          "ForAnyValue:StringEquals": { "kms:ResourceAliases": keyAlias },
        },
      });
    }
    this.apply.allow({ actions: ["s3:PutObject"], resources: [states] });
  }

  private check(): void {
    const { statePrefix, objects = [], invokedFunctions = [], hostedZoneIds = [] } = this.props;
    const mistakes = [
      ...(statePrefix === undefined || /^([\w.-]+\/)+$/.test(statePrefix)
        ? []
        : [`statePrefix must end with / and not begin with it, got ${statePrefix || "nothing"}`]),
      ...objects
        .filter((arn) => !/^arn:aws:s3:::[a-z0-9.-]+\/[^*?]+\/?[^/]*\*?$/.test(arn))
        .map((arn) => `objects must be ARNs of objects below a prefix, got ${arn || "nothing"}`),
      ...invokedFunctions
        .filter((name) => !/^[\w-]{1,64}$/.test(name))
        .map((name) => `invokedFunctions must be names of functions, got ${name || "nothing"}`),
      ...hostedZoneIds
        .filter((zone) => !/^Z[A-Z0-9]+$/.test(zone))
        .map((zone) => `hostedZoneIds must be ids of Route 53, got ${zone || "nothing"}`),
    ];
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
  }
}
