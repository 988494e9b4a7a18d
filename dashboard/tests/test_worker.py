"""The worker alone: no held connection keeps a request from its answer, and none is lost at the end."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.servers import Server, serving

HEALTH = "/health/live"
HELD = 100
HALF_HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
HALF_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
KEPT_ALIVE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LEFT_OPEN = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("worker"), "tests.small_app:application") as started:
        started.until(HEALTH, 200)
        yield started


def answered_within_a_second(server: Server, times: int) -> int:
    good = 0
    for _ in range(times):
        try:
            good += server.get(HEALTH, seconds=1)[0] == 200
        except OSError:
            continue
    return good


@pytest.mark.parametrize(
    "sent",
    [b"", HALF_HEAD, HALF_BODY, KEPT_ALIVE, LEFT_OPEN],
    ids=["nothing sent", "half a head", "half a body", "kept alive", "closed by us only"],
)
def test_health_answers_while_connections_are_held(server: Server, sent: bytes) -> None:
    held = [server.connect(sent) for _ in range(HELD)]
    try:
        assert answered_within_a_second(server, 100) == 100
    finally:
        for connection in held:
            connection.close()


def test_health_answers_while_every_thread_has_a_slow_request(server: Server) -> None:
    slow = [server.connect(b"GET /slow/2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") for _ in range(48)]
    try:
        assert answered_within_a_second(server, 20) == 20
    finally:
        for connection in slow:
            connection.close()
    server.until("/", 200)


def test_a_new_connection_gets_in_when_all_places_are_held(tmp_path: Path) -> None:
    with serving(tmp_path, "tests.small_app:application", "--worker-connections", "20", WEB_CONCURRENCY="1") as server:
        server.until(HEALTH, 200)
        held = [server.connect(HALF_HEAD) for _ in range(60)]
        assert answered_within_a_second(server, 10) == 10
        for connection in held:
            connection.close()


def test_a_request_in_pieces_is_answered(server: Server) -> None:
    with server.connect() as connection:
        for piece in (b"POST /in/pieces HT", b"TP/1.1\r\nHost: x\r\nContent-Le", b"ngth: 4\r\n\r", b"\nab", b"cd"):
            connection.sendall(piece)
            time.sleep(0.05)
        got = b""
        while not got.endswith(b"/in/pieces abcd"):
            piece = connection.recv(4096)
            assert piece, got
            got += piece


def test_requests_sent_at_once_are_answered_in_order(server: Server) -> None:
    with server.connect(b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(3))) as connection:
        got = b""
        while got.count(b"200 OK") < 3 or not got.endswith(b"/2 "):
            got += connection.recv(4096)
        places = [got.index(b"\r\n\r\n/%d " % number) for number in range(3)]
        assert places == sorted(places)


def test_rejects_half_a_request_after_ten_seconds(server: Server) -> None:
    with server.connect(HALF_HEAD, seconds=15) as connection:
        began = time.monotonic()
        assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")
        assert connection.recv(4096) == b""
        assert 9 < time.monotonic() - began < 13


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 70_000, b"431"),
        (b"no HTTP at all\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
    ],
    ids=["chunked", "a long body", "a long head", "no HTTP", "two lengths"],
)
def test_rejects_what_it_does_not_take(server: Server, sent: bytes, status: bytes) -> None:
    with server.connect(sent) as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 " + status)


def test_slow_requests_are_finished_after_sigterm_and_idle_connections_closed(tmp_path: Path) -> None:
    with serving(tmp_path, "tests.small_app:application") as server:
        server.until(HEALTH, 200)
        idle = [server.connect(KEPT_ALIVE) for _ in range(20)]
        half = [server.connect(HALF_HEAD) for _ in range(20)]
        for connection in idle:
            connection.recv(4096)
        with ThreadPoolExecutor(16) as pool:
            slow = [pool.submit(server.get, "/slow/4", 10) for _ in range(16)]
            time.sleep(0.5)
            took = server.stop()
            assert [answer.result() for answer in slow] == [(200, b"/slow/4 ")] * 16
        assert took < 6
        assert server.process.returncode == 0
        for connection in idle + half:
            connection.close()


def test_a_request_that_outlasts_the_grace_does_not_delay_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, "tests.small_app:application", GRACE_SECONDS="2") as server:
        server.until(HEALTH, 200)
        with server.connect(b"GET /slow/30 HTTP/1.1\r\nHost: x\r\n\r\n"):
            time.sleep(0.3)
            assert server.stop() < 4


def test_a_kept_connection_may_still_ask_when_the_end_begins(tmp_path: Path) -> None:
    with serving(tmp_path, "tests.small_app:application") as server:
        server.until(HEALTH, 200)
        kept = HTTPConnection("127.0.0.1", server.port, timeout=5)
        kept.request("GET", "/first")
        kept.getresponse().read()
        server.process.terminate()
        time.sleep(0.3)
        kept.request("GET", "/last")
        answer = kept.getresponse()
        assert (answer.status, answer.getheader("Connection")) == (200, "close")
        kept.close()
        server.process.wait(10)


def test_new_requests_are_answered_while_it_drains_and_it_ends_within_its_grace(tmp_path: Path) -> None:
    drain, grace = 3, 10
    variables = {"DRAIN_SECONDS": str(drain), "GRACE_SECONDS": str(grace)}
    with serving(tmp_path, "tests.small_app:application", **variables) as server:
        server.until(HEALTH, 200)
        began = time.monotonic()
        server.process.terminate()
        answers = []
        while time.monotonic() - began < drain - 0.5:
            answers.append(server.get("/new", seconds=1))
            time.sleep(0.1)
        assert answers == [(200, b"/new ")] * len(answers)
        server.process.wait(grace)
        assert drain < time.monotonic() - began < drain + 3
        assert server.process.returncode == 0
        with pytest.raises(ConnectionRefusedError):
            server.get("/late")


def test_a_request_that_outlasts_drain_and_grace_does_not_delay_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, "tests.small_app:application", DRAIN_SECONDS="2", GRACE_SECONDS="4") as server:
        server.until(HEALTH, 200)
        server.process.terminate()
        time.sleep(1)
        with server.connect(b"GET /slow/30 HTTP/1.1\r\nHost: x\r\n\r\n"):
            began = time.monotonic()
            server.process.wait(10)
            assert time.monotonic() - began < 4


def test_who_was_let_in_by_the_kernel_is_answered_too(tmp_path: Path) -> None:
    """A stopped event loop stands for a busy one: the connections wait in the kernel when the signal comes."""
    with serving(tmp_path, "tests.small_app:application", WEB_CONCURRENCY="1") as server:
        server.until(HEALTH, 200)
        (worker,) = server.workers()
        os.kill(worker, signal.SIGSTOP)
        waiting = [server.connect(b"GET /late HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(5)]
        server.process.terminate()
        time.sleep(0.3)
        os.kill(worker, signal.SIGCONT)
        answers = [read_all(connection) for connection in waiting]
        assert [answer.partition(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 200 OK"] * 5
        server.process.wait(10)


def read_all(connection: socket.socket) -> bytes:
    with connection:
        got = b""
        try:
            while chunk := connection.recv(4096):
                got += chunk
        except ConnectionResetError:
            pass
        return got
