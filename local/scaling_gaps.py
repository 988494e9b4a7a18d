"""Application Auto Scaling of moto 5.2.5."""

import json

from moto.applicationautoscaling.models import FakeScalableTarget
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError


def tag_scalable_targets() -> None:
    """All calls for tags are missing: Terraform reads them of every target.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html
    """
    register_scalable_target = ApplicationAutoScalingResponse.register_scalable_target

    def target(self: ApplicationAutoScalingResponse, arn: str) -> FakeScalableTarget:
        for targets in self.applicationautoscaling_backend.targets.values():
            for candidate in targets.values():
                if candidate.arn == arn:
                    return candidate
        raise JsonRESTError("ResourceNotFoundException", f"The resource doesn't exist: {arn}")

    def tags(self: ApplicationAutoScalingResponse, arn: str) -> dict[str, str]:
        """Of the target, so that they are kept and go with it."""
        return target(self, arn).__dict__.setdefault("tags", {})

    def register(self: ApplicationAutoScalingResponse) -> str:
        answer = register_scalable_target(self)
        tags(self, json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags") or {})
        return answer

    def list_tags(self: ApplicationAutoScalingResponse) -> str:
        return json.dumps({"Tags": tags(self, self._get_param("ResourceARN"))})

    def tag(self: ApplicationAutoScalingResponse) -> str:
        tags(self, self._get_param("ResourceARN")).update(self._get_param("Tags"))
        return "{}"

    def untag(self: ApplicationAutoScalingResponse) -> str:
        for key in self._get_param("TagKeys"):
            tags(self, self._get_param("ResourceARN")).pop(key, None)
        return "{}"

    ApplicationAutoScalingResponse.register_scalable_target = register
    ApplicationAutoScalingResponse.list_tags_for_resource = list_tags
    ApplicationAutoScalingResponse.tag_resource = tag
    ApplicationAutoScalingResponse.untag_resource = untag


GAPS = (tag_scalable_targets,)
