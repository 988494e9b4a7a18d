"""Products to show beside a story: by alternating least squares, and by popularity to compare with."""

from dataclasses import dataclass
from functools import reduce
from operator import add

from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

DECIMALS = 6
"""Of a score: what a sum in another order changes is far behind them."""


@dataclass(frozen=True, slots=True)
class Training:
    """Of one model over all shops."""

    seed: int
    rank: int
    """Factors of each story and product."""
    iterations: int
    regularization: float
    alpha: float
    """How much surer a pair of mean strength is than one without evidence.

    As in Hu, Koren and Volinsky, http://yifanhu.net/PUB/cf.pdf, but for the mean.
    """
    blocks: int
    """Parts that the factors are worked out in; another number is another order of sums."""


def als_recommendations(evidence: DataFrame, training: Training, count: int) -> DataFrame:
    """The `count` best products of the own shop for each story: `shopId`, `contentId`, `rank`, `productId`, `score`.

    The same evidence, whatever the order of its rows, gives the same rows: numbers and partitions come from sorted ids.
    """
    stories, products = _numbered(evidence, "contentId", "story"), _numbered(evidence, "productId", "product")
    # By the strength itself, all pairs of a busy platform would be as good as certain, and none better than another.
    mean = evidence.agg(f.avg("strength")).head()[0]
    ratings = (
        evidence.join(stories, ["shopId", "contentId"])
        .join(products, ["shopId", "productId"])
        .select("story", "product", (f.col("strength") / mean).cast("float").alias("strength"))
        .repartition(training.blocks, "story")
        .sortWithinPartitions("story", "product")
    )
    model = ALS(
        implicitPrefs=True,
        userCol="story",
        itemCol="product",
        ratingCol="strength",
        rank=training.rank,
        maxIter=training.iterations,
        regParam=training.regularization,
        alpha=training.alpha,
        numUserBlocks=training.blocks,
        numItemBlocks=training.blocks,
        seed=training.seed,
    ).fit(ratings)
    left = model.userFactors.select(f.col("id").alias("story"), f.col("features").alias("left"))
    right = model.itemFactors.select(f.col("id").alias("product"), f.col("features").alias("right"))
    pairs = stories.join(left, "story").join(products.join(right, "product"), "shopId")
    # Spelt out, because Spark compiles this sum and interprets `aggregate` over arrays.
    terms = [f.col("left")[place].cast("double") * f.col("right")[place] for place in range(training.rank)]
    return _best(pairs.withColumn("score", f.round(reduce(add, terms), DECIMALS)), count)


def popular_recommendations(evidence: DataFrame, count: int) -> DataFrame:
    """The products of the shop with the most evidence, the same beside each of its stories."""
    popular = evidence.groupBy("shopId", "productId").agg(f.sum("strength").alias("score"))
    place = Window.partitionBy("shopId").orderBy(f.desc("score"), "productId")
    ranked = popular.withColumn("rank", f.row_number().over(place)).where(f.col("rank") <= count)
    stories = evidence.select("shopId", "contentId").distinct()
    return stories.join(ranked, "shopId").select("shopId", "contentId", "rank", "productId", "score")


def _numbered(evidence: DataFrame, item: str, number: str) -> DataFrame:
    """ALS takes integers only. One partition sorts them: there are as many as stories or products, not as events."""
    place = Window.orderBy("shopId", item)
    return evidence.select("shopId", item).distinct().withColumn(number, f.row_number().over(place))


def _best(scored: DataFrame, count: int) -> DataFrame:
    place = Window.partitionBy("shopId", "contentId").orderBy(f.desc("score"), "productId")
    ranked = scored.withColumn("rank", f.row_number().over(place)).where(f.col("rank") <= count)
    return ranked.select("shopId", "contentId", "rank", "productId", "score")
