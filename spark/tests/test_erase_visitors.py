"""Rows of the visitors are gone from every file, all others are as they were."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs import compact_curated
from jobs.erase_visitors import JOB
from support.failure import JobError
from support.storage import FolderStorage
from tests.lakes import Event, Lake, Taste, event, real_purchases
from tests.runs import AT, work

FIRST = datetime(2026, 2, 20, tzinfo=UTC)
ALL = ("events/**/*.parquet", "versions/**/*.parquet", "compacted/**/*.parquet")


def listed(lake: Lake, *visitors: str) -> str:
    path = lake.folder.parent / "visitors.txt"
    path.write_text("\n".join(visitors) + "\n")
    return str(path)


def erase(
    spark: SparkSession, lake: Lake, *words: str, visitors: tuple[str, ...] = ("ann",), at: datetime = AT
) -> dict:
    return work(JOB, spark, lake, "--visitors", listed(lake, *visitors), *words, at=at)


def report(lake: Lake) -> dict:
    return json.loads((lake.folder / "erasures/run=20260401T060000Z/report.json").read_text())


def in_order(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda one: (one.at, one.event))


def test_visitors_are_gone_from_all_parquet_and_all_other_rows_stay(spark: SparkSession, lake: Lake) -> None:
    made, real = list(Taste(visits=300).events(FIRST)), list(real_purchases())[:400]
    for prefix in ("events", "versions"):
        lake.put("real", real, prefix, with_session=False)
        for number in range(3):
            lake.put(f"source-{number}", made[number::3], prefix)
    work(compact_curated.JOB, spark, lake)
    visitors = (made[0].visitor, made[40].visitor, real[7].visitor, "nobody")
    result = erase(spark, lake, visitors=visitors)
    left = in_order([one for one in made + real if one.visitor not in visitors])
    gone = len(made) + len(real) - len(left)
    assert lake.events("events/**/*.parquet") == lake.events("versions/**/*.parquet") == left
    in_copy = [one for one in left if one.shop == "themes"]
    assert lake.events("compacted/**/*.parquet") == in_copy
    assert (result["outcome"], result["visitors"]) == ("erased", 4)
    assert result["rows"] == 2 * gone + sum(one.visitor in visitors for one in made)


def test_files_without_those_visitors_are_not_touched(spark: SparkSession, lake: Lake) -> None:
    (with_ann,) = lake.put("one", [event("view", "2026-03-02"), event("view", "2026-03-03", visitor="bob")])
    (without,) = lake.put("two", [event("view", "2026-03-02", visitor="bob")])
    before = without.stat()
    result = erase(spark, lake)
    assert result["files"] == {"read": 2, "withRows": 1}
    assert (without.stat().st_mtime_ns, without.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert [entry["key"] for entry in report(lake)["replaced"]] == [str(with_ann.relative_to(lake.folder))]


def test_a_file_whose_rows_all_go_stays_without_rows(spark: SparkSession, lake: Lake) -> None:
    (path,) = lake.put("one", [event("view", "2026-03-02"), event("view", "2026-03-03")])
    erase(spark, lake)
    assert path.exists()
    assert lake.rows("count(*)", "events/**/*.parquet") == [(0,)]


def test_the_report_counts_and_names_no_visitor(spark: SparkSession, lake: Lake) -> None:
    (path,) = lake.put("one", [event("view", "2026-03-02"), event("view", "2026-03-03", visitor="bob")], "versions")
    lake.put("two", [event("view", "2026-03-02", visitor="bob")])
    erase(spark, lake, visitors=("ann", "ann", "", "zoe"))
    said = report(lake)
    assert said == {
        "schemaVersion": 1,
        "outcome": "erased",
        "run": "run=20260401T060000Z",
        "visitors": 2,
        "shop": None,
        "files": {"read": 2, "withRows": 1},
        "rows": 1,
        "replaced": [
            {
                "key": str(path.relative_to(lake.folder)),
                "source": path.stem,
                "rows": 1,
                "erased": 1,
                "bytes": path.stat().st_size,
            }
        ],
        "left": [],
    }
    assert not {"ann", "zoe", "bob"} & set(json.dumps(said).split('"'))


def test_one_shop_only_where_told(spark: SparkSession, lake: Lake) -> None:
    shoes, hats = event("view", "2026-03-02"), event("view", "2026-03-02", shop="hats")
    lake.put("one", [shoes, hats])
    erase(spark, lake, "--shop", "hats")
    assert lake.events("events/**/*.parquet") == [shoes]


def test_a_dry_run_counts_and_writes_nothing(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("view", "2026-03-02")])
    before = {path: path.read_bytes() for path in lake.folder.rglob("*") if path.is_file()}
    result = erase(spark, lake, "--dry-run")
    assert (result["outcome"], result["rows"]) == ("counted", 1)
    assert {path: path.read_bytes() for path in lake.folder.rglob("*") if path.is_file()} == before


def test_nothing_else_is_left_of_a_run(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("view", "2026-03-02")])
    erase(spark, lake)
    files = [path.name for path in (lake.folder / "erasures").rglob("*") if path.is_file()]
    assert files == ["report.json"]
    assert not [path for path in lake.folder.rglob("events/**/.*") if path.is_file()]


def test_a_retry_ends_what_was_begun_and_the_report_has_both(
    spark: SparkSession, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in ("one", "two", "three"):
        lake.put(source, [event("view", "2026-03-02"), event("view", "2026-03-03", visitor="bob")])
    replaced: list[str] = []
    whole = FolderStorage.replace

    def second_fails(self: FolderStorage, source: str, key: str) -> None:
        if len(replaced) == 1:
            raise OSError("no space left")
        replaced.append(key)
        whole(self, source, key)

    with monkeypatch.context() as patch:
        patch.setattr(FolderStorage, "replace", second_fails)
        with pytest.raises(OSError, match="no space left"):
            erase(spark, lake)
    assert report(lake)["outcome"] == "begun"
    assert lake.rows("count(*)", "events/**/*.parquet") == [(5,)]
    erase(spark, lake)
    assert {one.visitor for one in lake.events("events/**/*.parquet")} == {"bob"}
    assert (report(lake)["outcome"], len(report(lake)["replaced"])) == ("erased", 3)


def test_rejects_to_replace_a_file_that_has_changed_since(
    spark: SparkSession, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = lake.put("one", [event("view", "2026-03-02"), event("view", "2026-03-03", visitor="bob")])
    lake.put("two", [event("view", "2026-03-02")])
    key = str(path.relative_to(lake.folder))
    newer = replace(event("view", "2026-03-04"), visitor="carl")
    begin = "support.erasure_report.Report.begin"
    monkeypatch.setattr(begin, _after(begin, lambda: lake.put("one", [newer])))
    with pytest.raises(
        JobError, match=rf"^1 of 2 files changed while they were read, and are as they were: first {key}$"
    ):
        erase(spark, lake)
    assert lake.events("events/**/*.parquet") == [newer]
    assert (report(lake)["outcome"], report(lake)["left"]) == ("incomplete", [key])


def _after(name: str, then: object) -> object:
    from support.erasure_report import Report

    whole = getattr(Report, name.rsplit(".", 1)[1])

    def both(self: Report, *words: object) -> None:
        whole(self, *words)
        then()  # type: ignore[operator]

    return both


def test_rejects_lines_that_are_no_ids_by_number(spark: SparkSession, lake: Lake) -> None:
    lake.put("one", [event("view", "2026-03-02")])
    rule = "must be an id of 1 to 128 characters without # and control characters, got something else at line 2, 3$"
    with pytest.raises(JobError, match=rule):
        erase(spark, lake, visitors=("ann", "a#b", "x" * 129))


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_rejects_a_list_of_nobody(spark: SparkSession, lake: Lake, text: str, tmp_path: Path) -> None:
    path = tmp_path / "nobody.txt"
    path.write_text(text)
    lake.put("one", [event("view", "2026-03-02")])
    with pytest.raises(JobError, match=r"nobody.txt must hold at least one visitor id, got none$"):
        work(JOB, spark, lake, "--visitors", str(path), at=AT + timedelta(hours=1))
