"""Where a request ends in the bytes that have come so far. No I/O."""

import re
from dataclasses import dataclass
from http import HTTPStatus

HEAD_BYTES = 64 * 1024
"""Request line and headers: as much as a balancer sends on, with the cookies and claims of a login
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html, HTTP headers)."""
BODY_BYTES = 256 * 1024
"""A body is what a page's controls hold: some hundred bytes."""

_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_CODED = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Whole:
    """A request that is there as a whole, so many bytes long."""

    length: int


Refused = HTTPStatus


def first_request(received: bytes | bytearray) -> Whole | Refused | None:
    """The first request in `received`; the status with which it is refused; None while it is not whole.

    What is wrong with a head is for the HTTP parser to say: here it only has to end.
    """
    end = received.find(b"\r\n\r\n", 0, HEAD_BYTES)
    if end < 0:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if len(received) >= HEAD_BYTES else None
    head = bytes(received[: end + 2])
    if _CODED.search(head):
        # Its end is known only to who reads it; browsers tell the length (https://www.rfc-editor.org/rfc/rfc9110#status.411).
        return HTTPStatus.LENGTH_REQUIRED
    told = _LENGTH.search(head)
    body = 0 if told is None else int(told[1])
    if body > BODY_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    length = end + 4 + body
    return Whole(length) if len(received) >= length else None
