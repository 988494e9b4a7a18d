import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ServicePeer } from "./service-props";

export interface ServiceSecurityGroupProps {
  readonly serviceName: string;
  readonly vpcId: string;
}

/** One end of a connection that is allowed. */
interface End {
  readonly securityGroupId: string;
  /** What is there, for the rule of the other end. */
  readonly description: string;
}

/** What a service may reach: HTTPS anywhere, because AWS's own services have no fixed addresses. Nothing reaches it until admitted. */
export class ServiceSecurityGroup extends Construct {
  readonly resource: SecurityGroup;
  /** The rules: without them a task can neither pull its image nor answer. */
  readonly ready: ITerraformDependable[] = [];
  private readonly serviceName: string;

  constructor(scope: Construct, id: string, { serviceName, vpcId }: ServiceSecurityGroupProps) {
    super(scope, id);
    this.serviceName = serviceName;
    this.resource = new SecurityGroup(this, "Resource", {
      name: serviceName,
      description: `Service ${serviceName}`,
      vpcId,
      tags: { Name: serviceName },
    });
    this.ready.push(
      new VpcSecurityGroupEgressRule(this, "Https", {
        securityGroupId: this.resource.id,
        description: "HTTPS to AWS's services",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "0.0.0.0/0",
      }),
    );
  }

  /** Lets `client` call the service on this port. */
  admit(id: string, client: End, port: number): void {
    this.connect(id, client, this.end, port);
  }

  /** Lets the service call `peer`. */
  reach(id: string, peer: ServicePeer): void {
    this.connect(id, this.end, peer, peer.port);
  }

  private get end(): End {
    return { securityGroupId: this.resource.id, description: `Service ${this.serviceName}` };
  }

  /** Both ends of a connection say that it may be. */
  private connect(id: string, from: End, to: End, port: number): void {
    const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
    this.ready.push(
      new VpcSecurityGroupEgressRule(this, `${id}Out`, {
        ...tcp,
        securityGroupId: from.securityGroupId,
        referencedSecurityGroupId: to.securityGroupId,
        description: `To ${to.description}`,
      }),
      new VpcSecurityGroupIngressRule(this, `${id}In`, {
        ...tcp,
        securityGroupId: to.securityGroupId,
        referencedSecurityGroupId: from.securityGroupId,
        description: `From ${from.description}`,
      }),
    );
  }
}
