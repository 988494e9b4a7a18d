"""The compact copy has the lake's rows, and readers see one state of it or the next."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.compact_curated import JOB
from support.compacted import events_of
from support.failure import JobError
from support.job import Run
from support.storage import FolderStorage
from tests.lakes import Event, Lake, Taste, event, real_purchases
from tests.runs import AT, options_of, work

FIRST = datetime(2026, 2, 20, tzinfo=UTC)
LATER, MUCH_LATER = AT + timedelta(hours=1), AT + timedelta(hours=2)


def small_files(lake: Lake, count: int) -> list[Event]:
    events = list(Taste(visits=300).events(FIRST))
    for number in range(count):
        lake.put(f"source-{number}", events[number::count])
    return events


def files_of(lake: Lake) -> list[str]:
    read = json.loads((lake.folder / "compacted/index.json").read_text())
    return [key for entry in read["partitions"] for key in entry["files"]]


def seen(spark: SparkSession, lake: Lake) -> tuple[list[str], list[str]]:
    """Ids that a reader gets, and the prefixes that they come from."""
    rows = events_of(Run(spark, FolderStorage(lake.folder), AT, options_of(JOB, lake)))
    paths = {row[0].split("/curated/")[1].split("/")[0] for row in rows.selectExpr("_metadata.file_path").collect()}
    return sorted(row.eventId for row in rows.collect()), sorted(paths)


def ids(events: list[Event]) -> list[str]:
    return sorted(one.event for one in events)


def test_many_files_become_one_for_each_month_with_the_same_rows(spark: SparkSession, lake: Lake) -> None:
    events = small_files(lake, 12)
    result = work(JOB, spark, lake)
    assert (result["filesBefore"], result["filesAfter"]) == (24, 2)
    assert lake.events(*files_of(lake)) == sorted(events, key=lambda one: (one.at, one.event))
    assert seen(spark, lake) == (ids(events), ["compacted"])


def test_the_lake_keeps_its_one_file_for_each_source(spark: SparkSession, lake: Lake) -> None:
    small_files(lake, 3)
    before = {path: path.read_bytes() for path in lake.folder.rglob("events/**/*.parquet")}
    work(JOB, spark, lake)
    assert {path: path.read_bytes() for path in lake.folder.rglob("events/**/*.parquet")} == before


def test_a_month_larger_than_the_target_becomes_files_of_about_that_size(spark: SparkSession, lake: Lake) -> None:
    text = "x" * 100
    events = [
        event("view", "2026-03-01", visitor=f"{text}{number * 7919 % 100_003:06}{number:06}")
        for number in range(60_000)
    ]
    for number in range(2):
        lake.put(f"source-{number}", events[number::2])
    size = sum(path.stat().st_size for path in lake.folder.rglob("events/**/*.parquet"))
    work(JOB, spark, lake, "--target-mib", "1")
    sizes = [(lake.folder / key).stat().st_size for key in files_of(lake)]
    assert len(sizes) == -(-size // 1024**2) > 1
    assert max(sizes) < 2 * 1024**2
    assert len(lake.events(*files_of(lake))) == 60_000


def test_rows_of_files_from_before_a_column_have_it_as_null(spark: SparkSession, lake: Lake) -> None:
    old, new = list(real_purchases())[:40], [event("view", "1997-01-02", shop="cdnow", session="s-1")]
    lake.put("old", old, with_session=False)
    lake.put("new", new)
    work(JOB, spark, lake, "--min-files", "2")
    compact = lake.events(*files_of(lake))
    month = [one for one in old if f"{one.at:%Y-%m}" == "1997-01"]
    assert compact == sorted(month + new, key=lambda one: (one.at, one.event))


def test_a_month_that_changes_is_read_from_the_lake_until_it_is_compacted_again(
    spark: SparkSession, lake: Lake
) -> None:
    march, april = [event("view", "2026-03-02") for _ in range(2)], [event("view", "2026-04-02") for _ in range(2)]
    for number in range(2):
        lake.put(f"source-{number}", [march[number], april[number]])
    work(JOB, spark, lake)
    late = [event("view", "2026-03-09")]
    lake.put("late", late)
    assert seen(spark, lake) == (ids(march + april + late), ["compacted", "events"])
    assert work(JOB, spark, lake, at=LATER)["months"] == {"compacted": 1, "kept": 1}
    assert seen(spark, lake) == (ids(march + april + late), ["compacted"])


def test_a_source_that_was_emptied_is_not_seen_in_its_old_form(spark: SparkSession, lake: Lake) -> None:
    kept, gone = [event("view", "2026-03-02")], [event("view", "2026-03-03")]
    lake.put("kept", kept)
    lake.put("gone", gone)
    work(JOB, spark, lake)
    lake.empty("gone", "shoes", "2026-03")
    assert seen(spark, lake)[0] == ids(kept)


def test_files_of_the_run_before_stay_and_older_ones_go(spark: SparkSession, lake: Lake) -> None:
    for number, at in enumerate((AT, LATER, MUCH_LATER)):
        lake.put(f"source-{number}", [event("view", "2026-03-02")])
        lake.put(f"other-{number}", [event("view", "2026-03-02")])
        work(JOB, spark, lake, at=at)
    runs = sorted(path.name for path in (lake.folder / "compacted").iterdir())
    assert runs == ["index.json", "run=20260401T070000Z", "run=20260401T080000Z"]


def test_a_run_that_fails_leaves_what_readers_see(
    spark: SparkSession, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = small_files(lake, 2)
    work(JOB, spark, lake)
    more = [event("view", "2026-03-09", shop="themes")]
    lake.put("more", more)
    before = (lake.folder / "compacted/index.json").read_bytes()
    monkeypatch.setattr("jobs.compact_curated.read_events", lambda made, _: made.createDataFrame([], "id int"))
    with pytest.raises(JobError, match=r"^the lake has \d+ rows and its compact copy 0: it changed while it was read$"):
        work(JOB, spark, lake, at=LATER)
    assert (lake.folder / "compacted/index.json").read_bytes() == before
    assert seen(spark, lake)[0] == ids(events + more)


def test_rejects_to_publish_over_a_run_that_came_between(
    spark: SparkSession, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_files(lake, 2)
    publish = Path.write_text

    def other_run(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        publish(path, '{"schemaVersion": 1, "run": "run=other", "partitions": []}')

    index = lake.folder / "compacted/index.json"
    monkeypatch.setattr("jobs.compact_curated._write", lambda *_: other_run(index) or {})
    with pytest.raises(JobError, match=r"^another run has published compacted/index.json meanwhile$"):
        work(JOB, spark, lake)
    assert json.loads(index.read_text())["run"] == "run=other"
