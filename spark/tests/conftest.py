"""One small Spark session for all tests."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from support.session import SETTINGS, session
from tests.lakes import Lake

os.environ["PYSPARK_PYTHON"] = sys.executable

SMALL = {
    "spark.master": "local[2]",
    "spark.driver.memory": "512m",
    # Short programs: no second compiler, no threads for the garbage.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    folder = tmp_path_factory.mktemp("spark")
    settings = {**SMALL, "spark.local.dir": str(folder / "local"), "spark.sql.warehouse.dir": str(folder / "tables")}
    before = dict(SETTINGS)
    SETTINGS.update(settings)
    try:
        with session("tests") as made:
            yield made
    finally:
        SETTINGS.clear()
        SETTINGS.update(before)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "curated")
