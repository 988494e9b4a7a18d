"""What an erasure has replaced, for the stage that lets the other stores follow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from support.storage import File, Storage

Replacement = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """A file with rows of the visitors."""

    file: File
    rows: int
    erased: int


def replacement_of(hit: Hit, size: int) -> Replacement:
    """`rows` and `bytes` are those of the new file; `source` is the first part of its name."""
    name = hit.file.key.rsplit("/", 1)[1]
    return {
        "key": hit.file.key,
        "source": name[:32],
        "rows": hit.rows - hit.erased,
        "erased": hit.erased,
        "bytes": size,
    }


class Report:
    """Names files and counts, never a visitor: a list of the erased would be what was to be erased.

    It is written before the first file is replaced, so that no end of a run, however early, hides what was. A retry of
    the run takes over what the report has.
    """

    def __init__(self, storage: Storage, key: str) -> None:
        self.key = key
        self._storage = storage
        self._facts: Mapping[str, Any] = {}
        self._replacements: list[Replacement] = []

    def begin(self, facts: Mapping[str, Any], replacements: Sequence[Replacement]) -> None:
        keys = {replacement["key"] for replacement in replacements}
        text = self._storage.read_text(self.key)
        earlier = [] if text is None else json.loads(text)["replaced"]
        self._facts = facts
        self._replacements = [*(one for one in earlier if one["key"] not in keys), *replacements]
        self._write("begun", [])

    def end(self, left: Sequence[str]) -> None:
        """`left` are keys of files that could not be replaced."""
        self._replacements = [one for one in self._replacements if one["key"] not in left]
        self._write("incomplete" if left else "erased", left)

    def _write(self, outcome: str, left: Sequence[str]) -> None:
        value = {"schemaVersion": 1, "outcome": outcome, **self._facts, "replaced": self._replacements, "left": left}
        self._storage.put_text(self.key, json.dumps(value, indent=1, sort_keys=True) + "\n")
