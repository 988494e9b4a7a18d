import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";
import { BaseStack } from "./base";

const ZONES = ["a", "b", "c"];
const SERVICES = ["web", "api", "store", "cache"];

/** A network of three zones: 50 blocks. */
export class NetworkStack extends BaseStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, "Vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
    const gateway = new InternetGateway(this, "Gateway", { vpcId: vpc.id });
    ZONES.forEach((zone, index) => {
      const open = this.createSubnet(vpc, `Public-${zone}`, zone, index);
      new Route(this, `PublicRoute-${zone}`, {
        routeTableId: open.tableId,
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: gateway.id,
      });
      const address = new Eip(this, `Address-${zone}`, { domain: "vpc", dependsOn: [gateway] });
      const nat = new NatGateway(this, `Nat-${zone}`, { allocationId: address.id, subnetId: open.subnetId });
      const closed = this.createSubnet(vpc, `Private-${zone}`, zone, 8 + index);
      new Route(this, `PrivateRoute-${zone}`, {
        routeTableId: closed.tableId,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: nat.id,
      });
      this.createSubnet(vpc, `Data-${zone}`, zone, 16 + index);
    });
    for (const service of SERVICES) this.createServiceGroup(vpc, service);
  }

  private createSubnet(vpc: Vpc, name: string, zone: string, number: number) {
    const subnet = new Subnet(this, name, {
      vpcId: vpc.id,
      availabilityZone: `eu-central-1${zone}`,
      cidrBlock: `10.0.${number}.0/24`,
      tags: { Name: name },
    });
    const table = new RouteTable(this, `${name}-Table`, { vpcId: vpc.id, tags: { Name: name } });
    new RouteTableAssociation(this, `${name}-Association`, { subnetId: subnet.id, routeTableId: table.id });
    return { subnetId: subnet.id, tableId: table.id };
  }

  private createServiceGroup(vpc: Vpc, service: string): void {
    const group = new SecurityGroup(this, `Group-${service}`, {
      name: `bench-dev-${service}`,
      vpcId: vpc.id,
    });
    new VpcSecurityGroupIngressRule(this, `Ingress-${service}`, {
      securityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: vpc.cidrBlock,
    });
    if (service === "web") {
      new VpcSecurityGroupEgressRule(this, `Egress-${service}`, {
        securityGroupId: group.id,
        ipProtocol: "-1",
        cidrIpv4: "0.0.0.0/0",
      });
    }
  }
}
