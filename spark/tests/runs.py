"""Runs of jobs on the session of the tests."""

import argparse
from collections.abc import Iterable
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from support.arguments import read_arguments
from support.job import CURATED, Job, Run
from support.lake import CURATED_SCHEMA
from support.storage import FolderStorage
from tests.lakes import Event, Lake

AT = datetime(2026, 4, 1, 6, tzinfo=UTC)


def work(job: Job, spark: SparkSession, lake: Lake, *words: str, at: datetime = AT) -> dict[str, Any]:
    """What the job gives back; its errors are raised."""
    return dict(job.work(Run(spark, FolderStorage(lake.folder), at, options_of(job, lake, *words))))


def options_of(job: Job, lake: Lake, *words: str) -> argparse.Namespace:
    argv = ["--curated", str(lake.folder), *words]
    return read_arguments(job.name, job.about, job.example, (CURATED, *job.options), argv)


def frame(spark: SparkSession, events: Iterable[Event]) -> DataFrame:
    """Events as rows of the lake."""
    rows = [astuple(one) for one in events]
    return spark.createDataFrame(rows, CURATED_SCHEMA)
