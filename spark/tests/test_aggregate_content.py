"""The job adds up what has changed, and only that."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.aggregate_content import JOB
from support.failure import JobError
from tests.lakes import Event, Lake, event, real_purchases
from tests.runs import AT, work
from tests.test_content_figures import expected

LATER = AT + timedelta(hours=1)
MUCH_LATER = AT + timedelta(hours=2)


def figures(lake: Lake, kind: str, period: str) -> dict[Any, dict[str, Any]]:
    """What a reader of the index sees."""
    names = ("shopId", "contentId", period, "views", "clicks", "addToCarts", "orders", "quantity", "visitors")
    found = {}
    for *values, sales in lake.rows(f"{', '.join(names)}, sales", *index(lake, kind)):
        row = dict(zip(names, values, strict=True))
        key = row.pop("shopId"), row.pop("contentId"), row.pop(period)
        assert key not in found
        found[key] = row | {"sales": [tuple(sold.values()) for sold in sales]}
    return found


def index(lake: Lake, kind: str) -> list[str]:
    read = json.loads((lake.folder / "aggregates/index.json").read_text())
    return [key for entry in read["partitions"] if entry["kind"] == kind for key in entry["files"]]


def assert_figures(lake: Lake, events: list[Event]) -> None:
    assert figures(lake, "daily", "day") == expected(events, "day")
    assert figures(lake, "weekly", "week") == expected(events, "week")


def test_days_and_weeks_of_all_files_are_there(spark: SparkSession, lake: Lake) -> None:
    real = [one for one in real_purchases() if one.at.year == 1998]
    others = [event("view", "2026-02-28"), event("click", "2026-03-01", product="boots")]
    lake.put("one", real, with_session=False)
    lake.put("two", others)
    work(JOB, spark, lake)
    assert_figures(lake, real + others)


def test_late_data_changes_its_month_and_the_rest_is_taken_over(spark: SparkSession, lake: Lake) -> None:
    first = [event("view", "2025-11-05"), event("view", "2026-01-07"), event("view", "2026-03-02")]
    lake.put("first", first)
    assert work(JOB, spark, lake)["daily"] == {"made": 3, "kept": 0}
    late = [event("view", "2026-01-08", visitor="bob"), event("view", "2026-01-07", visitor="bob")]
    lake.put("late", late)
    result = work(JOB, spark, lake, at=LATER)
    assert result["daily"] == {"made": 1, "kept": 2}
    assert_figures(lake, first + late)


def test_a_day_that_comes_late_changes_a_week_that_began_in_the_month_before(spark: SparkSession, lake: Lake) -> None:
    monday = [event("view", "2026-03-30")]
    lake.put("first", monday)
    work(JOB, spark, lake)
    thursday = [event("view", "2026-04-02")]
    lake.put("second", thursday)
    result = work(JOB, spark, lake, at=LATER)
    assert result["daily"] == {"made": 1, "kept": 1}
    assert figures(lake, "weekly", "week") == expected(monday + thursday, "week")
    assert [key[2] for key in figures(lake, "weekly", "week")] == [date(2026, 3, 30)]


def test_a_source_that_was_replaced_or_emptied_is_added_up_as_it_is_now(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("view", "2026-03-02"), event("view", "2026-03-03")])
    lake.put("two", [event("view", "2026-02-02")])
    work(JOB, spark, lake)
    replaced = [event("view", "2026-03-05")]
    lake.put("one", replaced)
    lake.empty("two", "shoes", "2026-02")
    work(JOB, spark, lake, at=LATER)
    assert_figures(lake, replaced)


def test_a_file_that_is_new_is_added_up_again_the_next_time(spark: SparkSession, lake: Lake) -> None:
    (path,) = lake.put("one", [event("view", "2026-03-02")])
    path.touch()
    work(JOB, spark, lake)
    lake.age(path)
    assert work(JOB, spark, lake, at=LATER)["daily"] == {"made": 1, "kept": 0}
    assert work(JOB, spark, lake, at=MUCH_LATER)["daily"] == {"made": 0, "kept": 1}


def test_the_same_run_again_changes_nothing(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("view", "2026-03-02")])
    work(JOB, spark, lake)
    before = (lake.folder / "aggregates/index.json").read_bytes()
    assert work(JOB, spark, lake) == {"run": "run=20260401T060000Z", "outcome": "already published"}
    assert (lake.folder / "aggregates/index.json").read_bytes() == before


def test_rejects_a_lake_without_files(spark: SparkSession, lake: Lake) -> None:
    with pytest.raises(JobError, match=r"curated/events must hold Parquet of the lake, got none$"):
        work(JOB, spark, lake)


def test_rejects_an_index_that_is_none(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("view", "2026-03-02")])
    (lake.folder / "aggregates").mkdir()
    (lake.folder / "aggregates/index.json").write_text("{}")
    with pytest.raises(JobError, match=r"aggregates/index.json must be an index, got something else"):
        work(JOB, spark, lake)
