"""EMR of moto 5.2.5: clusters without policies and without fleets.

No node runs and no step does on either emulator. What a cluster says of them is no proof of anything.
"""

from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.emr.exceptions import InvalidRequestException
from moto.emr.models import Cluster, Ec2InstanceAttributes
from moto.emr.responses import ElasticMapReduceResponse
from moto.emr.utils import random_id


def original(value: Any) -> Any:
    """As it was sent: moto knows every name of a request in two ways, and a value that is kept shall be plain."""
    if isinstance(value, list):
        return [original(item) for item in value]
    return value.original_dict() if hasattr(value, "original_dict") else value


def cluster_of(self: ElasticMapReduceResponse) -> Cluster:
    """The one that the request names; the answer says so where there is none."""
    return self.backend.describe_cluster(self._get_param("ClusterId"))


def keep_when_made(parameter: str, attribute: str) -> None:
    """RunJobFlow keeps a parameter as an attribute of the cluster, so that it is kept and goes with it."""
    run_job_flow = ElasticMapReduceResponse.run_job_flow

    def keeping(self: ElasticMapReduceResponse) -> ActionResult:
        answer = run_job_flow(self)
        cluster = self.backend.describe_cluster(answer.result["JobFlowId"])
        setattr(cluster, attribute, original(self._get_param(parameter)))
        return answer

    ElasticMapReduceResponse.run_job_flow = keeping


def keep_policy(name: str, attribute: str) -> None:
    """All three calls for a policy of clusters are missing, and RunJobFlow drops it."""
    keep_when_made(name, attribute)

    def put(self: ElasticMapReduceResponse) -> EmptyResult:
        setattr(cluster_of(self), attribute, original(self._get_param(name)))
        return EmptyResult()

    def get(self: ElasticMapReduceResponse) -> ActionResult:
        return ActionResult({name: getattr(cluster_of(self), attribute, None)})

    def remove(self: ElasticMapReduceResponse) -> EmptyResult:
        setattr(cluster_of(self), attribute, None)
        return EmptyResult()

    for verb, call in (("put", put), ("get", get), ("remove", remove)):
        setattr(ElasticMapReduceResponse, f"{verb}_{attribute}", call)


def keep_auto_termination() -> None:
    """https://docs.aws.amazon.com/emr/latest/APIReference/API_GetAutoTerminationPolicy.html"""
    keep_policy("AutoTerminationPolicy", "auto_termination_policy")


def keep_managed_scaling() -> None:
    """https://docs.aws.amazon.com/emr/latest/APIReference/API_GetManagedScalingPolicy.html"""
    keep_policy("ManagedScalingPolicy", "managed_scaling_policy")


def keep_fields_of_clusters() -> None:
    """RunJobFlow forgets the key of the logs and the subnets to choose from, so that every plan makes the cluster anew.

    https://docs.aws.amazon.com/emr/latest/APIReference/API_Cluster.html
    https://docs.aws.amazon.com/emr/latest/APIReference/API_Ec2InstanceAttributes.html
    """
    keep_when_made("LogEncryptionKmsKeyId", "log_encryption_kms_key_id")
    keep_when_made("Instances.Ec2SubnetIds", "requested_ec2_subnet_ids")
    init = Ec2InstanceAttributes.__init__

    def with_subnets(self: Ec2InstanceAttributes, cluster: Cluster) -> None:
        init(self, cluster)
        self.requested_ec2_subnet_ids = getattr(cluster, "requested_ec2_subnet_ids", None)

    Ec2InstanceAttributes.__init__ = with_subnets


def name_new_groups() -> None:
    """AddInstanceGroups does not say the ids of what it makes, so that Terraform fails.

    https://docs.aws.amazon.com/emr/latest/APIReference/API_AddInstanceGroups.html
    """
    add_instance_groups = ElasticMapReduceResponse.add_instance_groups

    def naming(self: ElasticMapReduceResponse) -> ActionResult:
        groups = add_instance_groups(self).result["InstanceGroups"]
        cluster = self.backend.describe_cluster(self._get_param("JobFlowId"))
        ids = [group.id for group in groups]
        return ActionResult({"JobFlowId": cluster.id, "InstanceGroupIds": ids, "ClusterArn": cluster.arn})

    ElasticMapReduceResponse.add_instance_groups = naming


