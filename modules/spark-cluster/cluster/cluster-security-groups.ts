import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { EMR_TAG } from "./emr-tag";

export interface ClusterSecurityGroupsProps {
  readonly sparkName: string;
  readonly vpcId: string;
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
 * all that it wants are here from the start, and it widens nothing.
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
      this.connect(`ServiceTo${to.id}`, { id: "Service", group: this.service }, to, 8_443);
      this.createWayOut(to);
    }
    this.connect(
      "PrimaryToService",
      { id: "Primary", group: this.primary },
      { id: "Service", group: this.service },
      9_443,
    );
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

  /** Both ends of a connection say that it may be. */
  private connect(id: string, from: End, to: End, port: number): void {
    const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
    this.ready.push(
      new VpcSecurityGroupEgressRule(this, `${id}Out`, {
        ...tcp,
        securityGroupId: from.group.id,
        referencedSecurityGroupId: to.group.id,
        description: `EMR to ${to.id.toLowerCase()}`,
      }),
      new VpcSecurityGroupIngressRule(this, `${id}In`, {
        ...tcp,
        securityGroupId: to.group.id,
        referencedSecurityGroupId: from.group.id,
        description: `EMR from ${from.id.toLowerCase()}`,
      }),
    );
  }
}
