import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcEndpointRouteTableAssociation } from "@cdktf/provider-aws/lib/vpc-endpoint-route-table-association";
import { VpcEndpointSubnetAssociation } from "@cdktf/provider-aws/lib/vpc-endpoint-subnet-association";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { TerraformIterator } from "cdktf";
import { Construct } from "constructs";
import { accountOf } from "../shared";
import { dynamodbEndpointPolicy, s3EndpointPolicy } from "./endpoint-policies";
import type { NetworkProps, Tags } from "./network-props";
import type { TierSubnets } from "./tier-subnets";

const HTTPS = 443;

export interface GatewayEndpointsProps {
  readonly vpc: Vpc;
  readonly networkName: string;
  readonly services: NonNullable<NetworkProps["gatewayEndpoints"]>;
  readonly readableBuckets: readonly string[];
  readonly tiers: readonly TierSubnets[];
  readonly tags: Tags;
}

/**
 * Ways to S3 and DynamoDB that cost nothing and need no way out. Each route table is joined by an instance of
 * its own, so that a new zone changes no endpoint.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export class GatewayEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: GatewayEndpointsProps) {
    super(scope, id);
    const { vpc, networkName, services, readableBuckets, tiers, tags } = props;
    const account = accountOf(this);
    for (const service of services) {
      const here = new Construct(this, pascal(service));
      const { id: vpcEndpointId } = new VpcEndpoint(here, "Resource", {
        vpcId: vpc.id,
        serviceName: serviceName(account.region, service),
        vpcEndpointType: "Gateway",
        policy:
          service === "s3" ? s3EndpointPolicy(account, readableBuckets) : dynamodbEndpointPolicy(account),
        tags: { ...tags, Name: `${networkName}-${service}` },
      });
      const tables = tiers.flatMap((tier) =>
        [...tier.routeTables].map(([letter, table]) => [placeOf(tier, letter), table.id]),
      );
      const each = TerraformIterator.fromMap(Object.fromEntries(tables));
      new VpcEndpointRouteTableAssociation(here, "RouteTables", {
        forEach: each,
        vpcEndpointId,
        routeTableId: each.value,
      });
    }
  }
}

export interface InterfaceEndpointsProps {
  readonly vpc: Vpc;
  readonly networkName: string;
  /** Services, at least one. */
  readonly services: readonly string[];
  readonly tier: TierSubnets;
  readonly ipv6: boolean;
  readonly tags: Tags;
}

/**
 * Services inside the VPC, by private DNS: programs need not know. Each zone is joined by an instance of its own, so
 * that a new zone changes no endpoint. The provider waits a minute before each, one after the other for an endpoint,
 * several endpoints at once.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export class InterfaceEndpoints extends Construct {
  /** Admits HTTPS from the whole VPC. */
  readonly securityGroup: SecurityGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: InterfaceEndpointsProps,
  ) {
    super(scope, id);
    const { vpc, networkName, services, tier, tags } = props;
    this.securityGroup = this.createSecurityGroup();
    const { region } = accountOf(this);
    for (const service of services) {
      const here = new Construct(this, pascal(service));
      const { id: vpcEndpointId } = new VpcEndpoint(here, "Resource", {
        vpcId: vpc.id,
        serviceName: serviceName(region, service),
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        securityGroupIds: [this.securityGroup.id],
        tags: { ...tags, Name: `${networkName}-${service}` },
      });
      const subnets = tier.zones.map(({ letter, subnet }) => [placeOf(tier, letter), subnet.id]);
      const each = TerraformIterator.fromMap(Object.fromEntries(subnets));
      new VpcEndpointSubnetAssociation(here, "Subnets", {
        forEach: each,
        vpcEndpointId,
        subnetId: each.value,
      });
    }
  }

  private createSecurityGroup(): SecurityGroup {
    const { vpc, networkName, ipv6, tags } = this.props;
    const name = `${networkName}-endpoints`;
    const group = new SecurityGroup(this, "SecurityGroup", {
      name,
      description: "HTTPS from the VPC to its interface endpoints",
      vpcId: vpc.id,
      tags: { ...tags, Name: name },
    });
    const admit = (id: string, source: { cidrIpv4: string } | { cidrIpv6: string }) =>
      new VpcSecurityGroupIngressRule(this, id, {
        securityGroupId: group.id,
        description: "HTTPS from the VPC",
        ipProtocol: "tcp",
        fromPort: HTTPS,
        toPort: HTTPS,
        ...source,
        tags: { ...tags, Name: name },
      });
    admit("Ipv4Ingress", { cidrIpv4: vpc.cidrBlock });
    if (ipv6) admit("Ipv6Ingress", { cidrIpv6: vpc.ipv6CidrBlock });
    return group;
  }
}

/** `com.amazonaws.<region>.<service>`, unless it is a whole name already, as `aws.api.eu-central-1.x` is. */
export function serviceName(region: string, service: string): string {
  return /^(com\.amazonaws|aws)\./.test(service) ? service : `com.amazonaws.${region}.${service}`;
}

/** Key of a subnet or a route table in a map of them, the same whatever else is there: `PrivateA`, `Public`. */
const placeOf = (tier: TierSubnets, letter = "") => `${tier.node.id}${letter.toUpperCase()}`;

/** A service as a construct's id: `ecr.api` → `EcrApi`. */
function pascal(service: string): string {
  return service
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