def run_fleets() -> None:
    """All calls for fleets are missing, and RunJobFlow drops them. A fleet has at once what it shall have.

    https://docs.aws.amazon.com/emr/latest/APIReference/API_InstanceFleet.html
    """
    run_job_flow = ElasticMapReduceResponse.run_job_flow

    def fleets_of(cluster: Cluster) -> list[dict[str, Any]]:
        return cluster.__dict__.setdefault("instance_fleets", [])

    def with_fleets(self: ElasticMapReduceResponse) -> ActionResult:
        answer = run_job_flow(self)
        cluster = self.backend.describe_cluster(answer.result["JobFlowId"])
        asked = original(self._get_param("Instances.InstanceFleets", []))
        fleets_of(cluster).extend(new_fleet(fleet) for fleet in asked)
        return answer

    def add(self: ElasticMapReduceResponse) -> ActionResult:
        cluster, fleet = cluster_of(self), new_fleet(original(self._get_param("InstanceFleet")))
        fleets_of(cluster).append(fleet)
        return ActionResult({"ClusterId": cluster.id, "InstanceFleetId": fleet["Id"], "ClusterArn": cluster.arn})

    def list_all(self: ElasticMapReduceResponse) -> ActionResult:
        return ActionResult({"InstanceFleets": fleets_of(cluster_of(self))})

    def modify(self: ElasticMapReduceResponse) -> EmptyResult:
        change = original(self._get_param("InstanceFleet"))
        for fleet in fleets_of(cluster_of(self)):
            if fleet["Id"] == change["InstanceFleetId"]:
                fleet |= capacity({**fleet, **change})
                return EmptyResult()
        raise InvalidRequestException(f"Instance fleet id '{change['InstanceFleetId']}' is not valid.")

    ElasticMapReduceResponse.run_job_flow = with_fleets
    ElasticMapReduceResponse.add_instance_fleet = add
    ElasticMapReduceResponse.list_instance_fleets = list_all
    ElasticMapReduceResponse.modify_instance_fleet = modify


def new_fleet(config: dict[str, Any]) -> dict[str, Any]:
    """As ListInstanceFleets tells of it; what it does not tell is dropped on the way."""
    now = datetime.now(UTC)
    return {
        **config,
        **capacity(config),
        "Id": f"if-{random_id()}",
        "InstanceTypeSpecifications": [with_disks(instance) for instance in config.get("InstanceTypeConfigs", [])],
        "Status": {
            "State": "RUNNING",
            "StateChangeReason": {},
            "Timeline": {"CreationDateTime": now, "ReadyDateTime": now},
        },
    }


def capacity(config: dict[str, Any]) -> dict[str, int]:
    """What it shall have, and has."""
    on_demand, spot = config.get("TargetOnDemandCapacity", 0), config.get("TargetSpotCapacity", 0)
    return {
        "TargetOnDemandCapacity": on_demand,
        "TargetSpotCapacity": spot,
        "ProvisionedOnDemandCapacity": on_demand,
        "ProvisionedSpotCapacity": spot,
    }


def with_disks(instance: dict[str, Any]) -> dict[str, Any]:
    """Each disk of an instance is told of by itself."""
    disks = instance.get("EbsConfiguration", {}).get("EbsBlockDeviceConfigs", [])
    each = [disk["VolumeSpecification"] for disk in disks for _ in range(disk.get("VolumesPerInstance", 1))]
    return {**instance, "EbsBlockDevices": [{"VolumeSpecification": specification} for specification in each]}


GAPS = (
    keep_auto_termination,
    keep_managed_scaling,
    keep_fields_of_clusters,
    name_new_groups,
    run_fleets,
)
