"""An index says which files of a prefix count. One step replaces it: readers see one run or the next, never half."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from support.failure import JobError
from support.lake import ShopMonth
from support.storage import Storage

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """Files that hold one partition."""

    fingerprint: str
    """Of the lake's files that they were made from; empty where these were too new to be sure."""
    files: tuple[str, ...]
    """Keys; none where the partition has no rows."""


Entries = Mapping[tuple[str, ShopMonth], Entry]
"""By kind of file, and partition."""


@dataclass(frozen=True, slots=True)
class Index:
    run: str
    entries: Entries = field(default_factory=dict)

    @property
    def files(self) -> set[str]:
        return {key for entry in self.entries.values() for key in entry.files}


def index_key(prefix: str) -> str:
    return f"{prefix}/index.json"


def read_index(storage: Storage, prefix: str) -> Index:
    """An empty one where there is none."""
    text = storage.read_text(index_key(prefix))
    if text is None:
        return Index("")
    try:
        value = json.loads(text)
        entries = {
            (item["kind"], ShopMonth(item["shopId"], item["month"])): Entry(item["fingerprint"], tuple(item["files"]))
            for item in value["partitions"]
        }
        return Index(value["run"], entries)
    except (ValueError, KeyError, TypeError) as error:
        raise JobError(
            f"{index_key(prefix)} must be an index, got something else ({error})",
            f"delete {index_key(prefix)}: the next run makes all of {prefix}/ again",
        ) from error


def publish_index(storage: Storage, prefix: str, index: Index, before: Index) -> None:
    """Puts `index` where `before` stands, then deletes runs that neither of the two names.

    The files of the run before stay, for who has just read its index.
    """
    if read_index(storage, prefix).run != before.run:
        raise JobError(f"another run has published {index_key(prefix)} meanwhile", "run it again")
    partitions = [
        {
            "kind": kind,
            "shopId": partition.shop_id,
            "month": partition.month,
            "fingerprint": entry.fingerprint,
            "files": list(entry.files),
        }
        for (kind, partition), entry in sorted(index.entries.items())
    ]
    value = {"schemaVersion": SCHEMA_VERSION, "run": index.run, "partitions": partitions}
    storage.put_text(index_key(prefix), json.dumps(value, indent=1) + "\n")
    delete_runs(storage, prefix, {_run_of(key) for key in index.files | before.files} | {index.run, before.run})


def delete_runs(storage: Storage, prefix: str, kept: Iterable[str]) -> None:
    """Deletes the folders `run=…` of a prefix but some."""
    runs = {_run_of(file.key) for file in storage.files(prefix) if "/run=" in file.key}
    for run in sorted(runs - set(kept)):
        storage.delete(f"{prefix}/{run}")


def _run_of(key: str) -> str:
    return key.split("/")[1]
