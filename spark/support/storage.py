"""Files of one bucket or folder by key. What Spark writes comes and goes in parts; these are the steps that do not."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True, order=True)
class File:
    key: str
    bytes: int
    modified: int
    """Milliseconds since 1970."""


class Storage(Protocol):
    def url(self, key: str) -> str:
        """For Spark."""

    def files(self, prefix: str) -> list[File]:
        """All below a prefix, by key; none where there is no such prefix."""

    def file(self, key: str) -> File | None: ...

    def read_text(self, key: str) -> str | None: ...

    def put_text(self, key: str, text: str) -> None:
        """Readers see what was there before, or all of it."""

    def replace(self, source: str, key: str) -> None:
        """Gives a key the bytes of another. Readers see what was there before, or all of it."""

    def delete(self, prefix: str) -> None: ...


def storage_of(spark: SparkSession, root: str) -> Storage:
    scheme, colon, path = root.partition(":")
    if not colon:
        return FolderStorage(Path(root).absolute())
    return FolderStorage(Path("/" + path.lstrip("/"))) if scheme == "file" else HadoopStorage(spark, root)


class FolderStorage:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def url(self, key: str) -> str:
        return f"file://{self._root / key}"  # not encoded: Hadoop takes a path as it is

    def files(self, prefix: str) -> list[File]:
        """Hidden ones are drafts and Hadoop's checksums."""
        found = (self._root / prefix).rglob("[!.]*")
        return sorted(self._file(path) for path in found if path.is_file())

    def file(self, key: str) -> File | None:
        path = self._root / key
        return self._file(path) if path.is_file() else None

    def read_text(self, key: str) -> str | None:
        path = self._root / key
        return path.read_text("utf-8") if path.is_file() else None

    def put_text(self, key: str, text: str) -> None:
        self._publish(key, lambda draft: draft.write_text(text, "utf-8"))

    def replace(self, source: str, key: str) -> None:
        self._publish(key, lambda draft: shutil.copyfile(self._root / source, draft))

    def delete(self, prefix: str) -> None:
        shutil.rmtree(self._root / prefix, ignore_errors=True)

    def _publish(self, key: str, write: Any) -> None:
        path = self._root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")  # hidden from Spark
        write(draft)
        path.with_name(f".{path.name}.crc").unlink(missing_ok=True)  # Hadoop's checksum of what was there before
        draft.replace(path)

    def _file(self, path: Path) -> File:
        status = path.stat()
        return File(path.relative_to(self._root).as_posix(), status.st_size, status.st_mtime_ns // 1_000_000)


class HadoopStorage:
    """A bucket, by Spark's own file system for it: an object appears with the end of its upload, whole."""

    def __init__(self, spark: SparkSession, root: str) -> None:
        self._jvm: Any = spark._jvm
        self._path = self._jvm.org.apache.hadoop.fs.Path
        self._root = self._path(root)
        self._fs = self._root.getFileSystem(spark._jsc.hadoopConfiguration())  # type: ignore[union-attr]
        self._base = self._fs.makeQualified(self._root).toString().rstrip("/") + "/"

    def url(self, key: str) -> str:
        return f"{self._base}{key}"

    def files(self, prefix: str) -> list[File]:
        folder = self._path(self.url(prefix))
        if not self._fs.exists(folder):
            return []
        found, listing = [], self._fs.listFiles(folder, True)
        while listing.hasNext():
            found.append(self._file(listing.next()))
        return sorted(found)

    def file(self, key: str) -> File | None:
        path = self._path(self.url(key))
        return self._file(self._fs.getFileStatus(path)) if self._fs.exists(path) else None

    def read_text(self, key: str) -> str | None:
        path = self._path(self.url(key))
        if not self._fs.exists(path):
            return None
        stream = self._fs.open(path)
        try:
            return bytes(stream.readAllBytes()).decode("utf-8")
        finally:
            stream.close()

    def put_text(self, key: str, text: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            draft = Path(folder) / "draft"
            draft.write_text(text, "utf-8")
            self._upload(draft, key)

    def replace(self, source: str, key: str) -> None:
        """By way of a local file: a copy from stream to stream that breaks half-way would end as half an object."""
        with tempfile.TemporaryDirectory() as folder:
            draft = Path(folder) / "draft"
            self._fs.copyToLocalFile(False, self._path(self.url(source)), self._local(draft), True)
            self._upload(draft, key)

    def delete(self, prefix: str) -> None:
        self._fs.delete(self._path(self.url(prefix)), True)

    def _upload(self, draft: Path, key: str) -> None:
        self._fs.copyFromLocalFile(False, True, self._local(draft), self._path(self.url(key)))

    def _local(self, path: Path) -> Any:
        return self._path(f"file://{path}")

    def _file(self, status: Any) -> File:
        key = status.getPath().toString().removeprefix(self._base)
        return File(key, status.getLen(), status.getModificationTime())
