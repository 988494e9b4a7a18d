import type { Construct } from "constructs";
import { Network, type NetworkTiers, type Tier } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { type Contract, publishContract, readContract } from "./contract";
import { STATE_CONTRACT } from "./state-stack";

/** Subnets of a tier that the environment leaves out are an empty list. */
export const NETWORK_CONTRACT = {
  stack: "network",
  fields: { vpcId: "id", publicSubnetIds: "ids", privateSubnetIds: "ids", isolatedSubnetIds: "ids" },
} as const satisfies Contract;

/** The network that everything with an address lives in. */
export class NetworkStack extends BaseStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, NETWORK_CONTRACT.stack, props);
    const { keyArn } = readContract(this, "State", STATE_CONTRACT);
    const { tiers, flowLogRetentionDays: retentionDays, ...settings } = this.config.network;

    const network = new Network(this, "Network", {
      ...settings,
      networkName: this.names.network,
      tiers: Object.fromEntries(tiers.map((tier) => [tier, this.tierOf(tier)])) as NetworkTiers,
      flowLogs: { destination: "cloudwatch", retentionDays, keyArn },
    });

    const subnetIds = (tier: Tier) => (network.hasTier(tier) ? network.subnetIds(tier) : []);
    publishContract(this, NETWORK_CONTRACT, {
      vpcId: network.vpcId,
      publicSubnetIds: subnetIds("public"),
      privateSubnetIds: subnetIds("private"),
      isolatedSubnetIds: subnetIds("isolated"),
    });
  }

  /** EMR looks for the subnets of its clusters by a tag. */
  private tierOf(tier: Tier) {
    return tier === "private" && this.config.spark !== undefined ? ({ uses: ["emr"] } as const) : {};
  }
}
