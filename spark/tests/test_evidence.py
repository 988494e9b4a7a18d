"""What visitors did becomes the strength of a pair."""

from pyspark.sql import SparkSession

from tests.lakes import event, real_purchases, sale
from tests.runs import frame
from transforms.evidence import evidence

DAY = "2026-03-02"


def strengths(spark: SparkSession, *events: object) -> dict[tuple[str, str], float]:
    rows = evidence(frame(spark, events)).collect()  # type: ignore[arg-type]
    return {(row.contentId, row.productId): row.strength for row in rows}


def test_a_visitor_counts_once_for_a_pair_by_the_furthest_step(spark: SparkSession) -> None:
    clicks = [event("click", DAY, product="boots") for _ in range(9)]
    assert strengths(spark, *clicks) == {("story-1", "boots"): 1}
    assert strengths(spark, *clicks, event("add_to_cart", DAY, product="boots")) == {("story-1", "boots"): 3}
    assert strengths(spark, *clicks, sale("9.90", DAY)) == {("story-1", "boots"): 5}


def test_visitors_and_pairs_add_up_apart(spark: SparkSession) -> None:
    found = strengths(
        spark,
        event("click", DAY, product="boots"),
        event("click", DAY, product="boots", visitor="bob"),
        event("click", DAY, product="hats"),
        event("click", DAY, story="story-2", product="boots"),
    )
    assert found == {("story-1", "boots"): 2, ("story-1", "hats"): 1, ("story-2", "boots"): 1}


def test_an_event_that_came_twice_changes_nothing(spark: SparkSession) -> None:
    bought = sale("9.90", DAY)
    assert strengths(spark, bought, bought) == strengths(spark, bought)


def test_views_and_events_without_story_or_product_say_nothing(spark: SparkSession) -> None:
    nothing = [
        event("view", DAY, product="boots"),
        event("click", DAY),
        event("click", DAY, story=None, product="boots"),
    ]
    assert strengths(spark, *nothing, *real_purchases()) == {}
