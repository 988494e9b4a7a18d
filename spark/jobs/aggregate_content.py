"""Adds up the lake by shop, story and day or week."""

import sys
from typing import Any

from pyspark.sql import functions as f

from support.compacted import events_of
from support.index import Entry, Index, publish_index, read_index
from support.job import Job, Run
from support.lake import ShopMonth, fingerprint, lake_of, shop_months
from support.storage import File
from transforms.content_figures import Period, content_figures, start_of

PREFIX = "aggregates"
PERIODS: dict[str, Period] = {"daily": "day", "weekly": "week"}
MONTHS_READ = {"daily": (0,), "weekly": (0, 1)}
"""A week belongs to the month of its Monday, and ends in the next month now and then."""

Lake = dict[ShopMonth, list[File]]


def aggregate(run: Run) -> dict[str, Any]:
    """Adds up again what has changed, however late it came and however old it is; takes over the rest."""
    before = read_index(run.storage, PREFIX)
    if before.run == run.name:
        return {"run": run.name, "outcome": "already published"}
    lake = lake_of(run.storage)
    kept: dict[tuple[str, ShopMonth], Entry] = {}
    made: dict[tuple[str, ShopMonth], Entry] = {}
    for kind in PERIODS:
        marks = {partition: _mark(lake, kind, partition) for partition in _partitions(lake, kind)}
        for partition, mark in marks.items():
            entry = before.entries.get((kind, partition))
            if entry is not None and mark and entry.fingerprint == mark:
                kept[kind, partition] = entry
        changed = [partition for partition in marks if (kind, partition) not in kept]
        files = _write(run, lake, kind, changed)
        for partition in changed:
            made[kind, partition] = Entry(marks[partition], tuple(file.key for file in files.get(partition, [])))
    publish_index(run.storage, PREFIX, Index(run.name, kept | made), before)
    return {
        "run": run.name,
        "outcome": "published",
        **{kind: {"made": _count(made, kind), "kept": _count(kept, kind)} for kind in PERIODS},
    }


def _partitions(lake: Lake, kind: str) -> list[ShopMonth]:
    """Months that may have rows: the first days of a month may belong to a week of the month before."""
    return sorted({partition.later(-months) for partition in lake for months in MONTHS_READ[kind]})


def _sources(lake: Lake, kind: str, partition: ShopMonth) -> Lake:
    months = (partition.later(months) for months in MONTHS_READ[kind])
    return {month: lake[month] for month in months if month in lake}


def _mark(lake: Lake, kind: str, partition: ShopMonth) -> str:
    files = [file for files in _sources(lake, kind, partition).values() for file in files]
    return fingerprint(files)


def _write(run: Run, lake: Lake, kind: str, changed: list[ShopMonth]) -> Lake:
    if not changed:
        return {}
    period = PERIODS[kind]
    read: Lake = {}
    for partition in changed:
        read |= _sources(lake, kind, partition)
    wanted = run.spark.createDataFrame(
        [(partition.shop_id, partition.month) for partition in changed], "shopId string, month string"
    )
    month = f.date_format(start_of(period), "yyyy-MM")
    events = events_of(run, read).withColumn("month", month).join(f.broadcast(wanted), ["shopId", "month"], "left_semi")
    figures = content_figures(events, period)
    folder = f"{PREFIX}/{run.name}/{kind}"
    rows = figures.withColumn("shop", f.col("shopId")).withColumn("month", f.date_format(period, "yyyy-MM"))
    rows.repartition("shop", "month").sortWithinPartitions("shop", "month", period, "contentId").write.partitionBy(
        "shop", "month"
    ).mode("overwrite").parquet(run.storage.url(folder))
    return shop_months(run.storage.files(folder))


def _count(entries: dict[tuple[str, ShopMonth], Entry], kind: str) -> int:
    return sum(1 for entry_kind, _ in entries if entry_kind == kind)


JOB = Job(
    name="aggregate_content",
    about=f"""Adds up events by shop, story and day, and by shop, story and week (Monday to Sunday, UTC).

A shop's month is added up again when any of its files has come, gone or changed. Files go below
{PREFIX}/run=<instant>/, then {PREFIX}/index.json says which of them count.""",
    example="jobs/aggregate_content.py --curated s3://atlas-dev-curated",
    options=(),
    work=aggregate,
    next_step="look at the file or bucket that the message names, then run it again; --log-level WARN shows the stack",
)

if __name__ == "__main__":
    sys.exit(JOB.main(sys.argv[1:]))
