"""What `aggregate_content` does, by DuckDB: `spark_duckdb.py aggregate <events> <folder for the figures>`.

`spark_duckdb.py compare <figures> <other figures>` counts rows, and rows that only one of the two has.
"""

import json
import sys
from pathlib import Path

import duckdb

PERIODS = {"daily": "day", "weekly": "week"}
THREADS = 2
MEMORY = "4GB"

FIGURES = """
    WITH events AS (
        SELECT *, date_trunc('{period}', occurredAt)::DATE AS {period}
        FROM read_parquet('{events}/*/*/*.parquet', hive_partitioning = false)
    ), figures AS (
        SELECT shopId, contentId, {period},
            count(*) FILTER (type = 'view') AS views,
            count(*) FILTER (type = 'click') AS clicks,
            count(*) FILTER (type = 'add_to_cart') AS addToCarts,
            count(*) FILTER (type = 'purchase') AS orders,
            coalesce(sum(quantity) FILTER (type = 'purchase'), 0)::BIGINT AS quantity,
            count(DISTINCT visitorId) AS visitors
        FROM events GROUP BY ALL
    ), in_currency AS (
        SELECT shopId, contentId, {period}, currency, count(*) AS orders, sum(quantity)::BIGINT AS quantity,
            sum(amount)::DECIMAL(28, 4) AS amount
        FROM events WHERE type = 'purchase' GROUP BY ALL
    ), sold AS (
        SELECT shopId, contentId, {period},
            list(struct_pack(currency, orders, quantity, amount) ORDER BY currency) AS sales
        FROM in_currency GROUP BY ALL
    )
    SELECT figures.*, coalesce(sales, []) AS sales, figures.shopId AS shop, strftime(figures.{period}, '%Y-%m') AS month
    FROM figures LEFT JOIN sold ON figures.shopId = sold.shopId AND figures.{period} = sold.{period}
        AND figures.contentId IS NOT DISTINCT FROM sold.contentId
    ORDER BY shop, month, figures.{period}, figures.contentId
"""
COLUMNS = "shopId, contentId, {period}, views, clicks, addToCarts, orders, quantity, visitors, sales::VARCHAR AS sales"


def connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def aggregate(events: Path, folder: Path) -> None:
    """Files for each shop and month, sorted, as Spark's are; a week belongs to the month of its Monday."""
    folder.mkdir(parents=True)
    with connect() as connection:
        for kind, period in PERIODS.items():
            figures = FIGURES.format(events=events, period=period)
            options = "FORMAT parquet, COMPRESSION snappy, PARTITION_BY (shop, month)"
            connection.execute(f"COPY ({figures}) TO '{folder / kind}' ({options})")


def compare(*folders: Path) -> None:
    rows, different = 0, 0
    with connect() as connection:
        for kind, period in PERIODS.items():
            one, other = (
                f"SELECT {COLUMNS.format(period=period)} FROM read_parquet('{folder / kind}/*/*/*.parquet')"
                for folder in folders
            )
            for query in (one, f"({one}) EXCEPT ALL ({other})", f"({other}) EXCEPT ALL ({one})"):
                (count,) = connection.execute(f"SELECT count(*) FROM ({query})").fetchone() or (0,)
                if query is one:
                    rows += count
                else:
                    different += count
    print(json.dumps({"rows": rows, "different": different}))


if __name__ == "__main__":
    {"aggregate": aggregate, "compare": compare}[sys.argv[1]](*map(Path, sys.argv[2:4]))
