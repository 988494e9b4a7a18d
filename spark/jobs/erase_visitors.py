"""Takes visitors out of all Parquet that holds events."""

import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from support.arguments import Option, location, matching
from support.erasure_report import Hit, Report, replacement_of
from support.failure import JobError
from support.job import Job, Run
from support.lake import COLUMNS, CURATED_SCHEMA, lake_of, read_events
from support.storage import File
from support.visitor_list import read_visitors
from transforms.visitors import rows_of, rows_without

PREFIX = "erasures"
WITH_VISITORS = ("events", "versions", "compacted")
"""Prefixes of the curated bucket whose Parquet has a row for each event."""
GROUP_BYTES = 512 * 1024
"""Of a row group: the load stages hold one at a time, and the structure stage's are of that size."""

AT_ONCE = 200
"""Tasks that write the files anew, at most."""

_KEY = re.compile(rf"(?:{'|'.join(WITH_VISITORS)})/(?:run=[^/]+/)?shop=[^/]+/month=[^/]+/[^/]+\.parquet$")

OPTIONS = (
    Option("--visitors", "a text file with one visitor id on each line", location, required=True),
    Option(
        "--shop", "one shop; else all of them", matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "must be the id of a shop")
    ),
    Option("--dry-run", "only counts, and writes nothing"),
)


def erase(run: Run) -> dict[str, Any]:
    """Each file is replaced under its own key by one step: whoever reads it has it with those rows or without."""
    ids = read_visitors(run.spark, run.options.visitors)
    lake_of(run.storage)
    visitors = run.spark.createDataFrame([(visitor,) for visitor in ids], "visitorId string")
    files = {file.key: file for prefix in WITH_VISITORS for file in run.storage.files(prefix) if _KEY.search(file.key)}
    hits = _hits(run, visitors, files)
    report = Report(run.storage, f"{PREFIX}/{run.name}/report.json")
    facts = {
        "run": run.name,
        "visitors": len(ids),
        "shop": run.options.shop,
        "files": {"read": len(files), "withRows": len(hits)},
        "rows": sum(hit.erased for hit in hits),
    }
    if run.options.dry_run:
        return {"outcome": "counted", **facts}
    staging = f"{PREFIX}/{run.name}/staging"
    left: list[str] = []
    try:
        drafts = _drafts(run, visitors, hits, staging) if hits else {}
        report.begin(facts, [replacement_of(hit, drafts[hit.file.key].bytes) for hit in hits])
        for hit in hits:
            key = hit.file.key
            if run.storage.file(key) == hit.file:
                run.storage.replace(drafts[key].key, key)
            else:
                left.append(key)
    finally:
        run.storage.delete(staging)
    report.end(left)
    if left:
        raise JobError(
            f"{len(left)} of {len(hits)} files changed while they were read, and are as they were: first {left[0]}",
            f"run it again; {report.key} has what was erased",
        )
    return {"outcome": "erased", **facts, "report": report.key}


def _rows(run: Run, keys: Iterable[str]) -> DataFrame:
    """Rows of files, and in `path` the file that each is from."""
    rows = read_events(run.spark, [run.storage.url(key) for key in keys])
    return rows.withColumn("path", f.col("_metadata.file_path"))


def _hits(run: Run, visitors: DataFrame, files: Mapping[str, File]) -> list[Hit]:
    erased = _count(rows_of(_rows(run, files), visitors, run.options.shop))
    if not erased:
        return []
    total = _count(_rows(run, sorted(erased)))
    return [Hit(files[key], total[key], erased[key]) for key in sorted(erased)]


def _count(rows: DataFrame) -> dict[str, int]:
    return {_key_of(row.path): row["count"] for row in rows.groupBy("path").count().collect()}


def _key_of(path: str) -> str:
    return path[_KEY.search(path).start() :]  # type: ignore[union-attr] # only keys that match are read


def _drafts(run: Run, visitors: DataFrame, hits: list[Hit], staging: str) -> dict[str, File]:
    """By key, the file that is to replace it: counted, and without rows where none is left."""
    numbers = {hit.file.key: number for number, hit in enumerate(hits)}
    rows = _rows(run, numbers)
    paths = [(row.path, numbers[_key_of(row.path)]) for row in rows.select("path").distinct().collect()]
    numbered = rows.join(f.broadcast(run.spark.createDataFrame(paths, "path string, file int")), "path")
    url = run.storage.url(f"{staging}/left")
    (
        rows_without(numbered, visitors, run.options.shop)
        .select(*COLUMNS, "file")
        .repartition(min(len(hits), AT_ONCE), "file")
        .sortWithinPartitions("file", "occurredAt", "eventId")
        .write.partitionBy("file")
        .option("parquet.block.size", GROUP_BYTES)
        .mode("overwrite")
        .parquet(url)
    )
    drafts = {int(file.key.split("/file=")[1].split("/")[0]): file for file in _parquet(run, f"{staging}/left")}
    counts = run.spark.read.parquet(url).groupBy("file").count().collect() if drafts else []
    kept = {int(row["file"]): row["count"] for row in counts}
    for number, hit in enumerate(hits):
        expected, got = hit.rows - hit.erased, kept.get(number, 0)
        if got != expected:
            raise JobError(
                f"{hit.file.key} must keep {expected} rows, got {got}: it changed while it was read",
                "run it again; no file was replaced",
            )
    run.spark.createDataFrame([], CURATED_SCHEMA).coalesce(1).write.mode("overwrite").parquet(
        run.storage.url(f"{staging}/empty")
    )
    (empty,) = _parquet(run, f"{staging}/empty")
    return {key: drafts.get(number, empty) for key, number in numbers.items()}


def _parquet(run: Run, prefix: str) -> list[File]:
    return [file for file in run.storage.files(prefix) if file.key.endswith(".parquet")]


JOB = Job(
    name="erase_visitors",
    about=f"""Takes visitors out of all Parquet that holds events, below {", ".join(WITH_VISITORS)}.

Each file that has rows of theirs is replaced under its key. {PREFIX}/run=<instant>/report.json says which files and
how many rows, and names no visitor.""",
    example="jobs/erase_visitors.py --curated s3://atlas-dev-curated --visitors s3://atlas-dev-requests/2026-04.txt",
    options=OPTIONS,
    work=erase,
    next_step="look at the file or bucket that the message names, then run it again: what is erased stays erased",
)

if __name__ == "__main__":
    sys.exit(JOB.main(sys.argv[1:]))
