"""Objects by key: those of a bucket, or files of a folder that stand for one."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from app.aws import Aws, answers, is_missing

CHUNK = 1024 * 1024
"""Bytes that are read at a time. A body that ends early is an error of botocore's, for who reads to its end."""


@dataclass(frozen=True, slots=True)
class Listed:
    key: str
    etag: str
    modified: datetime


class Objects(Protocol):
    """Reads only. Each method raises SourceError when the store does not answer."""

    def list(self, prefix: str) -> Iterator[Listed]: ...

    def read(self, key: str, most: int) -> bytes | None:
        """At most so many bytes of it; None when there is no such key."""
        ...

    def save(self, key: str, path: Path) -> str | None:
        """Writes it to `path`, and gives the etag of what was written; None when there is no such key."""
        ...

    def modified(self, key: str) -> datetime | None:
        """When it was written; None when there is no such key."""
        ...


class S3Objects:
    def __init__(self, aws: Aws, bucket: str) -> None:
        self._aws = aws
        self._bucket = bucket

    def list(self, prefix: str) -> Iterator[Listed]:
        with self._answers():
            pages = self._aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                for found in page.get("Contents", []):
                    yield Listed(found["Key"], found["ETag"].strip('"'), found["LastModified"])

    def read(self, key: str, most: int) -> bytes | None:
        with self._answers():
            found = self._ask("get_object", key)
            if found is None:
                return None
            kept = bytearray()
            with closing(found["Body"]) as body:
                for chunk in body.iter_chunks(CHUNK):
                    kept += chunk
                    if len(kept) >= most:
                        break
            return bytes(kept[:most])

    def save(self, key: str, path: Path) -> str | None:
        with self._answers():
            found = self._ask("get_object", key)
            if found is None:
                return None
            with closing(found["Body"]) as body, path.open("wb") as file:
                for chunk in body.iter_chunks(CHUNK):
                    file.write(chunk)
            return found["ETag"].strip('"')

    def modified(self, key: str) -> datetime | None:
        with self._answers():
            found = self._ask("head_object", key)
            return None if found is None else found["LastModified"]

    def _ask(self, operation: Literal["get_object", "head_object"], key: str) -> Any:
        from botocore.exceptions import ClientError

        try:
            return getattr(self._aws.client("s3"), operation)(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if is_missing(error):
                return None
            raise

    def _answers(self) -> Any:
        return answers(f"The bucket {self._bucket}", "the role of the dashboard, and the endpoint of S3 in its network")


class FolderObjects:
    """A folder as a bucket: a file's path in it is its key, its time and size are its etag."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def list(self, prefix: str) -> Iterator[Listed]:
        """`prefix` must end with a slash."""
        for path in sorted((self._root / prefix).rglob("*")):
            if path.is_file():
                key = path.relative_to(self._root).as_posix()
                yield Listed(key, self.etag(key), datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def read(self, key: str, most: int) -> bytes | None:
        try:
            with (self._root / key).open("rb") as file:
                return file.read(most)
        except FileNotFoundError:
            return None

    def save(self, key: str, path: Path) -> str | None:
        try:
            shutil.copyfile(self._root / key, path)
        except FileNotFoundError:
            return None
        return self.etag(key)

    def modified(self, key: str) -> datetime | None:
        try:
            return datetime.fromtimestamp((self._root / key).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def etag(self, key: str) -> str:
        stat = (self._root / key).stat()
        return f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
