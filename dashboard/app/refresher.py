"""A thread that repeats a look at a store, in one process of several."""

import logging
import threading
import time
from collections.abc import Callable

from app.lifecycle import draining
from app.model import SourceError
from app.turns import Turn

TURN_SECONDS = 1.0
"""Until a process asks again whether the one that looks has gone."""

log = logging.getLogger(__name__)


class Refresher(threading.Thread):
    """Ends with its process. It never dies of an error: what it looked at before stays, and tells of when it is."""

    def __init__(self, name: str, look: Callable[[], None], turn: Turn, seconds: float) -> None:
        super().__init__(name=f"refresh-{name}", daemon=True)
        self._look = look
        self._turn = turn
        self._seconds = seconds
        self._told: str | None = None

    def run(self) -> None:
        while not draining.is_set():
            if not self._turn.take():
                draining.wait(TURN_SECONDS)
                continue
            began = time.monotonic()
            self._attempt()
            # Of a store that takes long, most of the time is left for others.
            draining.wait(max(self._seconds, time.monotonic() - began))
        self._turn.leave()

    def _attempt(self) -> None:
        try:
            self._look()
        except SourceError as error:
            # Said once, not at every look.
            if str(error) != self._told:
                log.warning("%s: %s", self.name, error)
            self._told = str(error)
        except Exception:
            log.exception("%s: failed, and is tried again", self.name)
        else:
            if self._told is not None:
                log.warning("%s: answers again", self.name)
            self._told = None
