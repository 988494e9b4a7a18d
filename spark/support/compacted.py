"""The lake's rows from fewer files, where compaction has them as they are now."""

from collections.abc import Mapping

from pyspark.sql import DataFrame

from support.index import read_index
from support.job import Run
from support.lake import ShopMonth, fingerprint, lake_of, read_events
from support.storage import File

PREFIX = "compacted"
KIND = "events"


def events_of(run: Run, wanted: Mapping[ShopMonth, list[File]] | None = None) -> DataFrame:
    """Rows of some partitions (all, unless told otherwise).

    Compacted files of a partition count while the lake still lists what they were made from; else the lake's own do. So
    a source that was replaced, emptied or erased since is never read in its old form.
    """
    partitions = lake_of(run.storage) if wanted is None else wanted
    index = read_index(run.storage, PREFIX)
    urls: list[str] = []
    for partition, files in partitions.items():
        entry = index.entries.get((KIND, partition))
        if entry is not None and entry.fingerprint and entry.fingerprint == fingerprint(files):
            urls.extend(run.storage.url(key) for key in entry.files)
        else:
            urls.append(run.storage.url(partition.folder))
    return read_events(run.spark, urls)
