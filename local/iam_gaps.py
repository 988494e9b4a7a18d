"""Whoever calls the embedded AWS is judged by IAM, as far as ministack judges (`AUTH=true`).

Our policies refuse every call without TLS. The embedded AWS speaks plain HTTP on the loopback interface, which no other machine hears, so
that counts as TLS here: `aws:SecureTransport` is true, also for what the services send each other.

ministack knows no condition keys of IAM itself. Who deploys may make roles with a boundary only, so requests about roles get them:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam, lambda_svc

import iam_resources

LOOPBACK = "127.0.0.1"


class SecureOrigin:
    """Stands for the variable that holds address and transport of a request."""

    def get(self) -> tuple[str, bool]:
        return LOOPBACK, True

    def set(self, origin: tuple[str, bool]) -> None:
        """There is one origin for all requests."""


request_tag_context = iam_actions.request_tag_context

SETTING_BOUNDARY = ("iam:CreateRole", "iam:PutRolePermissionsBoundary")


def context_of(service: str, action: str, body: bytes, params: dict) -> dict:
    """As ministack's own, with keys of IAM for requests about roles, and the function that a mapping is of."""
    context = request_tag_context(service, action, body, params)
    if service == "lambda" and action.endswith("EventSourceMapping"):
        function = function_of(body)
        return context | ({"lambda:FunctionArn": function} if function else {})
    if service != "iam":
        return context
    said = {
        "iam:PolicyARN": iam._p(params, "PolicyArn"),
        "iam:AWSServiceName": iam._p(params, "AWSServiceName"),
        "iam:PermissionsBoundary": boundary_of(action, params),
    }
    return context | {key: value for key, value in said.items() if value}


def function_of(body: bytes) -> str:
    """By its name in the request, else by the id of a mapping that is there."""
    name = iam_resources.Asked(body, {}).get("FunctionName")
    if name:
        return name if name.startswith("arn:") else lambda_svc._func_arn(name)
    mapping = lambda_svc._esms.get(iam_resources.current.get().rpartition(":")[2]) or {}
    return mapping.get("FunctionArn") or ""


def boundary_of(action: str, params: dict) -> str:
    """Of the role that is made or changed: what the request gives it, else what it has."""
    if action in SETTING_BOUNDARY:
        return iam._p(params, "PermissionsBoundary")
    role = iam._roles.get(iam._p(params, "RoleName")) or {}
    return role.get("PermissionsBoundary") or ""


def close_gaps() -> None:
    """Before the first request."""
    iam_actions._lambda_action = iam_resources.action_of_lambda
    iam_actions.extract_resource_arn = iam_resources.resource_of
    iam_actions.request_tag_context = context_of
    iam_evaluator._request_origin = SecureOrigin()
