"""How the pipeline is doing, from what its stages have written: manifests, heads, refused lines, queues."""

import heapq
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TypeVar

from app.loaded import File, Loaded
from app.model import PipelineHealth, RejectedReason, SourceError, StageHealth, Throughput
from app.objects import Listed, Objects
from app.parallel import each
from app.queues import Queues
from app.rejected import PACKED, reasons
from app.settings import STAGES

MANIFEST_PREFIX = "manifests/"
MANIFEST_BYTES = 16 * 1024 * 1024
"""A manifest names at most 10,000 files, and those of the version before."""
LOOKED_AT = 1_000
"""Newest files."""
LAG_OF = 100
"""Newest files, of which the median is taken."""
REJECTED_BYTES = 16 * 1024 * 1024
"""Of refused lines, packed, that one look reads: it ends in time, and the next look reads on."""
RULES = 50
"""Rules that are told apart. A field that nobody knows makes a rule of its own, so there may be any number."""
OTHER = "other rules"
UNREAD = "not read: too long, gone, or not yet"

T = TypeVar("T")

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of a manifest."""

    file: File
    written: datetime
    source_written: datetime
    lines_in: int
    good: int
    rejected: int
    rejected_key: str | None


@dataclass(frozen=True, slots=True)
class End:
    """A file that a stage brought to its end."""

    at: datetime
    lag: timedelta
    lines: int


class PipelineLook:
    """For one process at a time. What has been read stays: files do not change once a stage has done with them."""

    def __init__(
        self,
        curated: Objects,
        rejected: Objects,
        loaded: Mapping[str, Loaded],
        queues: Queues,
        tell: Callable[[PipelineHealth], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._curated = curated
        self._rejected = rejected
        self._loaded = loaded
        self._queues = queues
        self._tell = tell
        self._now = now
        self._known = 0
        self._seen: dict[str, Seen] = {}
        self._done: dict[str, dict[str, tuple[str, datetime]]] = {stage: {} for stage in loaded}
        self._reasons: dict[str, Counter[str]] = {}
        self._problems: list[str] = []

    def refresh(self) -> None:
        """A store that does not answer leaves the others, and is named."""
        self._problems = []
        self._attempt(self._look_at_manifests)
        seen = sorted(self._seen.values(), key=lambda one: one.written, reverse=True)
        for stage in self._loaded:
            self._attempt(lambda stage=stage: self._look_at_store(stage, seen))
        self._attempt(lambda: self._look_at_rejected(seen))
        depths = {stage: self._attempt(lambda stage=stage: self._queues.depth(stage)) for stage in STAGES}

        as_of = self._now()
        ends = {stage: self._ends(stage, seen) for stage in STAGES}
        stages = []
        for stage in STAGES:
            depth = depths[stage]
            stages.append(
                StageHealth(
                    stage=stage,
                    files_last_hour=sum(as_of - end.at <= HOUR for end in ends[stage]),
                    files_last_day=sum(as_of - end.at <= DAY for end in ends[stage]),
                    lag=_lag(ends[stage]),
                    waiting=None if depth is None else depth.waiting,
                    dead_letters=None if depth is None else depth.dead_letters,
                )
            )
        self._tell(
            PipelineHealth(
                as_of=as_of,
                stages=stages,
                throughput=_throughput(ends, as_of),
                lines_in=sum(one.lines_in for one in seen),
                lines_good=sum(one.good for one in seen),
                lines_rejected=sum(one.rejected for one in seen),
                rejected=self._rules(seen),
                files_looked_at=len(seen),
                files_known=self._known,
                problems=list(dict.fromkeys(self._problems)),
            )
        )

    def _attempt(self, look: Callable[[], T]) -> T | None:
        try:
            return look()
        except SourceError as error:
            self._problems.append(str(error))
            return None

    def _look_at_manifests(self) -> None:
        listed = list(self._curated.list(MANIFEST_PREFIX))
        newest = heapq.nlargest(LOOKED_AT, listed, key=lambda found: (found.modified, found.key))
        wanted = {_source(found.key): found for found in newest}
        kept = {
            source: one
            for source, one in self._seen.items()
            if source in wanted and wanted[source].etag == one.file.manifest_etag
        }
        new = [found for source, found in wanted.items() if source not in kept]
        read = [one for one in each(self._manifest, new) if one is not None]
        self._seen = {**kept, **{one.file.source: one for one in read}}
        self._known = len(listed)

    def _manifest(self, found: Listed) -> Seen | None:
        """None when it is gone, or no manifest."""
        text = self._curated.read(found.key, MANIFEST_BYTES)
        if text is None:
            return None
        try:
            told = json.loads(text)
            source, lines = told["source"], told["lines"]
            return Seen(
                file=File(_source(found.key), source["etag"], found.etag),
                written=found.modified,
                source_written=datetime.fromisoformat(source["lastModified"]),
                lines_in=lines["in"],
                good=lines["good"],
                rejected=lines["rejected"],
                rejected_key=told["rejected"],
            )
        except (ValueError, KeyError, TypeError):
            self._problems.append(f"{found.key} is no manifest: delete it and send the raw object again")
            return None

    def _look_at_store(self, stage: str, seen: Sequence[Seen]) -> None:
        """Only what was not there before is asked for."""
        before = self._done[stage]
        known = {
            one.file.source: before[one.file.source]
            for one in seen
            if before.get(one.file.source, ("",))[0] == one.file.manifest_etag
        }
        self._done[stage] = known
        missing = [one.file for one in seen if one.file.source not in known]
        if missing:
            found = self._loaded[stage].when(missing)
            etags = {file.source: file.manifest_etag for file in missing}
            self._done[stage] = {**known, **{source: (etags[source], at) for source, at in found.items()}}

    def _ends(self, stage: str, seen: Iterable[Seen]) -> list[End]:
        """Newest first."""
        if stage == "structure":
            return [End(one.written, _after(one.source_written, one.written), one.lines_in) for one in seen]
        done = self._done[stage]
        ends = [
            End(done[one.file.source][1], _after(one.written, done[one.file.source][1]), one.good)
            for one in seen
            if one.file.source in done
        ]
        return sorted(ends, key=lambda end: end.at, reverse=True)

    def _look_at_rejected(self, seen: Sequence[Seen]) -> None:
        keys = [one.rejected_key for one in seen if one.rejected_key is not None]
        self._reasons = {key: self._reasons[key] for key in keys if key in self._reasons}
        left = REJECTED_BYTES
        for key in [key for key in keys if key not in self._reasons]:
            if left <= 0:
                return
            packed = self._rejected.read(key, PACKED)
            left -= len(packed or b"")
            try:
                self._reasons[key] = Counter() if packed is None else reasons(packed)
            except (ValueError, KeyError, TypeError, zlib.error) as error:
                self._reasons[key] = Counter()
                self._problems.append(f"{key} holds no refused lines ({error}): send its raw object again")

    def _rules(self, seen: Iterable[Seen]) -> list[RejectedReason]:
        """Most lines first; they add up to all that were rejected."""
        total: Counter[str] = Counter()
        unread = 0
        for one in seen:
            counted = self._reasons.get(one.rejected_key or "", Counter())
            total += counted
            unread += max(0, one.rejected - counted.total())
        common = total.most_common(RULES)
        rest = {OTHER: total.total() - sum(lines for _, lines in common), UNREAD: unread}
        rules = [*common, *((rule, lines) for rule, lines in rest.items() if lines > 0)]
        return [RejectedReason(rule, lines) for rule, lines in sorted(rules, key=lambda one: (-one[1], one[0]))]


def _source(key: str) -> str:
    return key.removeprefix(MANIFEST_PREFIX).removesuffix(".json")


def _after(before: datetime, at: datetime) -> timedelta:
    """S3 tells whole seconds: what seems to come before its cause came with it."""
    return max(at - before, timedelta(0))


def _lag(ends: Sequence[End]) -> timedelta | None:
    return median([end.lag for end in ends[:LAG_OF]]) if ends else None


def _throughput(ends: Mapping[str, Sequence[End]], as_of: datetime) -> list[Throughput]:
    files: Counter[tuple[datetime, str]] = Counter()
    lines: Counter[tuple[datetime, str]] = Counter()
    for stage, done in ends.items():
        for end in done:
            if as_of - end.at <= DAY:
                hour = end.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
                files[hour, stage] += 1
                lines[hour, stage] += end.lines
    order = {stage: at for at, stage in enumerate(STAGES)}
    hours = sorted(files, key=lambda one: (one[0], order[one[1]]))
    return [Throughput(stage, hour, files[hour, stage], lines[hour, stage]) for hour, stage in hours]
