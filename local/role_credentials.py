"""Credentials of a role for what runs on this machine in place of a task, as ECS gives them to a container.

`GET /_groundplan/credentials/<role>` answers in the form of
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html, which every SDK asks by itself where
`AWS_CONTAINER_CREDENTIALS_FULL_URI` names it. ECS is the one whom the role trusts; here it is whoever this machine lets in.
"""

import json
import os
from datetime import UTC, datetime, timedelta

from ministack.core.responses import get_account_id, set_request_account_id
from ministack.services import iam, sts

from retries import App, Message

PATH = "/_groundplan/credentials/"
LIFETIME = timedelta(hours=1)


def giving_credentials(app: App) -> App:
    async def giving(scope, receive, send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await app(scope, receive, send)
            return
        status, document = answer(scope["path"].removeprefix(PATH))
        for message in messages(status, document):
            await send(message)

    return giving


def answer(role: str) -> tuple[int, dict[str, str]]:
    set_request_account_id(os.environ["MINISTACK_ACCOUNT_ID"])
    if iam._roles.get(role) is None:
        return 404, {"message": f"there is no role {role}"}
    account = get_account_id()
    key, secret, token = iam._gen_session_access_key(), iam._gen_secret(), iam._gen_session_token()
    expiration = datetime.now(UTC) + LIFETIME
    sts.register_session(
        key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/task",
            "UserId": f"{role}:task",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": expiration.timestamp(),
        },
    )
    return 200, {
        "RoleArn": f"arn:aws:iam::{account}:role/{role}",
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "Token": token,
        "Expiration": f"{expiration:%Y-%m-%dT%H:%M:%SZ}",
    }


def messages(status: int, document: dict[str, str]) -> list[Message]:
    headers = [(b"content-type", b"application/json")]
    return [
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": json.dumps(document).encode()},
    ]
