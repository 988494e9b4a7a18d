"""Partitions and fingerprints of the lake's files."""

import time
from dataclasses import replace

import pytest
from pyspark.sql import SparkSession

from support.lake import COLUMNS, ShopMonth, fingerprint, read_events, shop_months
from support.storage import File
from tests.lakes import Lake, event, real_purchases

OLD = round(time.time() * 1000) - 60_000
ONE = File("events/shop=a/month=2026-03/one.parquet", 100, OLD)
TWO = File("events/shop=a/month=2026-03/two.parquet", 200, OLD)


def test_files_are_grouped_by_shop_and_month_and_others_left_out() -> None:
    april = File("compacted/run=x/shop=b/month=2026-04/part-0.parquet", 1, OLD)
    others = [File("events/shop=a/month=2026-03/_SUCCESS", 0, OLD), File("events/_temporary/x.parquet", 0, OLD)]
    assert shop_months([april, TWO, ONE, *others]) == {
        ShopMonth("a", "2026-03"): [TWO, ONE],
        ShopMonth("b", "2026-04"): [april],
    }


@pytest.mark.parametrize(
    "files",
    [
        [ONE],
        [],
        [ONE, TWO, replace(TWO, key=TWO.key.replace("two", "three"))],
        [ONE, replace(TWO, bytes=201)],
        [ONE, replace(TWO, modified=OLD - 1)],
    ],
)
def test_a_fingerprint_changes_with_every_file(files: list[File]) -> None:
    assert fingerprint(files) != fingerprint([ONE, TWO])
    assert fingerprint([TWO, ONE]) == fingerprint([ONE, TWO])


def test_there_is_none_while_a_file_is_new() -> None:
    assert fingerprint([ONE, replace(TWO, modified=round(time.time() * 1000) - 1_000)]) == ""


@pytest.mark.parametrize(("months", "month"), [(0, "2026-12"), (1, "2027-01"), (-12, "2025-12"), (-11, "2026-01")])
def test_months_are_counted_over_the_end_of_a_year(months: int, month: str) -> None:
    assert ShopMonth("a", "2026-12").later(months) == ShopMonth("a", month)


def test_reads_files_from_before_and_after_a_column(spark: SparkSession, lake: Lake) -> None:
    old = next(real_purchases())
    new = event("view", "2026-03-02", session="s-1")
    lake.put("old", [old], with_session=False)
    lake.put("new", [new])
    rows = read_events(spark, [str(lake.folder / "events")])
    assert rows.columns == list(COLUMNS)
    found = {row.eventId: (row.sessionId, row.amount) for row in rows.collect()}
    assert found == {old.event: (None, old.amount), new.event: ("s-1", None)}
