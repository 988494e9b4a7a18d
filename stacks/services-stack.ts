import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { EcrRepository, EcsCluster, LoadBalancer, LogBucket } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { type Contract, publishContract, readContract } from "./contract";
import { NETWORK_CONTRACT } from "./network-stack";
import { STATE_CONTRACT } from "./state-stack";

/** Made by AWS: the balancer, by what a service needs of it. Cluster and repository have literal names. */
export const SERVICES_CONTRACT = {
  stack: "services",
  fields: { httpsListenerArn: "id", balancerGroupId: "id", balancerSuffix: "id" },
} as const satisfies Contract;

export interface ServicesStackProps extends PlatformStackProps {
  readonly dashboard: NonNullable<PlatformStackProps["config"]["dashboard"]>;
}

/**
 * What services share and what takes long to make: the cluster, the balancer, the repository of images. It needs no store, so it is deployed
 * beside them.
 */
export class ServicesStack extends BaseStack {
  private readonly settings: ServicesStackProps["dashboard"];

  constructor(scope: Construct, props: ServicesStackProps) {
    super(scope, SERVICES_CONTRACT.stack, props);
    this.settings = props.dashboard;
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);

    const repository = new EcrRepository(this, "Images", {
      repositoryName: this.names.dashboard,
      keyArn,
      keepOnDestroy: this.config.keepDataOnDestroy,
    });
    new EcsCluster(this, "Cluster", {
      clusterName: this.names.cluster,
      keyAlias: this.names.keyAlias,
      keyArn,
      spot: this.settings.spot,
      commandLogRetentionDays: this.settings.logRetentionDays,
    });
    const balancer = this.createBalancer(keyArn);

    publishContract(this, SERVICES_CONTRACT, {
      httpsListenerArn: balancer.httpsListenerArn,
      balancerGroupId: balancer.securityGroupId,
      balancerSuffix: balancer.arnSuffix,
    });
    new TerraformOutput(this, "Address", { value: balancer.address });
    new TerraformOutput(this, "Repository", { value: repository.repositoryUri });
  }

  private createBalancer(keyArn: string): LoadBalancer {
    const { vpcId, publicSubnetIds, privateSubnetIds } = readContract(this, "Network", NETWORK_CONTRACT);
    const { domain, certificateArn, hostedZoneId, public: isPublic, allowFrom, firewall } = this.settings;
    const logs = new LogBucket(this, "AccessLogs", {
      bucketName: this.names.logBucket,
      expireDays: this.settings.accessLogDays,
      keepOnDestroy: this.config.keepDataOnDestroy,
    });
    return new LoadBalancer(this, "Balancer", {
      ...{ vpcId, keyArn, certificateArn, hostedZoneId },
      balancerName: this.names.balancer("dashboard"),
      subnetIds: isPublic ? publicSubnetIds : privateSubnetIds,
      internal: !isPublic,
      allowFrom: allowFrom ?? [this.config.network.cidrBlock],
      domainName: domain,
      accessLogs: { bucket: logs },
      waf: firewall,
      // A page's controls may hold more than the 8 KB that this rule admits.
      wafCountedRules: firewall ? ["SizeRestrictions_BODY"] : [],
      deletionProtection: this.config.keepDataOnDestroy,
    });
  }
}
