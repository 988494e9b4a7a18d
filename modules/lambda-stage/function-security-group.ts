import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { Construct } from "constructs";

export interface FunctionSecurityGroupProps {
  readonly functionName: string;
  readonly vpcId: string;
}

/** What a function in a VPC may reach: HTTPS anywhere, because AWS's own services have no fixed addresses. Nothing reaches it. */
export class FunctionSecurityGroup extends Construct {
  readonly resource: SecurityGroup;

  constructor(scope: Construct, id: string, { functionName, vpcId }: FunctionSecurityGroupProps) {
    super(scope, id);
    this.resource = new SecurityGroup(this, "Resource", {
      name: functionName,
      description: `Function ${functionName}`,
      vpcId,
      tags: { Name: functionName },
    });
    new VpcSecurityGroupEgressRule(this, "Https", {
      securityGroupId: this.resource.id,
      description: "HTTPS to AWS's services",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "0.0.0.0/0",
    });
  }
}
