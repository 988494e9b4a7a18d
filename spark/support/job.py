"""What each job has around its work: arguments, one session, and an end that says what to do next."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import SparkSession

from support.arguments import ArgumentsError, Option, instant, location, one_of, read_arguments
from support.failure import JobError, sentence_of
from support.session import session
from support.storage import Storage, storage_of

FAILED, MISUSED = 1, 2
"""Exit codes; argparse has the second one."""

CURATED = Option(
    "--curated",
    "the curated bucket, or a folder with its prefixes: s3://bucket or /data/curated",
    location,
    required=True,
)
AT = Option(
    "--at", "the instant that the run has for now; a retry of the same run must have the same (default: now)", instant
)
LOG_LEVEL = Option(
    "--log-level",
    "Spark's own log; WARN shows the stack of an error",
    one_of("FATAL", "ERROR", "WARN", "INFO"),
    "FATAL",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job."""

    spark: SparkSession
    storage: Storage
    """The curated bucket."""
    at: datetime
    options: argparse.Namespace

    @property
    def name(self) -> str:
        """In keys: the same for each try of a run."""
        return f"run={self.at:%Y%m%dT%H%M%SZ}"


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    about: str
    example: str
    """Arguments of spark-submit."""
    options: Sequence[Option]
    work: Callable[[Run], Mapping[str, Any]]
    """Gives what is printed as one line of JSON."""
    next_step: str
    """What to do when Spark has failed."""

    def main(self, argv: Sequence[str]) -> int:
        """The exit code."""
        options = (CURATED, *self.options, AT, LOG_LEVEL)
        try:
            read = read_arguments(self.name, self.about, self.example, options, argv)
        except ArgumentsError as mistakes:
            print(f"{mistakes}\nNext: {self.name}.py --help shows an example", file=sys.stderr)
            return MISUSED
        try:
            with session(self.name, read.log_level) as spark:
                at = read.at or datetime.now(UTC).replace(microsecond=0)
                result = self.work(Run(spark, storage_of(spark, read.curated), at, read))
        except Exception as error:
            next_step = error.next_step if isinstance(error, JobError) else self.next_step
            print(f"{self.name} failed: {sentence_of(error)}\nNext: {next_step}", file=sys.stderr)
            return FAILED
        print(json.dumps(result, sort_keys=True))
        return 0
