"""How good recommendations are, by what visitors did after the time that they were made from."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

DECIMALS = 6
STORY = ("shopId", "contentId")


@dataclass(frozen=True, slots=True)
class Quality:
    """Averages over stories that have recommendations and later evidence; None where there is no such story."""

    stories: int
    precision: float | None
    """Of `k` recommended products, those with later evidence beside the story."""
    recall: float | None
    """Of the products with later evidence beside the story, those that were recommended."""
    coverage: float | None
    """Of all products with evidence before, those that are recommended beside any story."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def split_at(newest: datetime, test_days: int) -> datetime:
    """Events from here on test what those before have taught: the last days, the newest one's included."""
    midnight = newest.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=test_days - 1)


def quality(recommended: DataFrame, later: DataFrame, before: DataFrame, k: int) -> Quality:
    """`recommended` by ALS or popularity from the evidence `before`, tested by the evidence `later`."""
    shown = recommended.where(f.col("rank") <= k).select(*STORY, "productId")
    tested = later.select(*STORY, "productId").join(shown.select(*STORY).distinct(), list(STORY), "left_semi")
    relevant = tested.groupBy(*STORY).agg(f.count("*").alias("relevant"))
    hits = tested.join(shown, [*STORY, "productId"], "left_semi").groupBy(*STORY).agg(f.count("*").alias("hits"))
    by_story = relevant.join(hits, list(STORY), "left").fillna(0, ["hits"])
    row = by_story.agg(
        f.count("*").alias("stories"),
        f.avg(f.col("hits") / k).alias("precision"),
        f.avg(f.col("hits") / f.col("relevant")).alias("recall"),
    ).head()
    products = before.select("shopId", "productId").distinct().count()
    covered = shown.select("shopId", "productId").distinct().count()
    coverage = covered / products if products else None
    return Quality(row.stories, *map(_rounded, (row.precision, row.recall, coverage)))


def _rounded(share: float | None) -> float | None:
    """What a sum in another order changes is far behind."""
    return None if share is None else round(share, DECIMALS)
