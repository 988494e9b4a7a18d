"""Writes the lake's small files as few large ones, beside the lake."""

import sys
from typing import Any

from pyspark.sql import functions as f

from support.arguments import Option, whole
from support.compacted import KIND, PREFIX
from support.failure import JobError
from support.index import Entry, Index, publish_index, read_index
from support.job import Job, Run
from support.lake import ShopMonth, fingerprint, lake_of, read_events, read_lake, shop_months
from support.storage import File

MEBIBYTE = 1024 * 1024

OPTIONS = (
    Option("--target-mib", "size that a file should have", whole(1, 1024), "128"),
    Option("--min-files", "files that a shop's month must have to be compacted", whole(2, 10_000), "2"),
)


def compact(run: Run) -> dict[str, Any]:
    """A month whose files are as they were is taken over. The lake itself keeps its one file for each source."""
    before = read_index(run.storage, PREFIX)
    if before.run == run.name:
        return {"run": run.name, "outcome": "already published"}
    lake = {
        partition: files for partition, files in lake_of(run.storage).items() if len(files) >= run.options.min_files
    }
    marks = {partition: fingerprint(files) for partition, files in lake.items()}
    kept = {
        (kind, partition): entry
        for (kind, partition), entry in before.entries.items()
        if entry.fingerprint and entry.fingerprint == marks.get(partition)
    }
    changed = {partition: files for partition, files in lake.items() if (KIND, partition) not in kept}
    written = _write(run, changed)
    entries = {
        (KIND, partition): Entry(marks[partition], tuple(file.key for file in written.get(partition, [])))
        for partition in changed
    }
    publish_index(run.storage, PREFIX, Index(run.name, kept | entries), before)
    return {
        "run": run.name,
        "outcome": "published",
        "months": {"compacted": len(changed), "kept": len(kept)},
        "filesBefore": sum(map(len, changed.values())),
        "filesAfter": sum(map(len, written.values())),
    }


def _write(run: Run, changed: dict[ShopMonth, list[File]]) -> dict[ShopMonth, list[File]]:
    """Ranges of shop and time, of about the target's size each; a month that ends within one begins a file more."""
    if not changed:
        return {}
    size = sum(file.bytes for files in changed.values() for file in files)
    ranges = max(1, -(-size // (run.options.target_mib * MEBIBYTE)))
    events = read_lake(run.spark, run.storage, changed)
    folder = f"{PREFIX}/{run.name}"
    order = ["shop", "occurredAt", "eventId"]
    rows = events.withColumn("shop", f.col("shopId")).withColumn("month", f.date_format("occurredAt", "yyyy-MM"))
    sorted_rows = rows.repartitionByRange(ranges, *order).sortWithinPartitions(*order)
    sorted_rows.write.partitionBy("shop", "month").mode("overwrite").parquet(run.storage.url(folder))
    written = shop_months(run.storage.files(folder))
    urls = [run.storage.url(file.key) for files in written.values() for file in files]
    expected, found = events.count(), read_events(run.spark, urls).count()
    if expected != found or not written.keys() <= changed.keys():
        raise JobError(
            f"the lake has {expected} rows and its compact copy {found}: it changed while it was read",
            "run it again; readers still have the copy of the run before",
        )
    return written


JOB = Job(
    name="compact_curated",
    about=f"""Writes a compact copy of the lake: few files of the target size instead of one for each source.

The lake itself (events/) stays as it is. Files go below {PREFIX}/run=<instant>/, then {PREFIX}/index.json says which
of them count, and of which state of the lake.""",
    example="jobs/compact_curated.py --curated s3://atlas-dev-curated --target-mib 128",
    options=OPTIONS,
    work=compact,
    next_step="look at the file or bucket that the message names, then run it again; --log-level WARN shows the stack",
)

if __name__ == "__main__":
    sys.exit(JOB.main(sys.argv[1:]))
