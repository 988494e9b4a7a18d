"""The lake's files and rows: `events/shop=<shop>/month=<YYYY-MM>/<source>.parquet`, one file for each source there."""

import hashlib
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import (
    DecimalType,
    IntegerType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

from support.failure import JobError
from support.storage import File, Storage

EVENTS = "events"

COLUMNS = {
    "occurredAt": TimestampType(),
    "eventId": StringType(),
    "type": StringType(),
    "shopId": StringType(),
    "contentId": StringType(),
    "productId": StringType(),
    "visitorId": StringType(),
    "quantity": IntegerType(),
    "amount": DecimalType(18, 4),
    "currency": StringType(),
    "sessionId": StringType(),
}
"""As lambdas/shared/curated-schema.ts has them. A file from before a column was there has it as null."""

CURATED_SCHEMA = StructType([StructField(name, kind) for name, kind in COLUMNS.items()])

SETTLED_MILLISECONDS = 5_000
"""S3 dates an object to the second, by its own clock: a younger file may be replaced without a trace in the listing."""

_KEY = re.compile(r"shop=([^/]+)/month=(\d{4}-\d{2})/[^/]+\.parquet$")


@dataclass(frozen=True, slots=True, order=True)
class ShopMonth:
    """A partition of the lake; the month is that of the events, in UTC."""

    shop_id: str
    month: str

    @property
    def folder(self) -> str:
        return f"{EVENTS}/shop={self.shop_id}/month={self.month}"

    def later(self, months: int) -> "ShopMonth":
        year, month = map(int, self.month.split("-"))
        count = year * 12 + month - 1 + months
        return ShopMonth(self.shop_id, f"{count // 12:04}-{count % 12 + 1:02}")


def shop_months(files: Iterable[File]) -> dict[ShopMonth, list[File]]:
    """Files by partition; what is no Parquet of a partition is left out."""
    found: dict[ShopMonth, list[File]] = {}
    for file in files:
        match = _KEY.search(file.key)
        if match is not None:
            found.setdefault(ShopMonth(*match.groups()), []).append(file)
    return dict(sorted(found.items()))


def lake_of(storage: Storage) -> dict[ShopMonth, list[File]]:
    """Raises JobError for a lake without files: nobody runs a job over none but by mistake."""
    found = shop_months(storage.files(EVENTS))
    if found:
        return found
    raise JobError(
        f"{storage.url(EVENTS)} must hold Parquet of the lake, got none",
        "give --curated the bucket or folder that holds events/",
    )


def fingerprint(files: Iterable[File]) -> str:
    """Changes with every file that comes, goes or is replaced. Empty, and never to be trusted, while one is new."""
    digest = hashlib.sha256()
    settled = time.time() * 1000 - SETTLED_MILLISECONDS
    for file in sorted(files):
        if file.modified > settled:
            return ""
        digest.update(f"{file.key}\n{file.bytes}\n{file.modified}\n".encode())
    return digest.hexdigest()[:32]


def read_events(spark: SparkSession, urls: Sequence[str]) -> DataFrame:
    """Rows of files and of all files below folders."""
    if not urls:
        return spark.createDataFrame([], CURATED_SCHEMA)
    return spark.read.schema(CURATED_SCHEMA).option("recursiveFileLookup", "true").parquet(*urls)


def read_lake(spark: SparkSession, storage: Storage, wanted: Mapping[ShopMonth, object]) -> DataFrame:
    """Rows of some partitions, as the lake has them."""
    return read_events(spark, [storage.url(partition.folder) for partition in wanted])
