"""Clients of AWS, one of each for a process, with waits that end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.model import SourceError
from app.per_process import PerProcess

CONNECT_SECONDS = 2
READ_SECONDS = 5
"""For what a page waits for."""
COPY_SECONDS = 20
"""For S3, which nobody waits for: a file of some hundred MiB starts late on a slow day."""
CONNECTIONS = 10
"""Kept open to one service, as many as threads ask at once."""


class Aws:
    """Opens clients; settings of endpoint, region and credentials are boto3's own."""

    def __init__(self) -> None:
        self._clients: PerProcess[_Clients] = PerProcess(_Clients)

    def client(self, service: str) -> Any:
        return self._clients.get().client(service)


class _Clients:
    def __init__(self) -> None:
        import boto3  # a third of a second, which the master process need not spend

        self._session = boto3.session.Session()
        self._lock = threading.Lock()
        self._open: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Clients may be shared by threads, but not made by several at once."""
        from botocore.config import Config

        with self._lock:
            if service not in self._open:
                config = Config(
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=COPY_SECONDS if service == "s3" else READ_SECONDS,
                    retries={"total_max_attempts": 2, "mode": "standard"},
                    max_pool_connections=CONNECTIONS,
                )
                self._open[service] = self._session.client(service, config=config)
            return self._open[service]


@contextmanager
def answers(what: str, look_at: str) -> Iterator[None]:
    """Whatever AWS or the way to it does wrong becomes a SourceError that says what to look at."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError, OSError) as error:
        raise SourceError(f"{what} does not answer ({error}): look at {look_at}") from error


def is_missing(error: Any) -> bool:
    """Whether a ClientError says that an object or a queue is not there."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code in {"404", "NoSuchKey", "NotFound"} or "NonExistentQueue" in code or "QueueDoesNotExist" in code
