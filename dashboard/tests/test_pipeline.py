"""The health of the pipeline, from what its stages have left."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.loaded import File, HeadsLoaded
from app.model import PipelineHealth, RejectedReason, SourceError, StageHealth, Throughput
from app.pipeline import OTHER, RULES, UNREAD, PipelineLook
from app.pipeline_file import PipelineFile
from app.queues import Depth
from app.rejected import UNPACKED, reasons, rule_of
from tests.lakes import MemoryObjects

NOW = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Times:
    """A store that says when it had brought a source in."""

    def __init__(self) -> None:
        self.at: dict[str, datetime] = {}
        self.asked: list[int] = []
        self.fails = False

    def when(self, files: Sequence[File]) -> Mapping[str, datetime]:
        self.asked.append(len(files))
        if self.fails:
            raise SourceError("PostgreSQL does not answer")
        return {file.source: self.at[file.source] for file in files if file.source in self.at}


class FixedQueues:
    def depth(self, stage: str) -> Depth:
        if stage == "load-rows":
            raise SourceError("The queue load-rows does not answer")
        return Depth(waiting=3, dead_letters=1)


class World:
    def __init__(self, folder: Path) -> None:
        self.curated, self.rejected = MemoryObjects(), MemoryObjects()
        self.rows, self.figures = Times(), Times()
        self.file = PipelineFile(folder / "health.json")
        loaded = {"load-figures": self.figures, "load-rows": self.rows, "load-lake": HeadsLoaded(self.curated)}
        self.look = PipelineLook(self.curated, self.rejected, loaded, FixedQueues(), self.file.write, lambda: NOW)

    def manifest(self, number: int, before: timedelta, lag: timedelta, rejected: Sequence[str] = ()) -> str:
        """Written so long before now, so long after its raw object; brought to the lake a minute later."""
        source, written = f"{number:032x}", NOW - before
        key = None
        if rejected:
            key = f"rejected/{source}-0.ndjson.gz"
            lines = "".join(json.dumps({"reason": reason}) + "\n" for reason in rejected)
            self.rejected.put(key, gzip.compress(lines.encode()))
        told = {
            "source": {"etag": f"etag-{number}", "lastModified": (written - lag).isoformat()},
            "lines": {"in": 10 + len(rejected), "good": 10, "rejected": len(rejected)},
            "rejected": key,
        }
        manifest = f"manifests/{source}.json"
        self.curated.put(manifest, json.dumps(told).encode(), written)
        self.head(source, "loaded", self.curated.etag(manifest), written + MINUTE)
        return source

    def head(self, source: str, status: str, manifest_etag: str, at: datetime, told: bool = True) -> None:
        head = {"status": status, "manifestEtag": manifest_etag, "loadedAt": at.isoformat() if told else None}
        self.curated.put(f"heads/{source}.json", json.dumps(head).encode(), at)

    def health(self) -> PipelineHealth:
        self.look.refresh()
        health = self.file.health()
        assert health is not None
        return health

    def stage(self, name: str) -> StageHealth:
        return next(stage for stage in self.health().stages if stage.stage == name)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_there_is_nothing_before_the_first_look(world: World) -> None:
    assert world.file.health() is None


def test_a_pipeline_without_files_is_healthy(world: World) -> None:
    health = world.health()
    assert (health.as_of, health.files_looked_at, health.files_known) == (NOW, 0, 0)
    assert list(health.throughput) == []
    assert [stage.lag for stage in health.stages] == [None] * 4


def test_files_of_the_last_hour_and_day_are_counted_and_the_median_lag_told(world: World) -> None:
    world.manifest(1, before=timedelta(minutes=30), lag=timedelta(seconds=4))
    world.manifest(2, before=timedelta(hours=3), lag=timedelta(seconds=8))
    world.manifest(3, before=timedelta(days=2), lag=timedelta(seconds=60))
    stage = world.stage("structure")
    assert (stage.files_last_hour, stage.files_last_day, stage.lag) == (1, 2, timedelta(seconds=8))
    lake = world.stage("load-lake")
    assert (lake.files_last_hour, lake.files_last_day, lake.lag) == (1, 2, MINUTE)


def test_throughput_is_by_hour_and_stage(world: World) -> None:
    world.manifest(1, before=timedelta(minutes=30), lag=MINUTE, rejected=["x must be y, got z"])
    world.manifest(2, before=timedelta(minutes=29), lag=MINUTE)
    noon = datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert list(world.health().throughput) == [
        Throughput("structure", noon, 2, 21),
        Throughput("load-lake", noon, 2, 20),
    ]


def test_a_version_that_a_store_does_not_hold_yet_is_not_counted(world: World) -> None:
    source = world.manifest(1, before=10 * MINUTE, lag=MINUTE)
    etag = world.curated.etag(f"manifests/{source}.json")
    world.head(source, "loading", etag, NOW)
    assert world.stage("load-lake").files_last_day == 0
    world.head(source, "loaded", "another version", NOW)
    assert world.stage("load-lake").files_last_day == 0
    world.head(source, "loaded", etag, NOW)
    assert world.stage("load-lake").files_last_day == 1


def test_a_head_that_does_not_say_when_is_as_old_as_its_object(world: World) -> None:
    source = world.manifest(1, before=10 * MINUTE, lag=MINUTE)
    etag = world.curated.etag(f"manifests/{source}.json")
    world.head(source, "loading", etag, NOW - 4 * MINUTE, told=False)
    assert world.stage("load-lake").files_last_day == 0
    world.head(source, "loaded", etag, NOW - 4 * MINUTE, told=False)
    assert (world.stage("load-lake").files_last_day, world.stage("load-lake").lag) == (1, 6 * MINUTE)


def test_lines_and_rules_add_up(world: World) -> None:
    world.manifest(1, 10 * MINUTE, MINUTE, ["type must be one of a, b, got c", 'type must be one of a, b, got "d"'])
    world.manifest(2, 9 * MINUTE, MINUTE, ["a line must be JSON, got something else"])
    gone = world.manifest(3, 8 * MINUTE, MINUTE, ["never to be read, got it"])
    del world.rejected.bodies[f"rejected/{gone}-0.ndjson.gz"]
    health = world.health()
    assert (health.lines_in, health.lines_good, health.lines_rejected) == (34, 30, 4)
    assert list(health.rejected) == [
        RejectedReason("type must be one of a, b", 2),
        RejectedReason("a line must be JSON", 1),
        RejectedReason(UNREAD, 1),
    ]


def test_more_rules_than_are_told_apart_are_added_up(world: World) -> None:
    world.manifest(1, MINUTE, MINUTE, [f'"field-{number}" is not a field of an event, got 1' for number in range(80)])
    rejected = world.health().rejected
    assert len(rejected) == RULES + 1
    assert rejected[0] == RejectedReason(OTHER, 30)


def test_one_failing_store_leaves_the_others_and_is_named(world: World) -> None:
    world.manifest(1, MINUTE, MINUTE)
    world.rows.fails = True
    health = world.health()
    assert list(health.problems) == ["PostgreSQL does not answer", "The queue load-rows does not answer"]
    stages = {stage.stage: stage for stage in health.stages}
    assert (stages["structure"].files_last_day, stages["load-rows"].files_last_day) == (1, 0)
    assert (stages["structure"].waiting, stages["structure"].dead_letters) == (3, 1)
    assert (stages["load-rows"].waiting, stages["load-rows"].dead_letters) == (None, None)


def test_what_was_seen_stays_while_the_bucket_does_not_answer(world: World) -> None:
    world.manifest(1, MINUTE, MINUTE)
    world.health()
    world.curated.fails = "The bucket curated does not answer"
    health = world.health()
    assert (health.files_looked_at, health.problems[0]) == (1, "The bucket curated does not answer")


def test_rejects_a_manifest_that_is_none_by_name(world: World) -> None:
    world.curated.put("manifests/x.json", b"{}")
    rule = "manifests/x.json is no manifest: delete it and send the raw object again"
    assert world.health().problems[0] == rule


def test_only_what_was_not_known_is_asked_for_again(world: World) -> None:
    source = world.manifest(1, MINUTE, MINUTE)
    world.rows.at[source] = NOW
    world.health()
    world.health()
    world.manifest(2, MINUTE, MINUTE)
    world.health()
    assert world.rows.asked == [1, 1]
    assert len([key for key in world.curated.reads if key.startswith("manifests/")]) == 2


def test_a_manifest_that_was_replaced_is_read_again(world: World) -> None:
    world.manifest(1, MINUTE, MINUTE)
    world.health()
    world.manifest(1, MINUTE, MINUTE, ["a must be b, got c"])
    assert world.health().lines_rejected == 1


def test_only_the_newest_thousand_files_are_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pipeline.LOOKED_AT", 2)
    for number in range(3):
        world.manifest(number, before=number * MINUTE, lag=MINUTE)
    health = world.health()
    assert (health.files_looked_at, health.files_known) == (2, 3)


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        (
            'quantity must be a whole number from 1 to 9, got "many, got none"',
            "quantity must be a whole number from 1 to 9",
        ),
        (
            "amount is missing: it must be text; currency is missing: it must be set",
            "amount is missing: it must be text",
        ),
        ("occurredAt must be at most 24 hours after its file was written (2026-03-01T00:00:00Z), got 1", None),
    ],
)
def test_a_rule_is_told_without_its_value(reason: str, rule: str | None) -> None:
    assert rule_of(reason) == (rule or "occurredAt must be at most 24 hours after its file was written")


def test_refused_lines_are_read_over_several_members_and_to_a_limit() -> None:
    member = gzip.compress(b'{"reason":"a, got b"}\n' * 3)
    assert reasons(member + member) == {"a": 6}
    assert reasons(member + member[:-8]) == {"a": 6}
    line = json.dumps({"reason": "a, got b", "line": "x" * 1000}).encode() + b"\n"
    assert reasons(gzip.compress(line * 20_000))["a"] == UNPACKED // len(line)
