"""Health is answered from memory, whatever the stores do."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import lifecycle
from app.health import health
from tests.servers import serving


@pytest.fixture(params=["refuses", "is silent"])
def store(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port where nobody listens, or where somebody lets everybody in and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "is silent":
            listener.listen(100)
        yield int(listener.getsockname()[1])


def asked(path: str, is_ready: bool) -> tuple[int, str]:
    server = Flask("test")
    server.register_blueprint(health(lambda: is_ready))
    answer = server.test_client().get(path)
    return answer.status_code, answer.text


def test_readiness_waits_for_the_first_copy_and_liveness_does_not() -> None:
    assert asked("/health/live", is_ready=False) == (200, "live\n")
    assert asked("/health/ready", is_ready=False) == (503, "the lake has not been looked at yet\n")
    assert asked("/health/ready", is_ready=True) == (200, "ready\n")


def test_a_worker_that_drains_lives_and_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle.draining, "is_set", lambda: True)
    assert asked("/health/live", is_ready=True) == (200, "live\n")
    assert asked("/health/ready", is_ready=True) == (503, "draining\n")


def test_health_answers_at_once_while_no_store_does(tmp_path: Path, store: int) -> None:
    stores = {
        "DATA": "aws",
        "CURATED_BUCKET": "curated",
        "REJECTED_BUCKET": "rejected",
        "FIGURES_TABLE": "figures",
        "CONTRIBUTIONS_TABLE": "contributions",
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": str(store),
        "DATABASE_NAME": "events",
        "DATABASE_USER": "reader",
        "STAGE_QUEUES": "structure=a,load-figures=b,load-rows=c,load-lake=d",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{store}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "REFRESH_SECONDS": "1",
    }
    with serving(tmp_path, "app.wsgi:application", **stores) as server:
        server.until("/health/live", 200)
        for _ in range(20):
            began = time.monotonic()
            assert server.get("/health/live") == (200, b"live\n")
            assert server.get("/health/ready") == (503, b"the lake has not been looked at yet\n")
            assert time.monotonic() - began < 1
            time.sleep(0.1)
        assert server.stop() < 4


def test_pages_are_answered_and_readiness_is_not_while_it_drains(tmp_path: Path) -> None:
    with serving(tmp_path, "app.wsgi:application", DRAIN_SECONDS="3") as server:
        server.until("/health/ready", 200)
        server.process.terminate()
        time.sleep(1)
        for _ in range(10):
            assert server.get("/health/ready") == (503, b"draining\n")
            assert server.get("/health/live") == (200, b"live\n")
            assert server.get("/pipeline")[0] == 200
        server.process.wait(10)


def test_rejects_a_wrong_environment_before_any_worker_starts(tmp_path: Path) -> None:
    with serving(tmp_path, "app.wsgi:application", DATA="aws", GRACE_SECONDS="a while") as server:
        assert server.process.wait(20) != 0
        log = server.log.read_text()
        assert "CURATED_BUCKET must be set, got nothing" in log
        assert "GRACE_SECONDS must be a whole number from 1 to 119, got 'a while'" in log
        assert "Booting worker" not in log
