"""Gives the second attempt of a call the answer of its first one.

The Terraform provider now and then resets a connection while the answer to its request is on the way (about once in a
thousand requests, seen in what passed between both; why is not known), and its SDK asks again. What the first attempt has
made is there by then, and the deployment fails: "already exists". Every AWS SDK says which attempt of which call a request
is: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

Only answers of success to what changes something are kept: a refused call is to be looked at anew.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from werkzeug.wrappers import Request, Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

CALLS_KEPT = 2_000
"""A retry comes within seconds."""

BYTES_KEPT = 64 * 1024
"""What is longer is the answer to a question, not to a change."""


def answering_retries(app: App) -> App:
    answers: OrderedDict[str, list[Message]] = OrderedDict()

    async def answering(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        call, attempt = call_of(scope)
        if call is None:
            await app(scope, receive, send)
            return
        if attempt > 1 and call in answers:
            while (await receive()).get("more_body", False):
                pass
            for message in answers[call]:
                await send(dict(message))
            return
        said: list[Message] = []

        async def hearing(message: Message) -> None:
            said.append(message)
            await send(message)

        try:
            await app(scope, receive, hearing)
        finally:
            if is_kept(said):
                answers[call] = said
                if len(answers) > CALLS_KEPT:
                    answers.popitem(last=False)

    return answering


class FirstAttempt:
    """The attempt of a call that is answered, or was: a second one waits for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answer: Response | None = None


def answering_wsgi_retries(app: WsgiApp) -> WsgiApp:
    """The same for an application of WSGI, whose requests have a thread each."""
    attempts: OrderedDict[str, FirstAttempt] = OrderedDict()
    lock = threading.Lock()

    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        call = Request(environ).headers.get("amz-sdk-invocation-id")
        if call is None or environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return app(environ, start_response)
        with lock:
            first = attempts.setdefault(call, FirstAttempt())
            if len(attempts) > CALLS_KEPT:
                attempts.popitem(last=False)
        with first.lock:
            if first.answer is not None:
                Request(environ).get_data()  # else the connection is reset, and the answer lost again
                return first.answer(environ, start_response)
            answer = Response.from_app(app, environ, buffered=True)
            if 200 <= answer.status_code < 300 and len(answer.get_data()) <= BYTES_KEPT:
                first.answer = answer
        return answer(environ, start_response)

    return answering


def call_of(scope: MutableMapping[str, Any]) -> tuple[str | None, int]:
    """The call that a request is an attempt of, and which one; none for a question by its method, and for no SDK's."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return None, 1
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    attempt = re.search(r"attempt=(\d+)", headers.get(b"amz-sdk-request", ""))
    return headers.get(b"amz-sdk-invocation-id"), int(attempt.group(1)) if attempt else 1


def is_kept(said: list[Message]) -> bool:
    """Whether an answer is whole, one of success, and short."""
    if not said or said[0].get("type") != "http.response.start" or not 200 <= said[0]["status"] < 300:
        return False
    if said[-1].get("type") != "http.response.body" or said[-1].get("more_body", False):
        return False
    return sum(len(message.get("body", b"")) for message in said) <= BYTES_KEPT
