import type { DeployPlaces } from "./deploy-names";
import type { DeployRow } from "./deploy-rows";

/** What is made, by its kind. */
const MADE: Readonly<Record<string, string>> = {
  "elastic-ip": "AllocateAddress",
  "internet-gateway": "CreateInternetGateway",
  natgateway: "CreateNatGateway",
  "network-acl": "CreateNetworkAcl",
  "route-table": "CreateRouteTable",
  "security-group": "CreateSecurityGroup",
  "security-group-rule": "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress",
  subnet: "CreateSubnet",
  vpc: "CreateVpc",
  "vpc-endpoint": "CreateVpcEndpoint",
  "vpc-flow-log": "CreateFlowLogs",
};
const MAKING = Object.values(MADE).join(" ");

/**
 * The network: AWS makes its ids, so tags are the limit. What is made must be given the environment's, what it is made
 * in must have them, and nothing that stands can be given them. EC2's two-sided requests could not be tried here:
 * the embedded AWS looks at no tag.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-policy-examples.html
 */
export function networkRows({ arn, tagged, tagging }: DeployPlaces) {
  const created = { StringEquals: { ...tagging.StringEquals, "ec2:CreateAction": MAKING.split(" ") } };
  const untagged = { Null: { "aws:ResourceTag/project": "true" } };
  return [
    {
      service: "ec2",
      resources: ["*"],
      reads:
        "DescribeAddresses DescribeAddressesAttribute DescribeFlowLogs DescribeInternetGateways DescribeNatGateways DescribeNetworkAcls DescribePrefixLists DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups DescribeSubnets DescribeTags DescribeVpcEndpoints DescribeVpcs",
      changes: "DescribeNetworkInterfaces",
    },
    { service: "ec2", resources: arn("ec2", "vpc/*"), reads: "DescribeVpcAttribute" },
    ...Object.entries(MADE).map(([kind, changes]) => ({
      service: "ec2",
      resources: arn("ec2", `${kind}/*`),
      changes,
      conditions: tagging,
    })),
    {
      service: "ec2",
      resources: arn("ec2", "*/*"),
      changes: `${MAKING} AssociateAddress AssociateRouteTable AttachInternetGateway CreateNetworkAclEntry CreateRoute DeleteFlowLogs DeleteInternetGateway DeleteNatGateway DeleteNetworkAcl DeleteNetworkAclEntry DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSubnet DeleteTags DeleteVpc DeleteVpcEndpoints DetachInternetGateway DisassociateAddress DisassociateRouteTable ModifySecurityGroupRules ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint ReleaseAddress ReplaceNetworkAclAssociation ReplaceRoute ReplaceRouteTableAssociation RevokeSecurityGroupEgress RevokeSecurityGroupIngress`,
      conditions: tagged,
    },
    { service: "ec2", resources: arn("ec2", "*/*"), changes: "CreateTags", conditions: created },
    { service: "ec2", resources: arn("ec2", "*/*"), changes: "CreateTags", conditions: tagged },
    // A VPC's own security group and network ACL come without tags; Terraform takes them over, and lets nothing through.
    {
      service: "ec2",
      resources: arn("ec2", "security-group/*", "network-acl/*"),
      changes: "CreateTags",
      conditions: untagged,
    },
    {
      service: "ec2",
      resources: arn("ec2", "security-group/*"),
      changes: "RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
      conditions: untagged,
    },
    {
      service: "ec2",
      resources: arn("ec2", "network-acl/*"),
      changes: "ReplaceNetworkAclAssociation",
      conditions: untagged,
    },
  ] satisfies DeployRow[];
}
