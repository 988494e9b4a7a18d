import { Ec2Tag } from "@cdktf/provider-aws/lib/ec2-tag";
import { EmrSecurityConfiguration } from "@cdktf/provider-aws/lib/emr-security-configuration";
import { Fn, type ITerraformDependable, TerraformIterator, Token } from "cdktf";
import type { Construct } from "constructs";
import { arnOf } from "../../shared";
import type { JobTrust, SparkJob } from "../jobs/spark-job";
import { stepTask } from "../machine/emr-states";
import { SparkRunner } from "../machine/spark-runner";
import { BootstrapFiles } from "./bootstrap";
import type { SparkClusterOptions } from "./cluster-props";
import { ClusterRoles } from "./cluster-roles";
import { CLUSTER_DEFAULTS, clusterMistakes } from "./cluster-rules";
import { ClusterSecurityGroups } from "./cluster-security-groups";
import { mergedConfigurations } from "./configurations";
import { CLUSTER_TAG, EMR_TAG } from "./emr-tag";
import { type JobFlow, SUBNET_IDS } from "./job-flow";
import { SECURITY_DEFAULTS, securityJson } from "./security-configuration";

/** What a cluster on EC2 has, whether it comes and goes or stays: roles, security groups, security configuration, scripts. */
export abstract class ClusterBase extends SparkRunner {
  protected readonly roles: ClusterRoles;
  protected readonly groups: ClusterSecurityGroups;
  protected readonly security: EmrSecurityConfiguration;
  protected readonly bootstrap: BootstrapFiles;
  private readonly networkTags: ITerraformDependable[] = [];

  protected constructor(
    scope: Construct,
    id: string,
    protected readonly options: SparkClusterOptions,
    mistakes: readonly string[],
  ) {
    super(scope, id, options, [...clusterMistakes(options), ...mistakes]);
    const { sparkName, artefacts, vpcId, keyArn, security = {}, bootstrapActions = [] } = options;
    const { release = CLUSTER_DEFAULTS.release } = options;
    this.roles = this.createRoles();
    this.groups = new ClusterSecurityGroups(this, "SecurityGroups", { sparkName, vpcId, release });
    this.security = new EmrSecurityConfiguration(this, "Security", {
      name: sparkName,
      configuration: securityJson(security, keyArn),
    });
    this.bootstrap = new BootstrapFiles(this, "Bootstrap", sparkName, artefacts, bootstrapActions);
    if (options.tagNetwork) this.createNetworkTags();
    this.grantSteps();
  }

  /** Of the instances: grant it what bootstrap actions need, never what a job does. */
  get instanceRole() {
    return this.roles.instance;
  }

  protected override get jobTrust(): JobTrust {
    return { principals: [this.roles.instance.roleArn], sessionTags: true };
  }

  protected override get sideBySide(): boolean {
    return (this.options.stepConcurrency ?? CLUSTER_DEFAULTS.stepConcurrency) > 1;
  }

  /** How the machine names the cluster of a step: an id, or where it finds it. */
  protected abstract get clusterId(): string;

  protected override taskOf({ jobName, role, submit }: SparkJob) {
    return stepTask(this.clusterId, jobName, role.roleArn, submit);
  }

  /**
   * A step runs as the job's role and no other, on clusters of this name and no other. Nothing is passed to a service: the
   * instances take the role, whose own policy admits them.
   *
   * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-steps-runtime-roles.html
   */
  protected override admitJob({ role }: SparkJob): void {
    this.roles.admitRole(role);
    this.machineRole.allow({
      actions: ["elasticmapreduce:AddJobFlowSteps"],
      resources: [this.clusters],
      conditions: {
        StringEquals: {
          [`elasticmapreduce:ResourceTag/${CLUSTER_TAG}`]: this.sparkName,
          "elasticmapreduce:ExecutionRoleArn": role.roleArn,
        },
      },
    });
  }

  protected override get engine(): readonly ITerraformDependable[] {
    return [
      ...this.roles.ready,
      ...this.groups.ready,
      ...this.bootstrap.files,
      ...this.networkTags,
      this.security,
    ];
  }

  protected override get definition(): string {
    const { subnetIds } = this.options;
    const list = Token.isUnresolved(subnetIds)
      ? Token.asString(Fn.jsonencode(subnetIds))
      : JSON.stringify(subnetIds);
    return super.definition.replace(JSON.stringify(SUBNET_IDS), list);
  }

  /** The cluster, as its props and defaults make it. */
  protected get flow(): JobFlow {
    const { options, roles, groups } = this;
    const { release = CLUSTER_DEFAULTS.release, python = CLUSTER_DEFAULTS.python } = options;
    const { applications = [], configurations = {} } = options;
    return {
      sparkName: this.sparkName,
      release,
      applications: [...new Set(["Spark", ...applications])],
      configurations: mergedConfigurations(configurations, python),
      capacity: options.capacity,
      managedScaling: options.managedScaling,
      autoTerminationSeconds: options.autoTerminationSeconds ?? CLUSTER_DEFAULTS.autoTerminationSeconds,
      stepConcurrency: options.stepConcurrency ?? CLUSTER_DEFAULTS.stepConcurrency,
      rootVolumeGiB: options.rootVolumeGiB ?? CLUSTER_DEFAULTS.rootVolumeGiB,
      customAmiId: options.customAmiId,
      bootstrapActions: this.bootstrap.actions,
      logAddress: `s3://${options.logs.bucketName}/${this.sparkName}/logs/`,
      keyArn: options.keyArn,
      serviceRole: roles.service.roleName,
      instanceProfile: roles.instance.roleName,
      securityConfiguration: this.security.name,
      primarySecurityGroupId: groups.primary.id,
      workersSecurityGroupId: groups.workers.id,
      serviceSecurityGroupId: groups.service.id,
      subnetId: firstOf(options.subnetIds),
    };
  }

  /** Any cluster of the account: what is said of it is limited to those with this one's tag. */
  protected get clusters(): string {
    return arnOf(this, "elasticmapreduce", "cluster/*");
  }

  private createRoles(): ClusterRoles {
    const { sparkName, artefacts, logs, keyAlias, security = {} } = this.options;
    const { encryptDisks = SECURITY_DEFAULTS.encryptDisks, certificate } = security;
    return new ClusterRoles(this, "Roles", {
      sparkName,
      artefacts,
      logs,
      keyAlias,
      encryptDisks,
      certificate,
    });
  }

  private createNetworkTags(): void {
    const each = TerraformIterator.fromList(this.options.subnetIds);
    for (const [key, value] of Object.entries(EMR_TAG)) {
      this.networkTags.push(
        new Ec2Tag(this, "VpcTag", { resourceId: this.options.vpcId, key, value }),
        new Ec2Tag(this, "SubnetTags", { forEach: each, resourceId: each.value, key, value }),
      );
    }
  }

  private grantSteps(): void {
    this.machineRole.allow({
      actions: ["DescribeStep", "CancelSteps", "DescribeCluster"].map(
        (action) => `elasticmapreduce:${action}`,
      ),
      resources: [this.clusters],
      conditions: this.ofThisName,
    });
  }

  protected get ofThisName() {
    return { StringEquals: { [`elasticmapreduce:ResourceTag/${CLUSTER_TAG}`]: this.sparkName } };
  }
}

/** The first of a list that Terraform may know only later. */
function firstOf(subnetIds: string[]): string {
  const [first = ""] = subnetIds;
  return Token.isUnresolved(subnetIds) ? Token.asString(Fn.element(subnetIds, 0)) : first;
}
