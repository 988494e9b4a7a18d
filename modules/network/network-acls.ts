import { NetworkAcl } from "@cdktf/provider-aws/lib/network-acl";
import { NetworkAclAssociation } from "@cdktf/provider-aws/lib/network-acl-association";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import type { Tier } from "./address-plan";
import type { Tags } from "./network-props";
import type { TierSubnets } from "./tier-subnets";

/** How far packets of a tier go; decides what its ACL admits. */
export interface Reach {
  readonly tier: Tier;
  /** Whether answers from outside the VPC come in: through NAT, or from a gateway endpoint. */
  readonly answers: boolean;
}

/** A rule, without what is zero for every protocol but ICMP. */
interface Rule {
  readonly ruleNo: number;
  readonly protocol: "-1" | "icmp" | "58" | "tcp" | "udp";
  readonly fromPort: number;
  readonly toPort: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

const ALL = { protocol: "-1", fromPort: 0, toPort: 0 } as const;

/**
 * Ports that answers come back to: NAT gateways, load balancers and Lambda use all of these.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
const ANSWERS = { fromPort: 1024, toPort: 65_535 } as const;

/**
 * What a tier takes from outside the VPC. ICMP says that a packet is too big; without it connections hang.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/path_mtu_discovery.html
 */
function rulesFromOutside({ tier, answers }: Reach, ipv6: boolean): Rule[] {
  const tooBig = ipv6
    ? ({ protocol: "58", icmpType: 2, icmpCode: 0 } as const)
    : ({ protocol: "icmp", icmpType: 3, icmpCode: 4 } as const);
  return [
    ...(tier === "public"
      ? [
          { ruleNo: 200, protocol: "tcp" as const, fromPort: 443, toPort: 443 },
          { ruleNo: 210, protocol: "tcp" as const, fromPort: 80, toPort: 80 },
        ]
      : []),
    ...(tier === "public" || answers
      ? [
          { ruleNo: 300, protocol: "tcp" as const, ...ANSWERS },
          { ruleNo: 310, protocol: "udp" as const, ...ANSWERS },
          { ruleNo: 320, ...tooBig, fromPort: 0, toPort: 0 },
        ]
      : []),
  ];
}

export interface NetworkAclsProps {
  readonly vpc: Vpc;
  readonly networkName: string;
  readonly tiers: readonly { readonly subnets: TierSubnets; readonly reach: Reach }[];
  readonly ipv6: boolean;
  readonly tags: Tags;
}

/**
 * An ACL for each tier. ACLs keep no state: what may go out must be let in again as an answer. The VPC speaks
 * to itself freely, because security groups say more about that.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export class NetworkAcls extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: NetworkAclsProps,
  ) {
    super(scope, id);
    const { vpc, networkName, tags } = props;
    for (const { subnets, reach } of props.tiers) {
      const here = new Construct(this, subnets.node.id);
      const acl = new NetworkAcl(here, "Resource", {
        vpcId: vpc.id,
        ingress: this.ingressOf(reach),
        egress: this.egressOf(reach),
        tags: { ...tags, Name: `${networkName}-${reach.tier}` },
      });
      for (const { letter, subnet } of subnets.zones) {
        new NetworkAclAssociation(here, letter.toUpperCase(), { networkAclId: acl.id, subnetId: subnet.id });
      }
    }
  }

  private ingressOf(reach: Reach) {
    const { vpc, ipv6 } = this.props;
    return [
      ipv4({ ruleNo: 100, ...ALL }, vpc.cidrBlock),
      ...rulesFromOutside(reach, false).map((rule) => ipv4(rule, "0.0.0.0/0")),
      ...(ipv6
        ? [
            ipv6Of({ ruleNo: 100, ...ALL }, vpc.ipv6CidrBlock),
            ...rulesFromOutside(reach, true).map((rule) => ipv6Of(rule, "::/0")),
          ]
        : []),
    ];
  }

  /** Answers to clients go to any port, so what may leave the VPC may all leave. */
  private egressOf({ tier, answers }: Reach) {
    const { vpc, ipv6 } = this.props;
    const far = tier === "public" || answers;
    return [
      ipv4({ ruleNo: 100, ...ALL }, far ? "0.0.0.0/0" : vpc.cidrBlock),
      ...(ipv6 ? [ipv6Of({ ruleNo: 100, ...ALL }, far ? "::/0" : vpc.ipv6CidrBlock)] : []),
    ];
  }
}

const ipv4 = (rule: Rule, cidrBlock: string) => ({ ...rule, action: "allow", cidrBlock });

/** IPv4 and IPv6 rules share their numbers' space, so these come one later. */
const ipv6Of = (rule: Rule, ipv6CidrBlock: string) => ({
  ...rule,
  ruleNo: rule.ruleNo + 1,
  action: "allow",
  ipv6CidrBlock,
});
