"""`/health/live` and `/health/ready`: answered from memory, so that no store can ever hold them up."""

from collections.abc import Callable

from flask import Blueprint, Response

from app.lifecycle import draining


def health(is_ready: Callable[[], bool]) -> Blueprint:
    """`is_ready` must not wait: it says whether the lake has been looked at."""
    pages = Blueprint("health", __name__, url_prefix="/health")

    @pages.get("/live")
    def live() -> Response:
        """That this process answers; what a store does is no reason to replace it."""
        return _answer("live", 200)

    @pages.get("/ready")
    def ready() -> Response:
        """Whether a balancer should send people here."""
        if draining.is_set():
            return _answer("draining", 503)
        return _answer("ready", 200) if is_ready() else _answer("the lake has not been looked at yet", 503)

    return pages


def _answer(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
