"""The list of visitors that a job erases."""

import re

from pyspark.sql import SparkSession

from support.failure import JobError

SHOWN_MISTAKES = 5

_ID = re.compile(r"[^#\x00-\x1f\x7f-\x9f]{1,128}")
"""As lambdas/shared/event.ts has it."""


def read_visitors(spark: SparkSession, path: str) -> list[str]:
    """One id on each line; blank lines count for nothing. Raises JobError with the numbers of lines that are no ids."""
    files = spark.sparkContext.wholeTextFiles(path, 1).collect()
    lines = [line for _, text in files for line in text.split("\n")]
    ids = {number: line.removesuffix("\r") for number, line in enumerate(lines, 1) if line.strip()}
    wrong = [str(number) for number, visitor in ids.items() if not _ID.fullmatch(visitor)]
    next_step = "write one visitor id on each line"
    if wrong:
        more = f" and {len(wrong) - SHOWN_MISTAKES} more" if len(wrong) > SHOWN_MISTAKES else ""
        shown = ", ".join(wrong[:SHOWN_MISTAKES])
        rule = "must be an id of 1 to 128 characters without # and control characters"
        raise JobError(f"each line of {path} {rule}, got something else at line {shown}{more}", next_step)
    if not ids:
        raise JobError(f"{path} must hold at least one visitor id, got none", next_step)
    return sorted(set(ids.values()))
