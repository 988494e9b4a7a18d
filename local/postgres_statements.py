"""Statements for the PostgreSQL of this environment, from a superuser who needs no password on the loopback interface.

PostgreSQL's protocol, as much as that takes: https://www.postgresql.org/docs/16/protocol-flow.html
"""

import os
import socket
import struct
from typing import BinaryIO

VERSION_3 = 196608
SECONDS = 30


class StatementError(Exception):
    """What PostgreSQL has said, with its code: https://www.postgresql.org/docs/16/errcodes-appendix.html"""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"PostgreSQL: {message} ({code})")
        self.code = code


def port() -> int:
    """Where it listens, from the environment: POSTGRES_PORT."""
    return int(os.environ["POSTGRES_PORT"])


def execute(statement: str, database: str = "postgres") -> None:
    """Runs one statement to its end. Raises StatementError, or OSError where no server answers."""
    with socket.create_connection(("127.0.0.1", port()), SECONDS) as connection:
        answers = connection.makefile("rb")
        session = f"user\0postgres\0database\0{database}\0\0".encode()
        connection.sendall(message(b"", struct.pack("!i", VERSION_3) + session))
        until_ready(answers)
        connection.sendall(message(b"Q", statement.encode() + b"\0"))
        until_ready(answers)


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def until_ready(answers: BinaryIO) -> None:
    """Reads all answers to one request; raises the first error."""
    while header := answers.read(5):
        kind, size = struct.unpack("!ci", header)
        body = answers.read(size - 4)
        if kind == b"E":
            fields = {field[:1]: field[1:].decode() for field in body.split(b"\0") if field}
            raise StatementError(fields.get(b"C", ""), fields.get(b"M", ""))
        if kind == b"Z":
            return
    raise OSError("PostgreSQL has closed the connection")
