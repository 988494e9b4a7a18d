import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { EMR_TAG } from "./emr-tag";

export interface ClusterSecurityGroupsProps {
  readonly sparkName: string;
  readonly vpcId: string;
  /** Older releases are led from a network interface in the subnet, newer ones through an endpoint. */
  readonly release: string;
}

/** One end of a rule. */
interface End {
  readonly id: string;
  readonly group: SecurityGroup;
}

/** The protocols that EMR's own rules name one by one. */
const PROTOCOLS = {
  Tcp: { ipProtocol: "tcp", fromPort: 0, toPort: 65_535 },
  Udp: { ipProtocol: "udp", fromPort: 0, toPort: 65_535 },
  Icmp: { ipProtocol: "icmp", fromPort: -1, toPort: -1 },
} as const;

/**
 * The three security groups of a cluster in private subnets. EMR adds the rules that it misses and takes none away, so
 * all inbound rules that it wants are here from the start, and it widens nothing. Outbound rules it leaves to the owner.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-man-sec-groups.html
 */
export class ClusterSecurityGroups extends Construct {
  readonly primary: SecurityGroup;
  readonly workers: SecurityGroup;
  readonly service: SecurityGroup;
  /** The rules: EMR must find them, or it adds its own. */
  readonly ready: ITerraformDependable[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ClusterSecurityGroupsProps,
  ) {
    super(scope, id);
    this.primary = this.createGroup("Primary", "primary nodes");
    this.workers = this.createGroup("Workers", "core and task nodes");
    this.service = this.createGroup("Service", "EMR's access to its nodes");
    const nodes: End[] = [
      { id: "Primary", group: this.primary },
      { id: "Workers", group: this.workers },
    ];
    for (const to of nodes) {
      for (const from of nodes) this.createNodeRules(from, to);
      this.createWayOut(to);
    }
    if (props.release.startsWith("emr-spark-")) this.createEndpointRules(nodes);
    else this.createInterfaceRules(nodes);
  }

  /** EMR speaks to all nodes; the primary node speaks to EMR, and the others shall be able to. */
  private createInterfaceRules(nodes: readonly End[]): void {
    const service = { id: "Service", group: this.service };
    for (const node of nodes) {
      this.letOut(`ServiceTo${node.id}Out`, service, node, 8_443);
      this.letIn(`ServiceTo${node.id}In`, service, node, 8_443);
      this.letOut(`${node.id}ToServiceOut`, node, service, 9_443);
    }
    this.letIn("PrimaryToServiceIn", { id: "Primary", group: this.primary }, service, 9_443);
  }

  /** Nodes reach EMR as they reach all services, over HTTPS. */
  private createEndpointRules(nodes: readonly End[]): void {
    for (const node of nodes) {
      this.letIn(`${node.id}ToServiceIn`, node, { id: "Service", group: this.service }, 443);
    }
  }

  private createGroup(id: string, description: string): SecurityGroup {
    const name = `${this.props.sparkName}-${id.toLowerCase()}`;
    return new SecurityGroup(this, id, {
      name,
      description: `Spark ${this.props.sparkName}, ${description}`,
      vpcId: this.props.vpcId,
      // Groups that name each other cannot be deleted while their rules stand.
      revokeRulesOnDelete: true,
      tags: { ...EMR_TAG, Name: name },
    });
  }

  /** What nodes say to each other. */
  private createNodeRules(from: End, to: End): void {
    for (const [name, protocol] of Object.entries(PROTOCOLS)) {
      this.ready.push(
        new VpcSecurityGroupIngressRule(this, `${from.id}To${to.id}${name}`, {
          ...protocol,
          securityGroupId: to.group.id,
          referencedSecurityGroupId: from.group.id,
          description: `${name} from ${from.id.toLowerCase()}`,
        }),
      );
    }
    this.ready.push(
      new VpcSecurityGroupEgressRule(this, `${from.id}To${to.id}Out`, {
        ipProtocol: "-1",
        securityGroupId: from.group.id,
        referencedSecurityGroupId: to.group.id,
        description: `All to ${to.id.toLowerCase()}`,
      }),
    );
  }

  private createWayOut(node: End): void {
    this.ready.push(
      new VpcSecurityGroupEgressRule(this, `${node.id}Https`, {
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        securityGroupId: node.group.id,
        cidrIpv4: "0.0.0.0/0",
        description: "HTTPS to AWS's services",
      }),
    );
  }

  private letOut(id: string, from: End, to: End, port: number): void {
    this.ready.push(
      new VpcSecurityGroupEgressRule(this, id, {
        ...tcp(port),
        securityGroupId: from.group.id,
        referencedSecurityGroupId: to.group.id,
        description: `EMR to ${to.id.toLowerCase()}`,
      }),
    );
  }

  private letIn(id: string, from: End, to: End, port: number): void {
    this.ready.push(
      new VpcSecurityGroupIngressRule(this, id, {
        ...tcp(port),
        securityGroupId: to.group.id,
        referencedSecurityGroupId: from.group.id,
        description: `EMR from ${from.id.toLowerCase()}`,
      }),
    );
  }
}

const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
