"""Precision, recall and coverage against arithmetic by hand."""

from datetime import UTC, datetime

import pytest
from pyspark.sql import SparkSession

from transforms.evaluation import Quality, quality, split_at

RECOMMENDED = "shopId string, contentId string, rank int, productId string, score double"
EVIDENCE = "shopId string, contentId string, productId string, strength double"


def judged(spark: SparkSession, shown: dict[str, str], later: dict[str, str], before: str, k: int) -> Quality:
    """Products are letters: `shown` in their order."""
    rows = [("s", story, place, item, 0.0) for story, items in shown.items() for place, item in enumerate(items, 1)]
    tests = [("s", story, item, 1.0) for story, items in later.items() for item in items]
    known = [("s", "x", item, 1.0) for item in before]
    return quality(
        spark.createDataFrame(rows, RECOMMENDED),
        spark.createDataFrame(tests, EVIDENCE),
        spark.createDataFrame(known, EVIDENCE),
        k,
    )


def test_counts_hits_among_the_first_k(spark: SparkSession) -> None:
    # Story 1: a of ab hits, 1 of 3 relevant. Story 2: c and d hit, 2 of 2. Shown: a, b, c, d of eight.
    found = judged(spark, {"1": "abq", "2": "cdz"}, {"1": "aqx", "2": "cd"}, "abcdefgh", k=2)
    assert found.stories == 2
    assert found.precision == pytest.approx((1 / 2 + 2 / 2) / 2)
    assert found.recall == pytest.approx((1 / 3 + 2 / 2) / 2, abs=1e-6)
    assert found.coverage == pytest.approx(4 / 8)


def test_a_story_without_a_hit_counts_and_one_without_recommendations_does_not(spark: SparkSession) -> None:
    found = judged(spark, {"1": "a", "2": "b", "3": "c"}, {"1": "a", "2": "z", "new": "a"}, "abcd", k=1)
    assert found == Quality(stories=2, precision=0.5, recall=0.5, coverage=0.75)


def test_without_later_evidence_there_is_coverage_only(spark: SparkSession) -> None:
    assert judged(spark, {"1": "a"}, {}, "ab", k=1) == Quality(0, None, None, 0.5)


@pytest.mark.parametrize(("days", "first"), [(1, 31), (7, 25)])
def test_the_last_days_are_whole_ones(days: int, first: int) -> None:
    assert split_at(datetime(2026, 3, 31, 18, 5, tzinfo=UTC), days) == datetime(2026, 3, first, tzinfo=UTC)
