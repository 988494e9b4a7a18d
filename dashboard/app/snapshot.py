"""What is published in the scratch folder: a numbered file, and a pointer to it that is replaced in one step."""

import json
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.model import Freshness


@dataclass(frozen=True, slots=True)
class Current:
    """What the pointer says."""

    number: int
    of: str
    """Fingerprint of the files of the lake that are in it."""
    freshness: Freshness


class Snapshots:
    """Written by one process at a time, read by all. What is not named by the pointer is nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current.json"

    def current(self) -> Current | None:
        try:
            told = json.loads(self._pointer.read_text())
        except FileNotFoundError:
            return None
        newest = told["newestEvent"]
        freshness = Freshness(
            as_of=datetime.fromisoformat(told["asOf"]),
            files=told["files"],
            newest_month=told["newestMonth"],
            newest_event=None if newest is None else datetime.fromisoformat(newest),
        )
        return Current(told["number"], told["of"], freshness)

    def path(self, number: int) -> Path:
        return self.folder / f"{number:06}.parquet"

    def publish(self, draft: Path, of: str, freshness: Freshness) -> None:
        """Makes `draft`, a finished file, the current one; the ones before are removed."""
        before = self.current()
        # Past every file that is there: one that was left by a crash may be open in a reader that saw it as current.
        taken = [int(path.stem) for path in self.folder.glob("[0-9]*.parquet")]
        number = max([0 if before is None else before.number, *taken]) + 1
        draft.replace(self.path(number))
        self._point(Current(number, of, freshness))
        for path in self.folder.glob("[0-9]*.parquet"):
            if path != self.path(number):
                path.unlink(missing_ok=True)

    def seen_again(self, current: Current, as_of: datetime) -> None:
        """The lake is as it was, and that was looked at."""
        self._point(replace(current, freshness=replace(current.freshness, as_of=as_of)))

    def _point(self, current: Current) -> None:
        fresh = current.freshness
        told = {
            "number": current.number,
            "of": current.of,
            "asOf": fresh.as_of.isoformat(),
            "files": fresh.files,
            "newestMonth": fresh.newest_month,
            "newestEvent": None if fresh.newest_event is None else fresh.newest_event.isoformat(),
        }
        draft = self.folder / f"current.{os.getpid()}.tmp"
        draft.write_text(json.dumps(told))
        draft.replace(self._pointer)
