import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Letter, PlannedSubnet, Tier } from "./address-plan";
import type { PublicTierProps, Tags } from "./network-props";
import { subnetTags } from "./subnet-tags";
import type { Zone } from "./zones";

/** Bits between a VPC's IPv6 block, a /56, and a subnet's /64. */
const IPV6_SUBNET_BITS = 8;

/** A subnet of a tier. */
export interface ZoneSubnet {
  readonly letter: Letter;
  readonly subnet: Subnet;
}

export interface TierSubnetsProps {
  readonly vpc: Vpc;
  readonly networkName: string;
  readonly tier: Tier;
  readonly options: PublicTierProps;
  readonly zones: readonly Zone[];
  readonly subnets: readonly PlannedSubnet[];
  readonly ipv6: boolean;
  readonly tags: Tags;
}

/**
 * The subnets of one tier, one in each zone. A private zone has a route table of its own, whatever NAT there
 * is, so that a change of NAT changes routes and nothing else; the other tiers share one.
 */
export class TierSubnets extends Construct {
  readonly zones: readonly ZoneSubnet[];
  /** Every route table of the tier: by the letter of its zone, or the only one of all zones without one. */
  readonly routeTables: ReadonlyMap<Letter | undefined, RouteTable>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TierSubnetsProps,
  ) {
    super(scope, id);
    const tables = new Map<Letter | undefined, RouteTable>();
    if (props.tier !== "private") tables.set(undefined, this.createRouteTable(this, ""));
    this.zones = props.zones.map((zone) => {
      const here = new Construct(this, zone.letter.toUpperCase());
      const subnet = this.createSubnet(here, zone);
      const shared = tables.get(undefined);
      const routeTable = shared ?? this.createRouteTable(here, `-${zone.letter}`);
      if (!shared) tables.set(zone.letter, routeTable);
      new RouteTableAssociation(here, "RouteTableAssociation", {
        subnetId: subnet.id,
        routeTableId: routeTable.id,
      });
      return { letter: zone.letter, subnet };
    });
    this.routeTables = tables;
  }

  get subnetIds(): string[] {
    return this.zones.map(({ subnet }) => subnet.id);
  }

  /** Sends everything that has no nearer route to `target`, in each of the tier's route tables. */
  addDefaultRoutes(
    id: string,
    destination: "0.0.0.0/0" | "::/0",
    target: (letter: Letter | undefined) => RouteTarget,
  ): void {
    for (const [letter, table] of this.routeTables) {
      new Route(table, id, {
        routeTableId: table.id,
        ...(destination === "::/0"
          ? { destinationIpv6CidrBlock: destination }
          : { destinationCidrBlock: destination }),
        ...target(letter),
      });
    }
  }

  private createSubnet(scope: Construct, { zoneName, letter }: Zone): Subnet {
    const { vpc, networkName, tier, options, subnets, ipv6, tags } = this.props;
    const planned = subnets.find((subnet) => subnet.tier === tier && subnet.letter === letter);
    if (planned === undefined) throw new RangeError(`${tier} ${letter} has no addresses`);
    return new Subnet(scope, "Subnet", {
      vpcId: vpc.id,
      availabilityZone: zoneName,
      cidrBlock: planned.cidrBlock,
      mapPublicIpOnLaunch: options.mapPublicIpOnLaunch ?? false,
      ...(ipv6
        ? {
            ipv6CidrBlock: Fn.cidrsubnet(vpc.ipv6CidrBlock, IPV6_SUBNET_BITS, planned.ipv6Network),
            assignIpv6AddressOnCreation: true,
          }
        : {}),
      tags: {
        ...tags,
        ...subnetTags(tier, options.uses),
        ...options.tags,
        ...options.zoneTags?.[letter],
        Name: `${networkName}-${tier}-${letter}`,
      },
    });
  }

  private createRouteTable(scope: Construct, suffix: string): RouteTable {
    const { vpc, networkName, tier, tags } = this.props;
    return new RouteTable(scope, "RouteTable", {
      vpcId: vpc.id,
      tags: { ...tags, Name: `${networkName}-${tier}${suffix}` },
    });
  }
}

/** Where a route leads. */
export interface RouteTarget {
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
  readonly egressOnlyGatewayId?: string;
}
