"""The thread that looks at a store: it survives every failure, and ends with its process."""

import logging
import threading
from pathlib import Path

import pytest

from app import refresher as module
from app.model import SourceError
from app.refresher import Refresher
from app.turns import Turn


@pytest.fixture
def draining(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    event = threading.Event()
    monkeypatch.setattr(module, "draining", event)
    monkeypatch.setattr(module, "TURN_SECONDS", 0.01)
    return event


def test_a_failing_store_is_told_once_and_looked_at_again(
    tmp_path: Path, draining: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    down = SourceError("down")
    looks: list[Exception | None] = [down, down, ValueError("odd"), None, down, None]

    def look() -> None:
        failure = looks.pop(0)
        if not looks:
            draining.set()
        if failure is not None:
            raise failure

    caplog.set_level(logging.WARNING)
    thread = Refresher("lake", look, Turn(tmp_path / "lock"), 0.001)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert [record.getMessage() for record in caplog.records] == [
        "refresh-lake: down",
        "refresh-lake: failed, and is tried again",
        "refresh-lake: answers again",
        "refresh-lake: down",
        "refresh-lake: answers again",
    ]


def test_one_of_two_looks_and_the_other_takes_over(tmp_path: Path, draining: threading.Event) -> None:
    looked = threading.Event()
    leader = Turn(tmp_path / "lock")
    assert leader.take()
    other = Refresher("lake", looked.set, Turn(tmp_path / "lock"), 0.01)
    other.start()
    assert not looked.wait(0.2)
    leader.leave()
    assert looked.wait(5)
    draining.set()
    other.join(5)
    assert leader.take()
