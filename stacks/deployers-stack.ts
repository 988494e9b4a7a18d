import type { Construct } from "constructs";
import { DeployRoles, PermissionsBoundary } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { ciOf } from "./ci";

/** Who may deploy, and the most that what they deploy may do: a person deploys it, as nobody of it may change it. */
export class DeployersStack extends BaseStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, "deployers", props);
    const boundary = new PermissionsBoundary(this, "Boundary", this.boundaryProps());
    const { project, environment, ci, keepDataOnDestroy } = this.config;
    const { keyAlias, stateBucket, sparkBucket, spark, migrate } = this.names;
    const issuer = ciOf(this.config);
    if (ci === undefined || issuer === undefined) return;
    const objects = ["jobs", "bootstrap"].map((kind) => `arn:aws:s3:::${sparkBucket}/${spark}/${kind}/*`);
    new DeployRoles(this, "Roles", {
      ...{ project, environment, keyAlias, boundary },
      ci: issuer,
      createProvider: ci.createProvider,
      stateBucketName: stateBucket,
      emptyBuckets: !keepDataOnDestroy,
      invokedFunctions: [migrate],
      ...(this.config.spark === undefined ? {} : { objects }),
    });
  }

  protected override get isAppliedByPerson(): boolean {
    return true;
  }

  /** Those who deploy are no part of what they deploy. */
  protected override limitRoles(): void {}
}
