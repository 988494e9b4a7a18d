"""What visitors did with a product beside a story, as a strength for each pair."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

WEIGHTS: Mapping[str, int] = {"click": 1, "add_to_cart": 3, "purchase": 5}
"""How much each step of a visitor says of a product. A view is of a story, not of a product."""

PAIR = ("shopId", "contentId", "productId")


def telling(events: DataFrame) -> DataFrame:
    """Events that say something of a product beside a story: they name both."""
    named = f.col("contentId").isNotNull() & f.col("productId").isNotNull()
    return events.where(named & f.col("type").isin(*WEIGHTS))


def evidence(events: DataFrame) -> DataFrame:
    """`shopId`, `contentId`, `productId`, `strength`: a visitor counts once for a pair, by the furthest step.

    So nobody makes a product strong by clicking often, and an event that came twice changes nothing.
    """
    by_visitor = telling(events).groupBy(*PAIR, "visitorId").agg(f.max(_weight()).alias("weight"))
    return by_visitor.groupBy(*PAIR).agg(f.sum("weight").cast("double").alias("strength"))


def _weight() -> Column:
    choice = f.lit(0)
    for kind, weight in WEIGHTS.items():
        choice = f.when(f.col("type") == kind, weight).otherwise(choice)
    return choice
