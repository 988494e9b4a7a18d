"""When each store had brought a file in, by what it says of it: heads in S3 and DynamoDB, a view in PostgreSQL."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.aws import Aws, answers
from app.objects import Objects
from app.parallel import each
from app.postgres import Postgres

HEAD_PREFIX = "heads/"
HEAD_BYTES = 4 * 1024 * 1024
"""A head of the lake names at most 10,000 keys of 130 bytes."""
ITEMS_AT_ONCE = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""


@dataclass(frozen=True, slots=True)
class File:
    """A manifest: one version of a raw object that the structure stage has done with."""

    source: str
    """Name of the raw object in every store."""
    etag: str
    """Of the version of the raw object."""
    manifest_etag: str


class Loaded(Protocol):
    def when(self, files: Sequence[File]) -> Mapping[str, datetime]:
        """By source, for the files whose version the store holds. Raises SourceError."""
        ...


class HeadsLoaded:
    """The lake's heads, which are objects in the curated bucket."""

    def __init__(self, objects: Objects, prefix: str = HEAD_PREFIX) -> None:
        self._objects = objects
        self._prefix = prefix

    def when(self, files: Sequence[File]) -> Mapping[str, datetime]:
        found = each(self._head, files)
        return {file.source: at for file, at in zip(files, found, strict=True) if at is not None}

    def _head(self, file: File) -> datetime | None:
        key = f"{self._prefix}{file.source}.json"
        text = self._objects.read(key, HEAD_BYTES)
        head = {} if text is None else json.loads(text)
        if holds(head, file) and head.get("loadedAt") is None:
            # The load stage once wrote such heads. A head is written last, so it is as old as what it says.
            return self._objects.modified(key)
        return loaded_at(head, file)


class FiguresLoaded:
    def __init__(self, aws: Aws, table: str) -> None:
        self._aws = aws
        self._table = table

    def when(self, files: Sequence[File]) -> Mapping[str, datetime]:
        heads: dict[str, Mapping[str, Any]] = {}
        for at in range(0, len(files), ITEMS_AT_ONCE):
            for item in self._items([file.source for file in files[at : at + ITEMS_AT_ONCE]]):
                heads[item["source"]["S"]] = {name: value.get("S") for name, value in item.items()}
        times = {file.source: loaded_at(heads[file.source], file) for file in files if file.source in heads}
        return {source: at for source, at in times.items() if at is not None}

    def _items(self, sources: Sequence[str]) -> list[Mapping[str, Any]]:
        """What DynamoDB leaves out for want of capacity is left for the next look: nobody waits for it."""
        keys = [{"source": {"S": source}, "figure": {"S": "#"}} for source in sources]
        with answers(f"The table {self._table}", "the role of the dashboard, and DynamoDB's endpoint in its network"):
            request = {self._table: {"Keys": keys}}
            answer = self._aws.client("dynamodb").batch_get_item(RequestItems=request)
        return list(answer["Responses"].get(self._table, []))


class RowsLoaded:
    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    def when(self, files: Sequence[File]) -> Mapping[str, datetime]:
        sql = "SELECT source, etag, loaded_at FROM loaded WHERE source = ANY(CAST(:sources AS text[]))"
        etags = {file.source: file.etag for file in files}
        rows = self._postgres.rows(sql, {"sources": list(etags)})
        return {source: at for source, etag, at in rows if etags[source] == etag}


def loaded_at(head: Mapping[str, Any], file: File) -> datetime | None:
    """When the store held this version; None while it holds another, or works on this one (lambdas/shared/head.ts)."""
    at = head.get("loadedAt")
    return datetime.fromisoformat(at) if holds(head, file) and at is not None else None


def holds(head: Mapping[str, Any], file: File) -> bool:
    return head.get("status") == "loaded" and head.get("manifestEtag") == file.manifest_etag
