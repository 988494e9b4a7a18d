import { Construct } from "constructs";
import { ModuleError } from "../shared";
import type { Tier } from "./address-plan";

/** A network that things are put into, whoever made it. */
export interface NetworkReference {
  readonly vpcId: string;
  /** IPv4 block of the VPC. */
  readonly cidrBlock: string;
  /** Names of the zones, in the order of their letters and of every list of subnets. */
  readonly zones: readonly string[];
  /** Whether the network has subnets of that tier. */
  hasTier(tier: Tier): boolean;
  /** Subnets of the tier, one for each zone. @throws ModuleError when the network has no such tier */
  subnetIds(tier: Tier): string[];
  /** Security group of the interface endpoints. @throws ModuleError when there are none */
  readonly endpointSecurityGroupId: string;
}

export interface ExistingNetworkProps {
  readonly vpcId: string;
  /** IPv4 block of the VPC. */
  readonly cidrBlock: string;
  /** Names of the zones, in the order of the lists of subnets. */
  readonly zones: readonly string[];
  /** Ids of the subnets by tier, one for each zone, or a list that is known after the apply. */
  readonly subnetIds: Readonly<Partial<Record<Tier, string[]>>>;
  /** Security group of the interface endpoints. @default none */
  readonly endpointSecurityGroupId?: string;
}

/** A network that is made elsewhere: by another stack, by hand, by another tool. */
export class ExistingNetwork extends Construct implements NetworkReference {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly zones: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ExistingNetworkProps,
  ) {
    super(scope, id);
    this.vpcId = props.vpcId;
    this.cidrBlock = props.cidrBlock;
    this.zones = [...props.zones];
  }

  hasTier(tier: Tier): boolean {
    return this.props.subnetIds[tier] !== undefined;
  }

  subnetIds(tier: Tier): string[] {
    return this.props.subnetIds[tier] ?? refuseTier(this, tier, Object.keys(this.props.subnetIds));
  }

  get endpointSecurityGroupId(): string {
    return this.props.endpointSecurityGroupId ?? refuseEndpoints(this);
  }
}

/** @throws ModuleError that says which tiers there are */
export function refuseTier(scope: Construct, tier: Tier, there: readonly string[]): never {
  throw new ModuleError(scope, `tier must be one of ${there.join(", ") || "none"}, got ${tier}`);
}

/** @throws ModuleError always */
export function refuseEndpoints(scope: Construct): never {
  throw new ModuleError(scope, "interfaceEndpoints must hold at least one for its security group, got none");
}
