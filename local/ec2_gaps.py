"""EC2 of moto 5.2.5: what it lacks of networks, one function for each gap."""

from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2 import models
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses import EC2Response
from moto.ec2.utils import add_tag_specification, random_id
from moto.s3.exceptions import MissingBucket
from moto.s3.models import S3Backend

EXCLUSION = "vpcbpa-exclude"


def describe_ipv6_of_subnets() -> None:
    """DescribeSubnets refuses the filter by which the provider waits for an IPv6 block, and shows its state wrong.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetCidrBlockState.html
    """
    get_filter_value = Subnet.get_filter_value

    def with_associations(self: Subnet, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name == "ipv6-cidr-block-association.association-id":
            return list(self.ipv6_cidr_block_associations)
        return get_filter_value(self, filter_name, method_name)

    def association_set(self: Subnet) -> list[dict[str, Any]]:
        return [
            {
                "AssociationId": association["associationId"],
                "Ipv6CidrBlock": association["ipv6CidrBlock"],
                "Ipv6CidrBlockState": association["ipv6CidrBlockState"],
            }
            for association in self.ipv6_cidr_block_associations.values()
            if association["ipv6CidrBlockState"]["State"] == "associated"
        ]

    Subnet.get_filter_value = with_associations
    Subnet.ipv6_cidr_block_association_set = property(association_set)


def trust_buckets() -> None:
    """CreateFlowLogs looks for its bucket in moto's own S3, and takes a folder for a part of the bucket's name.

    Our buckets are in the other emulator, so that one which is not found here is taken to be there.
    """
    get_bucket = S3Backend.get_bucket

    def trusted(self: S3Backend, bucket_name: str) -> Any:
        try:
            return get_bucket(self, bucket_name)
        except MissingBucket:
            return None

    S3Backend.get_bucket = trusted


def keep_destination_options() -> None:
    """CreateFlowLogs forgets the file format and the partitions of a flow log to S3, so that every plan makes it anew.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DestinationOptionsRequest.html
    """
    create_flow_logs = EC2Response.create_flow_logs

    def with_options(self: EC2Response) -> ActionResult:
        answer = create_flow_logs(self)
        for flow_log_id in answer.result["FlowLogIds"]:
            self.ec2_backend.flow_logs[flow_log_id].destination_options = self._get_param("DestinationOptions")
        return answer

    EC2Response.create_flow_logs = with_options


def exclude_from_block_public_access() -> None:
    """All calls for exclusions from VPC Block Public Access are missing.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessExclusion.html
    """
    is_valid_resource_id = models.is_valid_resource_id

    def is_taggable(resource_id: str) -> bool:
        return resource_id.startswith(f"{EXCLUSION}-") or is_valid_resource_id(resource_id)

    def kept(self: EC2Response) -> dict[str, dict[str, Any]]:
        """Of the backend, so that they are kept and reset with it."""
        return self.ec2_backend.__dict__.setdefault("block_public_access_exclusions", {})

    def found(self: EC2Response, exclusion_id: str) -> dict[str, Any]:
        if exclusion_id in kept(self):
            return kept(self)[exclusion_id]
        code = "InvalidVpcBlockPublicAccessExclusionId.NotFound"
        raise EC2ClientError(code, f"The exclusion ID '{exclusion_id}' does not exist")

    def shown(self: EC2Response, exclusion: dict[str, Any]) -> dict[str, Any]:
        tags = self.ec2_backend.describe_tags(filters={"resource-id": [exclusion["ExclusionId"]]})
        return {**exclusion, "Tags": tags}

    def create(self: EC2Response) -> ActionResult:
        vpc_id, subnet_id = self._get_param("VpcId"), self._get_param("SubnetId")
        self.ec2_backend.get_vpc(vpc_id) if vpc_id else self.ec2_backend.get_subnet(subnet_id)
        owner = f"vpc/{vpc_id}" if vpc_id else f"subnet/{subnet_id}"
        exclusion_id, now = random_id(EXCLUSION), datetime.now(UTC)
        kept(self)[exclusion_id] = exclusion = {
            "ExclusionId": exclusion_id,
            "InternetGatewayExclusionMode": self._get_param("InternetGatewayExclusionMode"),
            "ResourceArn": f"arn:aws:ec2:{self.region}:{self.current_account}:{owner}",
            "State": "create-complete",
            "CreationTimestamp": now,
            "LastUpdateTimestamp": now,
        }
        self.ec2_backend.create_tags([exclusion_id], add_tag_specification(self._get_param("TagSpecifications", [])))
        return ActionResult({"VpcBlockPublicAccessExclusion": shown(self, exclusion)})

    def describe(self: EC2Response) -> ActionResult:
        ids = self._get_param("ExclusionIds", [])
        exclusions = [found(self, exclusion_id) for exclusion_id in ids] if ids else kept(self).values()
        return ActionResult({"VpcBlockPublicAccessExclusions": [shown(self, exclusion) for exclusion in exclusions]})

    def modify(self: EC2Response) -> ActionResult:
        exclusion = found(self, self._get_param("ExclusionId"))
        exclusion["InternetGatewayExclusionMode"] = self._get_param("InternetGatewayExclusionMode")
        exclusion |= {"State": "update-complete", "LastUpdateTimestamp": datetime.now(UTC)}
        return ActionResult({"VpcBlockPublicAccessExclusion": shown(self, exclusion)})

    def delete(self: EC2Response) -> ActionResult:
        exclusion = found(self, self._get_param("ExclusionId"))
        del kept(self)[exclusion["ExclusionId"]]
        return ActionResult({"VpcBlockPublicAccessExclusion": {**exclusion, "State": "delete-in-progress"}})

    models.is_valid_resource_id = is_taggable
    EC2Response.create_vpc_block_public_access_exclusion = create
    EC2Response.describe_vpc_block_public_access_exclusions = describe
    EC2Response.modify_vpc_block_public_access_exclusion = modify
    EC2Response.delete_vpc_block_public_access_exclusion = delete


def keep_icmp_of_acl_entries() -> None:
    """CreateNetworkAclEntry looks for the type of ICMP under a wrong name, so that every plan changes the ACL.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
    """
    create_network_acl_entry = EC2Response.create_network_acl_entry

    def with_icmp(self: EC2Response) -> EmptyResult:
        answer = create_network_acl_entry(self)
        icmp = self._get_param("IcmpTypeCode") or {}
        rule = (self._get_param("RuleNumber"), self._get_param("Egress"))
        for entry in self.ec2_backend.get_network_acl(self._get_param("NetworkAclId")).network_acl_entries:
            if (entry.rule_number, entry.egress) == rule:
                entry.icmp_type, entry.icmp_code = icmp.get("Type"), icmp.get("Code")
        return answer

    EC2Response.create_network_acl_entry = with_icmp


def describe_rules_about_groups() -> None:
    """A rule of a security group that names another group shows no description, so that a second plan changes it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    """

    def description(self: SecurityGroupRule) -> str | None:
        return self.ip_range.get("Description") or self.source_group.get("Description")

    SecurityGroupRule.description = property(description)


GAPS = (
    describe_ipv6_of_subnets,
    trust_buckets,
    keep_destination_options,
    exclude_from_block_public_access,
    keep_icmp_of_acl_entries,
    describe_rules_about_groups,
)
