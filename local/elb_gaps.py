"""Elastic Load Balancing v2 of moto 5.2.5."""

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend


def refuse_to_delete_the_protected() -> None:
    """DeleteLoadBalancer deletes what deletion protection guards, so that a destroy which AWS refuses works here.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html
    """
    delete_load_balancer = ELBv2Backend.delete_load_balancer

    def guarded(self: ELBv2Backend, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
            reason = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise ELBClientError("OperationNotPermitted", reason)
        delete_load_balancer(self, arn)

    ELBv2Backend.delete_load_balancer = guarded


GAPS = (refuse_to_delete_the_protected,)
