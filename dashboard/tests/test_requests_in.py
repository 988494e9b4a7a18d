"""Where a request ends."""

from http import HTTPStatus

import pytest

from app.requests_in import BODY_BYTES, HEAD_BYTES, Whole, first_request

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nCONTENT-length:  5 \r\nHost: x\r\n\r\nabcde"


@pytest.mark.parametrize("request_", [GET, POST])
def test_a_request_is_whole_with_its_last_byte(request_: bytes) -> None:
    for length in range(len(request_)):
        assert first_request(request_[:length]) is None
    assert first_request(request_) == Whole(len(request_))
    assert first_request(request_ + GET) == Whole(len(request_))


@pytest.mark.parametrize(
    ("received", "status"),
    [
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", HTTPStatus.LENGTH_REQUIRED),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_BYTES + 1), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    ],
)
def test_rejects_what_would_not_end_or_not_fit(received: bytes, status: HTTPStatus) -> None:
    assert first_request(received) == status


def test_a_length_that_is_none_is_left_to_the_parser() -> None:
    request_ = b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n"
    assert first_request(request_) == Whole(len(request_))
