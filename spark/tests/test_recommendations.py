"""Ranked products for each story."""

import random
from collections import defaultdict
from datetime import UTC, datetime

from pyspark.sql import DataFrame, SparkSession

from tests.lakes import Taste
from tests.runs import frame
from transforms.evidence import evidence
from transforms.recommendations import Training, als_recommendations, popular_recommendations

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
TRAINING = Training(seed=11, rank=8, iterations=5, regularization=0.1, alpha=1, blocks=2)
EVIDENCE = "shopId string, contentId string, productId string, strength double"


def ranked(rows: DataFrame) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for row in rows.collect():
        found[row.shopId, row.contentId].append((row["rank"], row.productId))
    assert all([place for place, _ in sorted(some)] == list(range(1, len(some) + 1)) for some in found.values())
    return {story: [product for _, product in sorted(some)] for story, some in found.items()}


def taste(spark: SparkSession, **changes: object) -> DataFrame:
    return evidence(frame(spark, Taste(visits=400, **changes).events(FIRST))).persist()  # type: ignore[arg-type]


def test_the_same_evidence_gives_the_same_rows_in_whatever_order_it_comes(spark: SparkSession) -> None:
    rows = taste(spark).collect()
    first = sorted(als_recommendations(spark.createDataFrame(rows, EVIDENCE), TRAINING, 5).collect())
    random.Random(3).shuffle(rows)
    shuffled = spark.createDataFrame(rows, EVIDENCE).repartition(7)
    assert sorted(als_recommendations(shuffled, TRAINING, 5).collect()) == first


def test_another_seed_gives_other_scores(spark: SparkSession) -> None:
    rows = taste(spark)
    other = Training(seed=12, rank=8, iterations=5, regularization=0.1, alpha=1, blocks=2)
    assert sorted(als_recommendations(rows, TRAINING, 5).collect()) != sorted(
        als_recommendations(rows, other, 5).collect()
    )


def test_a_busier_platform_with_the_same_taste_gives_the_same_rows(spark: SparkSession) -> None:
    rows = taste(spark)
    busier = rows.withColumn("strength", rows.strength * 64)  # a power of 2, so that no digit is lost
    first = sorted(als_recommendations(rows, TRAINING, 5).collect())
    assert sorted(als_recommendations(busier, TRAINING, 5).collect()) == first


def test_products_are_of_the_own_shop_and_as_many_as_asked_for(spark: SparkSession) -> None:
    both = taste(spark, shop="left").union(taste(spark, shop="right", seed=8))
    own = {shop: {row.productId for row in both.where(both.shopId == shop).collect()} for shop in ("left", "right")}
    right = both.where("shopId = 'right'").selectExpr(
        "shopId", "contentId", "concat('r-', productId) productId", "strength"
    )
    found = ranked(als_recommendations(both.where("shopId = 'left'").union(right), TRAINING, 4))
    assert {shop for shop, _ in found} == {"left", "right"}
    for (shop, _), products in found.items():
        assert len(products) == 4
        assert {product.removeprefix("r-") for product in products} <= own[shop]
        assert all(product.startswith("r-") == (shop == "right") for product in products)


def test_a_story_gets_products_of_its_theme_that_nobody_has_clicked_beside_it(spark: SparkSession) -> None:
    rows = [("s", f"a-{n}", f"a-{m}", 5.0) for n in range(6) for m in range(6) if not n == m == 0]
    rows += [("s", f"b-{n}", f"b-{m}", 5.0) for n in range(6) for m in range(6)]
    found = ranked(als_recommendations(spark.createDataFrame(rows, EVIDENCE), TRAINING, 6))
    assert set(found["s", "a-0"]) == {f"a-{m}" for m in range(6)}


def test_popular_products_are_those_of_most_strength_and_equal_ones_come_by_id(spark: SparkSession) -> None:
    rows = [
        ("s", "one", "hats", 2.0),
        ("s", "two", "hats", 2.0),
        ("s", "two", "boots", 3.0),
        ("s", "one", "caps", 3.0),
        ("other", "one", "socks", 99.0),
    ]
    found = ranked(popular_recommendations(spark.createDataFrame(rows, EVIDENCE), 2))
    assert found == {("s", "one"): ["hats", "boots"], ("s", "two"): ["hats", "boots"], ("other", "one"): ["socks"]}
