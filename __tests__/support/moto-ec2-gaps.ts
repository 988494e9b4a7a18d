import type { Ec2 } from "./ec2";
import type { Gap } from "./moto";

const newVpc = async (ec2: Ec2) =>
  ec2.call("CreateVpc", { CidrBlock: "10.20.0.0/16", AmazonProvidedIpv6CidrBlock: "true" });

/** By the name of what closes the gap in local/ec2_gaps.py. */
export const EC2_GAPS: Readonly<Record<string, Gap>> = {
  "describe_ipv6_of_subnets: finds a subnet by its IPv6 association": {
    call: async ({ ec2 }) => {
      const { vpcId, ipv6CidrBlock = "" } = await newVpc(ec2);
      const Ipv6CidrBlock = ipv6CidrBlock.replace("/56", "/64");
      const CidrBlock = "10.20.0.0/24";
      const { associationId } = await ec2.call("CreateSubnet", { VpcId: vpcId, CidrBlock, Ipv6CidrBlock });
      const Filter = "ipv6-cidr-block-association.association-id";
      return ec2.call("DescribeSubnets", { "Filter.1.Name": Filter, "Filter.1.Value.1": associationId });
    },
    answer: { cidrBlock: "10.20.0.0/24" },
  },
  "describe_ipv6_of_subnets: says that an IPv6 block is associated": {
    call: async ({ ec2 }) => {
      const { vpcId, ipv6CidrBlock = "" } = await newVpc(ec2);
      const Ipv6CidrBlock = ipv6CidrBlock.replace("/56", "/64");
      const CidrBlock = "10.20.0.0/24";
      const { subnetId } = await ec2.call("CreateSubnet", { VpcId: vpcId, CidrBlock, Ipv6CidrBlock });
      const { ipv6CidrBlockState: _, ...subnet } = await ec2.call("DescribeSubnets", {
        "SubnetId.1": subnetId,
      });
      return subnet;
    },
    answer: { state: "associated" },
  },
  "trust_buckets: lets a flow log go to a folder of a bucket": {
    call: async ({ ec2 }) => {
      const { vpcId } = await newVpc(ec2);
      return ec2.call("CreateFlowLogs", flowLog(vpcId));
    },
    answer: { item: expect.stringMatching(/^fl-/) },
  },
  "keep_destination_options: keeps the format of a flow log's files": {
    call: async ({ ec2 }) => {
      const { vpcId } = await newVpc(ec2);
      const cloudWatch = {
        LogDestinationType: "cloud-watch-logs",
        DeliverLogsPermissionArn: "arn:aws:iam::1:role/r",
      };
      await ec2.call("CreateFlowLogs", { ...flowLog(vpcId), ...cloudWatch }); // to which stock moto does not object
      return ec2.call("DescribeFlowLogs", { "Filter.1.Name": "resource-id", "Filter.1.Value.1": vpcId });
    },
    answer: { fileFormat: "parquet", perHourPartition: "true" },
  },
  "exclude_from_block_public_access: makes an exclusion": {
    call: async ({ ec2 }) => newExclusion(ec2),
    answer: { exclusionId: expect.stringMatching(/^vpcbpa-exclude-/), state: "create-complete", value: "x" },
  },
  "exclude_from_block_public_access: finds an exclusion": {
    call: async ({ ec2 }) => {
      const { exclusionId } = await newExclusion(ec2);
      return ec2.call("DescribeVpcBlockPublicAccessExclusions", { "ExclusionId.1": exclusionId });
    },
    answer: { internetGatewayExclusionMode: "allow-egress", key: "Name", value: "x" },
  },
  "exclude_from_block_public_access: changes an exclusion": {
    call: async ({ ec2 }) => {
      const { exclusionId: ExclusionId } = await newExclusion(ec2);
      const InternetGatewayExclusionMode = "allow-bidirectional";
      return ec2.call("ModifyVpcBlockPublicAccessExclusion", { ExclusionId, InternetGatewayExclusionMode });
    },
    answer: { internetGatewayExclusionMode: "allow-bidirectional", state: "update-complete" },
  },
  "exclude_from_block_public_access: tags an exclusion": {
    call: async ({ ec2 }) => {
      const { exclusionId } = await newExclusion(ec2);
      await ec2.call("CreateTags", { "ResourceId.1": exclusionId, "Tag.1.Key": "Name", "Tag.1.Value": "y" });
      return ec2.call("DescribeVpcBlockPublicAccessExclusions", { "ExclusionId.1": exclusionId });
    },
    answer: { key: "Name", value: "y" },
  },
  "exclude_from_block_public_access: deletes an exclusion, and does not find it then": {
    call: async ({ ec2 }) => {
      const { exclusionId: ExclusionId } = await newExclusion(ec2);
      await ec2.call("DeleteVpcBlockPublicAccessExclusion", { ExclusionId });
      return ec2.call("DescribeVpcBlockPublicAccessExclusions", { "ExclusionId.1": ExclusionId });
    },
    answer: { Code: "InvalidVpcBlockPublicAccessExclusionId.NotFound" },
  },
  "keep_icmp_of_acl_entries: keeps type and code of an ICMP rule": {
    call: async ({ ec2 }) => {
      const { vpcId } = await newVpc(ec2);
      const { networkAclId } = await ec2.call("CreateNetworkAcl", { VpcId: vpcId });
      await ec2.call("CreateNetworkAclEntry", {
        NetworkAclId: networkAclId,
        ...{ RuleNumber: "100", Protocol: "1", RuleAction: "allow", Egress: "false", CidrBlock: "0.0.0.0/0" },
        ...{ "Icmp.Type": "3", "Icmp.Code": "4" },
      });
      return ec2.call("DescribeNetworkAcls", { "NetworkAclId.1": networkAclId });
    },
    answer: { type: "3", code: "4" },
  },
  "describe_rules_about_groups: shows what a rule about a group says": {
    call: async ({ ec2 }) => {
      const { vpcId: VpcId } = await newVpc(ec2);
      const newGroup = (GroupName: string) =>
        ec2.call("CreateSecurityGroup", { VpcId, GroupName, GroupDescription: GroupName });
      const [server, client] = [await newGroup("server"), await newGroup("client")];
      const { securityGroupRuleId } = await ec2.call("AuthorizeSecurityGroupIngress", {
        ...{ GroupId: server.groupId, "IpPermissions.1.IpProtocol": "tcp" },
        ...{ "IpPermissions.1.FromPort": "5432", "IpPermissions.1.ToPort": "5432" },
        "IpPermissions.1.Groups.1.GroupId": client.groupId,
        "IpPermissions.1.Groups.1.Description": "from the client",
      });
      return ec2.call("DescribeSecurityGroupRules", { "SecurityGroupRuleId.1": securityGroupRuleId });
    },
    answer: { description: "from the client" },
  },
};

const flowLog = (vpcId: string | undefined) => ({
  ResourceType: "VPC",
  "ResourceId.1": vpcId,
  TrafficType: "ALL",
  LogDestinationType: "s3",
  LogDestination: "arn:aws:s3:::elsewhere/network/",
  "DestinationOptions.FileFormat": "parquet",
  "DestinationOptions.PerHourPartition": "true",
});

async function newExclusion(ec2: Ec2) {
  const { vpcId } = await newVpc(ec2);
  return ec2.call("CreateVpcBlockPublicAccessExclusion", {
    VpcId: vpcId,
    InternetGatewayExclusionMode: "allow-egress",
    "TagSpecification.1.ResourceType": "vpc-block-public-access-exclusion",
    "TagSpecification.1.Tag.1.Key": "Name",
    "TagSpecification.1.Tag.1.Value": "x",
  });
}
