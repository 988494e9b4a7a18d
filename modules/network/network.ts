import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcBlockPublicAccessExclusion } from "@cdktf/provider-aws/lib/vpc-block-public-access-exclusion";
import { Construct } from "constructs";
import { accountOf, ModuleError } from "../shared";
import { type PlannedSubnet, planAddresses, TIERS, type Tier } from "./address-plan";
import { GatewayEndpoints, InterfaceEndpoints } from "./endpoints";
import { NetworkFlowLog } from "./flow-log";
import { Gateways } from "./gateways";
import { NetworkAcls } from "./network-acls";
import { mistakesInNetwork } from "./network-mistakes";
import type { NetworkProps } from "./network-props";
import {
  ExistingNetwork,
  type ExistingNetworkProps,
  type NetworkReference,
  refuseEndpoints,
  refuseTier,
} from "./network-reference";
import { EMR_TAG } from "./subnet-tags";
import { TierSubnets } from "./tier-subnets";
import { type Zone, zonesOf } from "./zones";

const DEFAULTS = { nat: "none", ipv6: false, networkAcls: false, none: [] } as const;

/** Construct ids of the tiers. */
const TIER_ID = { public: "Public", private: "Private", isolated: "Isolated" } as const;

/** A VPC: tiers of subnets whose addresses never move, their ways out, endpoints, flow logs. */
export class Network extends Construct implements NetworkReference {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly zones: readonly string[];
  readonly resource: Vpc;
  /** The addresses of every subnet, known before the first plan. */
  readonly subnets: readonly PlannedSubnet[];
  readonly flowLog: NetworkFlowLog | undefined;
  private readonly tiers: ReadonlyMap<Tier, TierSubnets>;
  private readonly interfaceEndpoints: InterfaceEndpoints | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NetworkProps,
  ) {
    super(scope, id);
    const { zones, subnets } = this.plan();
    this.cidrBlock = props.cidrBlock;
    this.zones = zones.map(({ zoneName }) => zoneName);
    this.subnets = subnets;
    this.resource = this.createVpc();
    this.vpcId = this.resource.id;
    this.tiers = this.createTiers(zones);
    this.createGateways();
    this.createGatewayEndpoints();
    this.interfaceEndpoints = this.createInterfaceEndpoints();
    this.flowLog = this.createFlowLog();
    if (props.networkAcls ?? DEFAULTS.networkAcls) this.createNetworkAcls();
  }

  /** Reference to a network that is made elsewhere. */
  static fromExisting(scope: Construct, id: string, props: ExistingNetworkProps): ExistingNetwork {
    return new ExistingNetwork(scope, id, props);
  }

  hasTier(tier: Tier): boolean {
    return this.tiers.has(tier);
  }

  subnetIds(tier: Tier): string[] {
    return this.tiers.get(tier)?.subnetIds ?? refuseTier(this, tier, [...this.tiers.keys()]);
  }

  get endpointSecurityGroupId(): string {
    return this.interfaceEndpoints?.securityGroup.id ?? refuseEndpoints(this);
  }

  /** Zones and addresses, with every mistake of the props in one error. */
  private plan(): { zones: readonly Zone[]; subnets: readonly PlannedSubnet[] } {
    const { cidrBlock, tiers } = this.props;
    const { zones, mistakes } = zonesOf(accountOf(this).region, this.props.zones);
    const addresses = planAddresses({ cidrBlock, tiers, letters: zones.map(({ letter }) => letter) });
    const all = [...mistakes, ...addresses.mistakes, ...mistakesInNetwork(this.props, zones)];
    if (all.length > 0) throw new ModuleError(this, all);
    return { zones, subnets: addresses.subnets };
  }

  private createVpc(): Vpc {
    const { cidrBlock, networkName, tiers, blockPublicAccessExclusion } = this.props;
    const forEmr = TIERS.some((tier) => tiers[tier]?.uses?.includes("emr"));
    const vpc = new Vpc(this, "Resource", {
      cidrBlock,
      assignGeneratedIpv6CidrBlock: this.ipv6,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { ...this.tags, ...(forEmr ? EMR_TAG : {}), Name: networkName },
    });
    // Adopted without rules: what forgets to name a security group reaches nothing.
    new DefaultSecurityGroup(this, "DefaultSecurityGroup", {
      vpcId: vpc.id,
      ingress: [],
      egress: [],
      tags: { ...this.tags, Name: `${networkName}-default-unused` },
    });
    if (blockPublicAccessExclusion) {
      new VpcBlockPublicAccessExclusion(this, "BlockPublicAccessExclusion", {
        vpcId: vpc.id,
        internetGatewayExclusionMode: blockPublicAccessExclusion,
        tags: { ...this.tags, Name: networkName },
      });
    }
    return vpc;
  }

  private createTiers(zones: readonly Zone[]): ReadonlyMap<Tier, TierSubnets> {
    return new Map(
      TIERS.flatMap((tier): [Tier, TierSubnets][] => {
        const options = this.props.tiers[tier];
        if (options === undefined) return [];
        const { subnets, ipv6, tags } = this;
        const common = { vpc: this.resource, networkName: this.props.networkName, tags };
        return [
          [tier, new TierSubnets(this, TIER_ID[tier], { ...common, tier, options, zones, subnets, ipv6 })],
        ];
      }),
    );
  }

  private createGateways(): void {
    const { networkName, nat = DEFAULTS.nat, natZone } = this.props;
    const [publicTier, privateTier] = [this.tiers.get("public"), this.tiers.get("private")];
    new Gateways(this, "Gateways", {
      ...{ vpcId: this.vpcId, networkName, tags: this.tags, ipv6: this.ipv6 },
      ...{ publicTier, privateTier, nat, natZone },
    });
  }

  private createGatewayEndpoints(): void {
    const { networkName, gatewayEndpoints = DEFAULTS.none, readableBuckets = DEFAULTS.none } = this.props;
    new GatewayEndpoints(this, "GatewayEndpoints", {
      ...{ vpc: this.resource, networkName, tags: this.tags },
      ...{ services: gatewayEndpoints, readableBuckets, tiers: [...this.tiers.values()] },
    });
  }

  private createInterfaceEndpoints(): InterfaceEndpoints | undefined {
    const { networkName, interfaceEndpoints: services = DEFAULTS.none, interfaceEndpointTier } = this.props;
    const tier = interfaceEndpointTier
      ? this.tiers.get(interfaceEndpointTier)
      : (this.tiers.get("private") ?? this.tiers.get("isolated"));
    if (services.length === 0 || tier === undefined) return undefined;
    return new InterfaceEndpoints(this, "InterfaceEndpoints", {
      ...{ vpc: this.resource, networkName, tags: this.tags, ipv6: this.ipv6, services, tier },
    });
  }

  private createFlowLog(): NetworkFlowLog | undefined {
    const { networkName, flowLogs: logs } = this.props;
    if (logs === "none") return undefined;
    return new NetworkFlowLog(this, "FlowLog", { vpcId: this.vpcId, networkName, logs, tags: this.tags });
  }

  private createNetworkAcls(): void {
    const { networkName, nat = DEFAULTS.nat, gatewayEndpoints = DEFAULTS.none } = this.props;
    // The addresses of S3 and DynamoDB are public ones, also where they are reached by an endpoint.
    const endpoints = gatewayEndpoints.length > 0;
    const tiers = [...this.tiers].map(([tier, subnets]) => {
      const answers = endpoints || (tier === "private" && (nat !== "none" || this.ipv6));
      return { subnets, reach: { tier, answers } };
    });
    new NetworkAcls(this, "NetworkAcls", {
      ...{ vpc: this.resource, networkName, tags: this.tags, ipv6: this.ipv6, tiers },
    });
  }

  private get ipv6(): boolean {
    return this.props.ipv6 ?? DEFAULTS.ipv6;
  }

  private get tags() {
    return this.props.tags ?? {};
  }
}
