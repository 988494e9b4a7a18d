"""The last look at the pipeline as a file in the scratch folder: one process looks, all of them read."""

import dataclasses
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.model import PipelineHealth, RejectedReason, StageHealth, Throughput


class PipelineFile:
    """Also the source `Pipeline` of the pages."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def health(self) -> PipelineHealth | None:
        try:
            told = json.loads(self._path.read_text())
        except FileNotFoundError:
            return None
        stages = [StageHealth(**{**stage, "lag": _lag(stage["lag"])}) for stage in told.pop("stages")]
        throughput = [Throughput(**{**hour, "hour": _instant(hour["hour"])}) for hour in told.pop("throughput")]
        rejected = [RejectedReason(**reason) for reason in told.pop("rejected")]
        as_of = _instant(told.pop("as_of"))
        return PipelineHealth(as_of=as_of, stages=stages, throughput=throughput, rejected=rejected, **told)

    def write(self, health: PipelineHealth) -> None:
        """In one step: nobody reads half of it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        draft.write_text(json.dumps(dataclasses.asdict(health), default=_plain))
        draft.replace(self._path)


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _lag(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
