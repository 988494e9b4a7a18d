import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Token } from "cdktf";
import { Construct } from "constructs";

const PORTS = { Https: 443, Http: 80 } as const;

export interface BalancerSecurityGroupProps {
  readonly balancerName: string;
  readonly vpcId: string;
  readonly allowFrom: readonly string[];
  /** Whether it must reach an identity provider. */
  readonly authenticates: boolean;
}

/** Who reaches a load balancer. It reaches nothing itself until a service lets it. */
export class BalancerSecurityGroup extends Construct {
  readonly resource: SecurityGroup;

  constructor(scope: Construct, id: string, props: BalancerSecurityGroupProps) {
    super(scope, id);
    const { balancerName, vpcId, allowFrom, authenticates } = props;
    // The group of the service behind it may be called as the balancer is.
    const name = `${balancerName}-balancer`;
    this.resource = new SecurityGroup(this, "Resource", {
      name,
      description: `Load balancer ${balancerName}`,
      vpcId,
      tags: { Name: name },
    });
    allowFrom.forEach((block, index) => {
      this.admit(block, index);
    });
    if (authenticates) this.reachProvider();
  }

  /** Rules are named by their block, so that another block more or less moves none. */
  private admit(block: string, index: number): void {
    const place = Token.isUnresolved(block) ? `Block${index}` : block.replace(/[^0-9a-f]/gi, "-");
    const source = isIpv6(block) ? { cidrIpv6: block } : { cidrIpv4: block };
    for (const [protocol, port] of Object.entries(PORTS)) {
      new VpcSecurityGroupIngressRule(this, `${protocol}From-${place}`, {
        securityGroupId: this.resource.id,
        description: `${protocol.toUpperCase()} from clients`,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        ...source,
      });
    }
  }

  /**
   * The load balancer itself asks the identity provider for tokens, and speaks IPv4 to it.
   *
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
   */
  private reachProvider(): void {
    new VpcSecurityGroupEgressRule(this, "ToProvider", {
      securityGroupId: this.resource.id,
      description: "HTTPS to the identity provider",
      ipProtocol: "tcp",
      fromPort: PORTS.Https,
      toPort: PORTS.Https,
      cidrIpv4: "0.0.0.0/0",
    });
  }
}

/** Whether a block is one of IPv6. */
export const isIpv6 = (block: string) => !Token.isUnresolved(block) && block.includes(":");
