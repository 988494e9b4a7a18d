"""Rows of some visitors, and rows without them."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f


def rows_of(rows: DataFrame, visitors: DataFrame, shop: str | None = None) -> DataFrame:
    """Of `visitors` (column `visitorId`), in one shop or in all."""
    return rows.alias("rows").join(f.broadcast(visitors.alias("visitors")), _same(shop), "left_semi")


def rows_without(rows: DataFrame, visitors: DataFrame, shop: str | None = None) -> DataFrame:
    return rows.alias("rows").join(f.broadcast(visitors.alias("visitors")), _same(shop), "left_anti")


def _same(shop: str | None) -> Column:
    same = f.col("rows.visitorId") == f.col("visitors.visitorId")
    return same if shop is None else same & (f.col("rows.shopId") == shop)
