"""PostgreSQL for reading: every wait ends, nothing can be written, and at most a few connections are open."""

import ipaddress
import logging
import os
import queue
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import Any

from app.aws import Aws, answers
from app.model import SourceError
from app.per_process import PerProcess
from app.settings import Database

CONNECT_SECONDS = 2
STATEMENT_SECONDS = 5
ANSWER_SECONDS = STATEMENT_SECONDS + 1
"""Longer than the statement's own time-out: then the server is gone, and does not say so."""
CONNECTIONS = 2
"""Of one process, so that all tasks together stay far below what a small Aurora admits."""
WAIT_SECONDS = 10
"""For one of them to be free."""
CANCELLED = "57014"
"""The state of a statement that took too long."""


def is_loopback(host: str) -> bool:
    """Whether it is this machine: there is no network to protect, and no IAM that could sign."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


log = logging.getLogger(__name__)


class Postgres:
    """Asks over connections that are kept; each process has its own."""

    def __init__(self, database: Database, aws: Aws) -> None:
        self._database = database
        self._aws = aws
        self._kept: PerProcess[_Kept] = PerProcess(_Kept)

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[list[Any]]:
        """Raises SourceError. A kept connection that was lost meanwhile is replaced once."""
        import pg8000.exceptions

        kept = self._kept.get()
        if not kept.free.acquire(timeout=WAIT_SECONDS):
            raise SourceError(
                f"PostgreSQL has too much to answer: no turn within {WAIT_SECONDS} s. Try again in a moment"
            )
        try:
            while True:
                connection = kept.take()
                fresh = connection is None
                try:
                    connection = connection or self._connect()
                    rows = connection.run(sql, **(values or {}))
                except (pg8000.exceptions.Error, OSError) as error:
                    _close(connection)
                    if fresh or not _is_lost(error):
                        raise self._failure(error) from error
                    continue
                kept.put(connection)
                return rows
        finally:
            kept.free.release()

    def _connect(self) -> Any:
        """The token of IAM is good for 15 minutes, and the connection that it opened lives on."""
        import pg8000.native

        at = self._database
        local = is_loopback(at.host)
        opened = socket.create_connection((at.host, at.port), CONNECT_SECONDS)
        try:
            opened.settimeout(ANSWER_SECONDS)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return pg8000.native.Connection(
                at.user,
                host=at.host,
                port=at.port,
                database=at.name,
                password="iam" if local else self._token(),
                ssl_context=False if local else _verified(),
                sock=opened,
                application_name="dashboard",
                startup_params={
                    "statement_timeout": str(STATEMENT_SECONDS * 1000),
                    "default_transaction_read_only": "on",
                    # To compile a question takes longer than to answer one of ours.
                    "jit": "off",
                },
            )
        except BaseException:
            opened.close()
            raise

    def _token(self) -> str:
        at = self._database
        client = self._aws.client("rds")
        with answers("IAM", "the credentials of the dashboard's role"):
            return str(client.generate_db_auth_token(DBHostname=at.host, Port=at.port, DBUsername=at.user))

    def _failure(self, error: Exception) -> SourceError:
        at = f"PostgreSQL at {self._database.host}:{self._database.port}"
        told = _told(error)
        if told.get("C") == CANCELLED:
            return SourceError(f"{at} did not answer within {STATEMENT_SECONDS} s: ask for fewer shops or days")
        reason = told.get("M", f"{type(error).__name__}: {error}")
        return SourceError(
            f"{at} does not answer ({reason}): look at its cluster, and at the user {self._database.user}"
        )


class _Kept:
    """Connections of one process that nobody uses now; the last one used comes first."""

    def __init__(self) -> None:
        self.free = threading.BoundedSemaphore(CONNECTIONS)
        self._idle: queue.LifoQueue[Any] = queue.LifoQueue()

    def take(self) -> Any | None:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return None

    def put(self, connection: Any) -> None:
        self._idle.put(connection)


def _told(error: Exception) -> Mapping[str, str]:
    """What the server said, by letter of https://www.postgresql.org/docs/16/protocol-error-fields.html."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, dict) else {}


def _is_lost(error: Exception) -> bool:
    """Whether it says nothing of the question: the connection ended, or the server did (class 57P)."""
    state = _told(error).get("C")
    return state is None or state.startswith(("57P", "08"))


def _verified() -> ssl.SSLContext:
    """The server must be who it says: its certificate is checked with the bundle of RDS, and its name too."""
    return ssl.create_default_context(cafile=os.environ.get("PGSSLROOTCERT") or None)


def _close(connection: Any) -> None:
    """Not waited for: a dead server does not say goodbye."""
    if connection is not None:
        try:
            connection.close()
        except Exception as error:
            log.debug("postgres: a connection did not close: %s", error)
