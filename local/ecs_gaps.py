"""ECS of moto 5.2.5: services that never start, and that forget half of what they are told.

No task runs on either emulator. What a service says of its tasks is no proof of anything.
"""

from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import Cluster, Service
from moto.ecs.responses import EC2ContainerServiceResponse

KEPT = {
    "availabilityZoneRebalancing": "availability_zone_rebalancing",
    "deploymentConfiguration": "deployment_configuration",
    "enableECSManagedTags": "enable_ecs_managed_tags",
    "enableExecuteCommand": "enable_execute_command",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
    "serviceConnectConfiguration": "service_connect_configuration",
}
"""What CreateService drops, by the name of the attribute in which UpdateService keeps it."""


def start_services() -> None:
    """A service waits for its first tasks for ever, and Terraform for its steady state with it.

    As in UpdateService of moto, a service has at once as many tasks as it shall have.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
    """
    init = Service.__init__

    def started(self: Service, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.running_count, self.pending_count = self.desired_count, 0
        complete_deployment(self)

    Service.__init__ = started


def keep_fields_of_services() -> None:
    """CreateService forgets capacity, deployment settings and more, so that every plan makes the service anew.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """
    create_service = EC2ContainerServiceResponse.create_service

    def with_fields(self: EC2ContainerServiceResponse) -> ActionResult:
        cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
        strategy, launch_type = self._get_param("capacityProviderStrategy"), self._get_param("launchType")
        if strategy and launch_type:
            rule = "Specifying both a launch type and capacity provider strategy is not supported"
            raise InvalidParameterException(f"{rule}. Remove one and try again.")
        refuse_foreign_capacity(cluster, strategy)
        answer = create_service(self)
        service = answer.result["service"]
        for parameter, attribute in KEPT.items():
            setattr(service, attribute, self._get_param(parameter))
        if launch_type is None:
            service.capacity_provider_strategy = strategy or cluster.default_capacity_provider_strategy
        complete_deployment(service)
        return answer

    EC2ContainerServiceResponse.create_service = with_fields


def deploy_changed_services() -> None:
    """UpdateService leaves the deployment with the task definition and the numbers that it began with.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
    """
    update_service = EC2ContainerServiceResponse.update_service

    def deployed(self: EC2ContainerServiceResponse) -> ActionResult:
        cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
        refuse_foreign_capacity(cluster, self._get_param("capacityProviderStrategy"))
        answer = update_service(self)
        service = answer.result["service"]
        service.task_definition = self.ecs_backend.describe_task_definition(service.task_definition).arn
        complete_deployment(service)
        return answer

    EC2ContainerServiceResponse.update_service = deployed


def refuse_foreign_capacity(cluster: Cluster, strategy: list[dict[str, Any]] | None) -> None:
    """As ECS does, which then shows a missing `depends_on` of the cluster's capacity.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
    """
    offered = cluster.capacity_providers or []
    if any(item["capacityProvider"] not in offered for item in strategy or []):
        rule = "cannot contain a capacity provider that is not associated with the cluster"
        advice = "Associate the capacity provider with the cluster or specify a valid capacity provider and try again"
        raise InvalidParameterException(f"The specified capacity provider strategy {rule}. {advice}.")


def complete_deployment(service: Service) -> None:
    """The one deployment of the service, at its end."""
    strategy = getattr(service, "capacity_provider_strategy", None)
    if strategy:
        service.launch_type = None
    for deployment in service.deployments:
        deployment |= {
            "capacityProviderStrategy": strategy,
            "desiredCount": service.desired_count,
            "launchType": service.launch_type,
            "networkConfiguration": service.network_configuration or None,
            "pendingCount": 0,
            "platformFamily": None if service.launch_type == "EC2" else "Linux",
            "platformVersion": service.platform_version,
            "rolloutState": "COMPLETED",
            "rolloutStateReason": f"ECS deployment {deployment['id']} completed.",
            "runningCount": service.running_count,
            "serviceConnectConfiguration": getattr(service, "service_connect_configuration", None),
            "taskDefinition": service.task_definition,
            "updatedAt": datetime.now(UTC),
        }


GAPS = (
    start_services,
    keep_fields_of_services,
    deploy_changed_services,
)
