"""Figures of each story by day or week, as the lake's rows add up."""

from typing import Literal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

Period = Literal["day", "week"]

COUNTERS = {"view": "views", "click": "clicks", "add_to_cart": "addToCarts", "purchase": "orders"}


def start_of(period: Period) -> Column:
    """The day of an event, or the Monday of its week, in UTC."""
    return f.to_date(f.date_trunc(period, "occurredAt"))


def content_figures(events: DataFrame, period: Period) -> DataFrame:
    """One row for each shop, story (null: none) and period.

    `visitors` are different ones, so those of days do not add up to those of a week. `sales` has orders, pieces and the
    exact amount of each currency, in the order of their codes.
    """
    keys = ["shopId", "contentId", period]
    # An empty text is no story's id: without it, rows without a story would not find each other in the join.
    rows = events.withColumn(period, start_of(period)).fillna("", ["contentId"])
    sale = f.col("type") == "purchase"
    counts = [f.count(f.when(f.col("type") == kind, 1)).alias(name) for kind, name in COUNTERS.items()]
    quantity = f.coalesce(f.sum(f.when(sale, f.col("quantity"))), f.lit(0)).alias("quantity")
    figures = rows.groupBy(*keys).agg(*counts, quantity, f.countDistinct("visitorId").alias("visitors"))
    in_currency = (
        rows.where(sale)
        .groupBy(*keys, "currency")
        .agg(
            f.count("*").alias("orders"),
            f.sum("quantity").alias("quantity"),
            f.sum("amount").cast("decimal(28,4)").alias("amount"),
        )
    )
    sales = in_currency.groupBy(*keys).agg(
        f.array_sort(f.collect_list(f.struct("currency", "orders", "quantity", "amount"))).alias("sales")
    )
    none = f.array().cast("array<struct<currency:string,orders:bigint,quantity:bigint,amount:decimal(28,4)>>")
    return (
        figures.join(sales, keys, "left")
        .withColumn("sales", f.coalesce("sales", none))
        .withColumn("contentId", f.when(f.col("contentId") != "", f.col("contentId")))
    )
