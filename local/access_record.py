"""Writes down what roles do on the embedded AWS: each action, by the resource of the policy that allowed it, once.

`__tests__/integration/local.test.ts` compares it with what the roles may do.
"""

import json
import os
from pathlib import Path

from ministack.core import iam_evaluator

FILE = "ACCESS_RECORD"
"""Names the variable with the path of the file, one JSON document on each line."""

ASSUMED = ":assumed-role/"

evaluate = iam_evaluator.evaluate
seen: set[str] = set()


def recorded(context, policies, *limits):
    """As ministack's own, which also asks it about policies of resources: those do not allow what a role may do itself."""
    result = evaluate(context, policies, *limits)
    _, assumed, session = context.principal_arn.partition(ASSUMED)
    if assumed and result.decision == "Allow":
        role = session.partition("/")[0]
        for resource in resources_of(context, policies):
            write({"role": role, "action": context.action, "resource": resource})
    return result


def resources_of(context, policies) -> list[str]:
    """Of the statements that allow it, as they are written."""
    return [
        resource
        for statements in policies
        for statement in statements
        if iam_evaluator._first_match(context, [statement], "Allow")
        for resource in statement.resources
        if iam_evaluator.fnmatch_iam_cs(context.resource_arn, resource)
    ]


def write(entry: dict) -> None:
    line = json.dumps(entry, sort_keys=True)
    if line in seen:
        return
    seen.add(line)
    with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def start() -> None:
    """Before the first request."""
    iam_evaluator.evaluate = recorded
