"""What a request does and is about, where ministack does not see it and judges it as another, or as one about everything.

Functions and tasks never ask such things; who deploys does, and may do it only to what has a name of the environment. The resources of
actions: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import json
from contextvars import ContextVar
from urllib.parse import unquote

from ministack.core import iam_actions
from ministack.services import iam

ARNS = ("ResourceArn", "resourceArn", "ResourceARN", "ResourceName")
"""Fields that hold the ARN of what is tagged, or whose tags are listed."""

NAMED = {
    "athena": {"CreateWorkGroup": ("Name", "workgroup/{}")},
    "glue": {
        "CreateDatabase": ("DatabaseInput.Name", "database/{}"),
        "DeleteDatabase": ("Name", "database/{}"),
        "GetDatabase": ("Name", "database/{}"),
        "UpdateDatabase": ("Name", "database/{}"),
    },
    "ecr": {"DescribeRepositories": ("repositoryNames.0", "repository/{}")},
    "lambda": {"CreateFunction": ("FunctionName", "function:{}")},
    "rds": {
        "CreateDBClusterParameterGroup": ("DBClusterParameterGroupName", "cluster-pg:{}"),
        "DeleteDBClusterParameterGroup": ("DBClusterParameterGroupName", "cluster-pg:{}"),
        "DescribeDBClusterParameterGroups": ("DBClusterParameterGroupName", "cluster-pg:{}"),
        "DescribeDBClusterParameters": ("DBClusterParameterGroupName", "cluster-pg:{}"),
        "ModifyDBClusterParameterGroup": ("DBClusterParameterGroupName", "cluster-pg:{}"),
        "ResetDBClusterParameterGroup": ("DBClusterParameterGroupName", "cluster-pg:{}"),
        "CreateDBSubnetGroup": ("DBSubnetGroupName", "subgrp:{}"),
        "DeleteDBSubnetGroup": ("DBSubnetGroupName", "subgrp:{}"),
        "DescribeDBSubnetGroups": ("DBSubnetGroupName", "subgrp:{}"),
        "ModifyDBSubnetGroup": ("DBSubnetGroupName", "subgrp:{}"),
    },
    "iam": {
        "AddRoleToInstanceProfile": ("InstanceProfileName", "instance-profile/{}"),
        "CreateInstanceProfile": ("InstanceProfileName", "instance-profile/{}"),
        "DeleteInstanceProfile": ("InstanceProfileName", "instance-profile/{}"),
        "GetInstanceProfile": ("InstanceProfileName", "instance-profile/{}"),
        "RemoveRoleFromInstanceProfile": ("InstanceProfileName", "instance-profile/{}"),
        "TagInstanceProfile": ("InstanceProfileName", "instance-profile/{}"),
    },
}
"""Service → action → the field with the name, and what it is in an ARN."""

MAPPING = {
    "GET": "GetEventSourceMapping",
    "PUT": "UpdateEventSourceMapping",
    "DELETE": "DeleteEventSourceMapping",
}
"""What is done to a mapping that the path names."""

lambda_action = iam_actions._lambda_action
extract_resource_arn = iam_actions.extract_resource_arn
current: ContextVar[str] = ContextVar("current", default="")
"""What the request at hand is about."""


def resource_of(service, method, path, headers, body, params, region, account) -> str:
    """As ministack's own, with what it does not see."""
    asked = Asked(body, params)
    action = iam_actions.extract_iam_action(service, method, path, headers, body, params) or ""
    verb = action.partition(":")[2]
    place = f"arn:aws:{service}:{'' if service == 'iam' else region}:{account}:"
    found = (
        of_tags(asked, path)
        or of_name(service, verb, asked, place)
        or of_folder(service, verb, asked, place)
        or of_list(service, verb, asked, place)
        or of_schedule(service, path, asked, params, place)
        or extract_resource_arn(service, method, path, headers, body, params, region, account)
    )
    current.set(found)
    return found


def action_of_lambda(method: str, path: str) -> str | None:
    """As ministack's own, which lists mappings where one is looked at, and does not judge who changes one."""
    parts = [part for part in path.split("/") if part]
    if len(parts) == 3 and parts[1] == "event-source-mappings":
        return MAPPING.get(method)
    if parts[-1:] == ["concurrency"] and method == "DELETE":
        return "DeleteFunctionConcurrency"
    return lambda_action(method, path)


class Asked:
    """The fields of a request, whichever way they came."""

    def __init__(self, body: bytes, params: dict) -> None:
        self.params = params
        try:
            self.document = json.loads(body) if body[:1] == b"{" else {}
        except ValueError:
            self.document = {}

    def get(self, path: str) -> str:
        """Of a field inside another, or of the first of several, as `repositoryNames.0`."""
        here = self.document
        for step in path.split("."):
            if isinstance(here, list):
                here = here[int(step)] if int(step) < len(here) else ""
            else:
                here = here.get(step, "") if isinstance(here, dict) else ""
        return here if isinstance(here, str) and here else iam_actions._query_param(self.params, path)


def of_tags(asked: Asked, path: str) -> str:
    """An ARN as it stands, in a field or in the path, also that of a topic's subscription: the topic decides."""
    if path.startswith("/tags/arn"):
        return unquote(path.removeprefix("/tags/"))
    arns = (arn for arn in map(asked.get, ARNS) if arn.startswith("arn:"))
    subscription = asked.get("SubscriptionArn")
    return next(arns, "") or (subscription.rpartition(":")[0] if subscription.startswith("arn:") else "")


def of_name(service: str, verb: str, asked: Asked, place: str) -> str:
    field, form = NAMED.get(service, {}).get(verb, ("", ""))
    name = asked.get(field) if field else ""
    return place + form.format(name) if name else ""


def of_folder(service: str, verb: str, asked: Asked, place: str) -> str:
    """A role or a policy with the folder of its name, which is a part of the ARN."""
    if service != "iam":
        return ""
    path = asked.get("Path") or "/"
    if verb == "CreateRole":
        return f"{place}role{path}{asked.get('RoleName')}"
    if verb == "CreatePolicy":
        return f"{place}policy{path}{asked.get('PolicyName')}"
    if verb == "CreateServiceLinkedRole":
        return f"{place}role/aws-service-role/{asked.get('AWSServiceName')}/"
    role = iam._roles.get(asked.get("RoleName")) or {}
    return role.get("Arn") or ""


def of_list(service: str, verb: str, asked: Asked, place: str) -> str:
    """Lists that AWS wants named, though what is listed is more than one."""
    if (service, verb) == ("logs", "DescribeLogGroups"):
        return f"{place}log-group:{asked.get('logGroupNamePrefix')}"
    if (service, verb) == ("rds", "DescribeGlobalClusters"):
        return f"arn:aws:rds::{place.split(':')[4]}:global-cluster:{asked.get('GlobalClusterIdentifier')}"
    if (service, verb) in (("rds", "DescribeDBClusters"), ("rds", "DescribeDBInstances")):
        kind = "cluster" if verb.endswith("Clusters") else "db"
        return f"{place}{kind}:{asked.get('DBClusterIdentifier') or asked.get('DBInstanceIdentifier')}"
    return ""


def of_schedule(service: str, path: str, asked: Asked, params: dict, place: str) -> str:
    """Its ARN begins with its group."""
    parts = [part for part in path.split("/") if part]
    if service != "scheduler" or len(parts) < 2 or parts[0] != "schedules":
        return ""
    group = asked.get("GroupName") or iam_actions._query_param(params, "groupName") or "default"
    return f"{place}schedule/{group}/{parts[1]}"
