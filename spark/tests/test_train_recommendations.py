"""The job publishes rows and what they are worth; readers see the run before or this one."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.train_recommendations import JOB
from support.failure import JobError
from tests.lakes import Event, Lake, Taste, event, real_purchases
from tests.runs import AT, work

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
LATER, MUCH_LATER = AT + timedelta(hours=1), AT + timedelta(hours=2)
COLUMNS = "shopId, contentId, rank, productId, score, trainedAt"
SMALL = ("--rank", "4", "--iterations", "2", "--blocks", "1", "--top", "5")
GOOD = ("--rank", "8", "--iterations", "5", "--blocks", "2", "--top", "5")


def manifest(lake: Lake) -> dict[str, Any]:
    return json.loads((lake.folder / "recommendations/manifest.json").read_text())


def rows(lake: Lake) -> list[tuple[Any, ...]]:
    """What a reader of the manifest sees."""
    return lake.rows(COLUMNS, *(file["key"] for file in manifest(lake)["files"]))


def themes(lake: Lake, visits: int = 2_000) -> list[Event]:
    events = list(Taste(visits=visits).events(FIRST))
    lake.put("real", list(real_purchases()), with_session=False)
    lake.put("themes", events)
    return events


def test_als_beats_popularity_on_stories_with_themes(spark: SparkSession, lake: Lake) -> None:
    themes(lake)
    metrics = work(JOB, spark, lake, *GOOD)["metrics"]
    assert metrics["split"]["at"] == "2026-03-22T00:00:00Z"
    assert metrics["als"]["stories"] == metrics["popularity"]["stories"] == 40
    for name in ("precision", "recall", "coverage"):
        assert metrics["als"][name] > 1.5 * metrics["popularity"][name]


def test_rows_are_the_five_best_of_each_story_with_the_instant_of_the_run(spark: SparkSession, lake: Lake) -> None:
    events = themes(lake, visits=400)
    work(JOB, spark, lake, *SMALL)
    found = rows(lake)
    stories = {one.story for one in events if one.product is not None}
    assert manifest(lake)["rows"] == len(found) == 5 * len(stories)
    assert {(shop, trained) for shop, _, _, _, _, trained in found} == {("themes", AT)}
    assert [row[:3] for row in found] == sorted(("themes", story, place) for story in stories for place in range(1, 6))
    for story in stories:
        scores = [score for _, name, _, _, score, _ in found if name == story]
        assert scores == sorted(scores, reverse=True)


def test_the_same_seed_gives_the_same_rows_and_metrics_and_another_does_not(spark: SparkSession, lake: Lake) -> None:
    themes(lake, visits=400)
    results, found = [], []
    for at, seed in ((AT, "1"), (LATER, "1"), (MUCH_LATER, "2")):
        metrics = work(JOB, spark, lake, *SMALL, "--seed", seed, at=at)["metrics"]
        results.append([metrics["als"], metrics["popularity"]])
        found.append([row[:5] for row in rows(lake)])
    assert results[0] == results[1]
    assert found[0] == found[1] != found[2]


def test_events_after_the_instant_of_the_run_teach_nothing(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("click", "2026-03-02", product="boots"), event("click", "2199-01-01", product="hats")])
    metrics = work(JOB, spark, lake, *SMALL)["metrics"]
    assert [row[3] for row in rows(lake)] == ["boots"]
    assert metrics["split"] == {"at": "2026-02-24T00:00:00Z", "pairsBefore": 0, "pairsLater": 1}
    assert metrics["als"] == {"stories": 0, "precision": None, "recall": None, "coverage": None}


def test_metrics_lie_beside_the_rows(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("click", "2026-03-02", product="boots"), event("click", "2026-03-30", product="boots")])
    result = work(JOB, spark, lake, *SMALL)
    said = json.loads((lake.folder / manifest(lake)["metrics"]).read_text())
    assert said == result["metrics"]
    assert said["als"] == {"stories": 1, "precision": 1 / 5, "recall": 1.0, "coverage": 1.0}


def test_rows_of_the_run_before_stay_and_older_ones_go(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("click", "2026-03-02", product="boots")])
    for at in (AT, LATER, MUCH_LATER):
        work(JOB, spark, lake, *SMALL, at=at)
    names = sorted(path.name for path in (lake.folder / "recommendations").iterdir())
    assert names == ["manifest.json", "run=20260401T070000Z", "run=20260401T080000Z"]


def test_the_same_run_again_changes_nothing(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("click", "2026-03-02", product="boots")])
    work(JOB, spark, lake, *SMALL)
    assert work(JOB, spark, lake, *SMALL) == {"run": "run=20260401T060000Z", "outcome": "already published"}


def test_rejects_a_lake_that_teaches_nothing_and_leaves_what_is_published(spark: SparkSession, lake: Lake) -> None:
    lake.put("real", list(real_purchases())[:50])
    with pytest.raises(
        JobError, match=r"^no event until 2026-04-01T06:00:00Z \(click, .*\) has both a story and a product$"
    ):
        work(JOB, spark, lake, *SMALL)
    assert not (lake.folder / "recommendations").exists()
