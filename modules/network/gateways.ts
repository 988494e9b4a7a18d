import { EgressOnlyInternetGateway } from "@cdktf/provider-aws/lib/egress-only-internet-gateway";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Construct } from "constructs";
import type { Letter } from "./address-plan";
import type { NetworkProps, Tags } from "./network-props";
import type { TierSubnets } from "./tier-subnets";

export interface GatewaysProps {
  readonly vpcId: string;
  readonly networkName: string;
  readonly publicTier: TierSubnets | undefined;
  readonly privateTier: TierSubnets | undefined;
  readonly nat: NonNullable<NetworkProps["nat"]>;
  readonly natZone: Letter | undefined;
  readonly ipv6: boolean;
  readonly tags: Tags;
}

/** The ways out of a network, and the default routes that lead to them. The isolated tier never has one. */
export class Gateways extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewaysProps,
  ) {
    super(scope, id);
    const { publicTier, privateTier, nat, ipv6 } = props;
    if (publicTier) {
      const internet = this.createInternetGateway(publicTier);
      if (privateTier && nat !== "none") this.createNat(publicTier, privateTier, internet);
    }
    if (privateTier && ipv6) this.createEgressOnlyGateway(privateTier);
  }

  private createInternetGateway(publicTier: TierSubnets): InternetGateway {
    const { vpcId, ipv6 } = this.props;
    const internet = new InternetGateway(this, "Internet", { vpcId, tags: this.tagsFor("internet") });
    publicTier.addDefaultRoutes("DefaultRoute", "0.0.0.0/0", () => ({ gatewayId: internet.id }));
    if (ipv6) publicTier.addDefaultRoutes("Ipv6DefaultRoute", "::/0", () => ({ gatewayId: internet.id }));
    return internet;
  }

  /**
   * A NAT gateway is known by its zone: from one to one in each zone, the first stays where it is.
   *
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
   */
  private createNat(publicTier: TierSubnets, privateTier: TierSubnets, internet: InternetGateway): void {
    const { nat, natZone } = this.props;
    const zones =
      nat === "perZone"
        ? publicTier.zones
        : publicTier.zones.filter(({ letter }) => natZone === undefined || letter === natZone).slice(0, 1);
    const gateways = zones.map(({ letter, subnet }) => {
      const here = new Construct(this, `Nat${letter.toUpperCase()}`);
      const tags = this.tagsFor(`nat-${letter}`);
      const address = new Eip(here, "Address", { domain: "vpc", tags, dependsOn: [internet] });
      const gateway = new NatGateway(here, "Resource", {
        allocationId: address.id,
        subnetId: subnet.id,
        tags,
        dependsOn: [internet],
      });
      return { letter, gateway };
    });
    privateTier.addDefaultRoutes("DefaultRoute", "0.0.0.0/0", (letter) => {
      const own = gateways.find((each) => each.letter === letter) ?? gateways[0];
      return own ? { natGatewayId: own.gateway.id } : {};
    });
  }

  private createEgressOnlyGateway(privateTier: TierSubnets): void {
    const { vpcId } = this.props;
    const egress = new EgressOnlyInternetGateway(this, "EgressOnly", {
      vpcId,
      tags: this.tagsFor("egress-only"),
    });
    privateTier.addDefaultRoutes("Ipv6DefaultRoute", "::/0", () => ({ egressOnlyGatewayId: egress.id }));
  }

  private tagsFor(part: string): Record<string, string> {
    return { ...this.props.tags, Name: `${this.props.networkName}-${part}` };
  }
}
