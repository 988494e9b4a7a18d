"""One Spark session, with what all jobs must agree on."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

SETTINGS = {
    # Days and months are UTC, as in the structure stage.
    "spark.sql.session.timeZone": "UTC",
    # Physical types of the curated files.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # No `_SUCCESS`: what is whole is said by an index or a manifest.
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    # Standard error is for what went wrong.
    "spark.ui.showConsoleProgress": "false",
    # A shop called 007 stays text.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}


@contextmanager
def session(name: str, log_level: str = "FATAL") -> Iterator[SparkSession]:
    """Where it runs, and with how much, is spark-submit's."""
    builder = SparkSession.builder.appName(name)
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel(log_level)
    try:
        yield spark
    finally:
        spark.stop()
