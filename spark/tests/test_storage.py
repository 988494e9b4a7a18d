"""Both storages do the same; Hadoop's is tried on its own file system for local files."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from support.storage import FolderStorage, HadoopStorage, Storage, storage_of


@pytest.fixture(params=["folder", "hadoop"])
def storage(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Storage:
    root = tmp_path / "a bucket"
    root.mkdir()
    return FolderStorage(root) if request.param == "folder" else HadoopStorage(spark, f"file://{root}")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "a bucket"


def test_lists_files_below_a_prefix_by_key(storage: Storage, root: Path) -> None:
    for key in ("b/two/y", "b/one/x", "bc/z", "a"):
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_text(key)
    found = storage.files("b")
    assert [(file.key, file.bytes) for file in found] == [("b/one/x", 7), ("b/two/y", 7)]
    assert found[0].modified == (root / "b/one/x").stat().st_mtime_ns // 1_000_000
    assert storage.file("b/one/x") == found[0]


def test_what_is_not_there_is_none(storage: Storage) -> None:
    assert (storage.files("b"), storage.file("b/x"), storage.read_text("b/x")) == ([], None, None)
    storage.delete("b")


def test_text_is_put_as_a_whole_also_over_another(storage: Storage) -> None:
    for text in ("a longer text", "größer"):
        storage.put_text("some/where.json", text)
        assert storage.read_text("some/where.json") == text
    assert [file.key for file in storage.files("some")] == ["some/where.json"]


def test_a_key_gets_the_bytes_of_another(storage: Storage, root: Path) -> None:
    storage.put_text("draft", "new")
    storage.put_text("some/where", "what was there before")
    storage.replace("draft", "some/where")
    assert (root / "some/where").read_bytes() == b"new"
    assert [file.key for file in storage.files("")] == ["draft", "some/where"]


def test_deletes_what_is_below_a_prefix(storage: Storage) -> None:
    for key in ("a/b/c", "a/bc"):
        storage.put_text(key, "text")
    storage.delete("a/b")
    assert [file.key for file in storage.files("a")] == ["a/bc"]


def test_a_replacement_that_fails_leaves_what_was_there(storage: Storage) -> None:
    storage.put_text("some/where", "what was there before")
    with pytest.raises(Exception, match="missing"):
        storage.replace("missing", "some/where")
    assert storage.read_text("some/where") == "what was there before"


def test_spark_reads_what_a_key_names(storage: Storage, spark: SparkSession) -> None:
    storage.put_text("one.txt", "line\n")
    assert [row.value for row in spark.read.text(storage.url("one.txt")).collect()] == ["line"]


@pytest.mark.parametrize("scheme", ["", "file:", "file://"])
def test_a_path_is_a_folder(spark: SparkSession, tmp_path: Path, scheme: str) -> None:
    (tmp_path / "x").write_text("x")
    found = storage_of(spark, f"{scheme}{tmp_path}")
    assert isinstance(found, FolderStorage)
    assert [file.key for file in found.files("")] == ["x"]


def test_rejects_a_scheme_that_spark_does_not_know(spark: SparkSession) -> None:
    with pytest.raises(Exception, match='No FileSystem for scheme "unknown"'):
        storage_of(spark, "unknown://bucket")
