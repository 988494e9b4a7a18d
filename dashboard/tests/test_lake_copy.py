"""The copy of the lake: what changes arrives, what fails leaves the last good copy, and nothing half is seen."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.engine import Engine
from app.lake import CopiedLake
from app.lake_copy import LakeCopy
from app.model import Filters, SourceError
from app.snapshot import Snapshots
from app.turns import Turn
from tests.lakes import MemoryObjects, lake_key, parquet, sale, view

ALL = Filters()
FIRST, SECOND = lake_key("first"), lake_key("second")


class Lake:
    """A lake, its copy and its reader."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects = MemoryObjects()
        self.copies = folder / "lake"
        self.now = datetime(2026, 3, 5, tzinfo=UTC)
        self.copy = self.another()
        self.reader = CopiedLake(Engine(folder), self.copies)

    def another(self) -> LakeCopy:
        return LakeCopy(self.objects, self.copies, lambda: self.now)

    def put(self, key: str, *events: tuple[object, ...]) -> None:
        self.objects.put(key, parquet(self.folder, events))  # type: ignore[arg-type]

    def euros(self) -> Decimal:
        return self.reader.totals(ALL).revenue.get("EUR", Decimal(0))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def test_there_is_no_copy_before_the_first_look(lake: Lake) -> None:
    assert lake.reader.freshness() is None
    assert lake.reader.shops() == []
    assert lake.reader.days() is None
    assert lake.reader.totals(ALL).revenue == {}


def test_an_empty_lake_is_known_to_be_empty(lake: Lake) -> None:
    lake.copy.refresh()
    freshness = lake.reader.freshness()
    assert freshness is not None
    assert (freshness.as_of, freshness.files, freshness.newest_month, freshness.newest_event) == (
        lake.now,
        0,
        None,
        None,
    )
    assert lake.reader.shops() == []
    assert lake.reader.days() is None
    assert lake.reader.stories(ALL, 10) == []


def test_a_new_file_arrives_and_only_that_is_read(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.copy.refresh()
    lake.put(SECOND, sale("0.0001"))
    lake.copy.refresh()
    assert lake.euros() == Decimal("10.0001")
    assert lake.objects.saved == [FIRST, SECOND]


def test_a_changed_file_replaces_what_it_was(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.copy.refresh()
    lake.put(FIRST, sale("7.00"), sale("8.00"))
    lake.copy.refresh()
    assert lake.euros() == Decimal(15)


def test_a_deleted_file_takes_its_rows_with_it(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.put(SECOND, sale("1.00"))
    lake.copy.refresh()
    del lake.objects.bodies[FIRST]
    lake.copy.refresh()
    assert lake.euros() == Decimal(1)


def test_a_file_without_rows_is_no_file_of_its_month(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.put(lake_key("gone", month="2026-04"))
    lake.copy.refresh()
    freshness = lake.reader.freshness()
    assert freshness is not None
    assert (freshness.files, freshness.newest_month) == (1, "2026-03")
    assert freshness.newest_event == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_an_event_counts_as_often_as_files_hold_it(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"), sale("10.00"))
    lake.copy.refresh()
    assert lake.euros() == Decimal(20)


def test_a_day_is_one_of_utc(lake: Lake) -> None:
    lake.put(FIRST, view("2026-03-04T23:59:59.999999Z"), view("2026-03-05T00:00:00Z"))
    lake.copy.refresh()
    assert lake.reader.days() == (date(2026, 3, 4), date(2026, 3, 5))
    assert lake.reader.totals(Filters(last=date(2026, 3, 4))).funnel.views == 1


def test_what_is_no_lake_file_is_left_alone(lake: Lake) -> None:
    for key in ("events/_SUCCESS", "events/shop=a/month=2026-03/_temporary/0.parquet", "events/x.parquet"):
        lake.objects.put(key, b"no Parquet")
    lake.copy.refresh()
    assert lake.objects.saved == []


def test_an_unchanged_lake_is_only_seen_again(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.copy.refresh()
    before = Snapshots(lake.copies).current()
    lake.now += timedelta(seconds=30)
    lake.copy.refresh()
    after = Snapshots(lake.copies).current()
    assert before is not None
    assert after is not None
    assert (after.number, after.freshness.as_of) == (before.number, lake.now)


def test_rejects_a_broken_file_and_keeps_the_last_good_copy(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.copy.refresh()
    lake.objects.put(FIRST, lake.objects.bodies[FIRST][:-20])
    with pytest.raises(SourceError, match=f"The lake's file {FIRST} cannot be read .*: send its raw object again"):
        lake.copy.refresh()
    assert lake.euros() == Decimal(10)
    lake.put(FIRST, sale("11.00"))
    lake.copy.refresh()
    assert lake.euros() == Decimal(11)


def test_a_store_that_is_down_leaves_the_last_good_copy(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.copy.refresh()
    as_of = lake.now
    lake.now += timedelta(minutes=5)
    lake.objects.fails = "The bucket curated does not answer"
    with pytest.raises(SourceError, match="The bucket curated does not answer"):
        lake.copy.refresh()
    freshness = lake.reader.freshness()
    assert freshness is not None
    assert freshness.as_of == as_of


def test_a_file_that_changes_after_the_listing_is_taken_as_it_is_then(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.put(SECOND, sale("1.00"))
    newer = parquet(lake.folder, [sale("2.00")])
    save = lake.objects.save

    def change_then_save(key: str, path: Path) -> str | None:
        if key == SECOND:
            lake.objects.put(SECOND, newer)
        if key == FIRST:
            del lake.objects.bodies[FIRST]
        return save(key, path)

    lake.objects.save = change_then_save  # type: ignore[method-assign]
    lake.copy.refresh()
    assert lake.euros() == Decimal(2)
    lake.objects.saved.clear()
    lake.copy.refresh()
    assert lake.objects.saved == []


@pytest.mark.parametrize("step", ["save", "publish", "point"])
def test_a_crash_at_any_step_leaves_a_copy_that_is_whole(
    lake: Lake, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.copy.refresh()
    lake.put(FIRST, sale("7.00"))
    lake.put(SECOND, sale("1.00"))

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if step == "save":
            patched.setattr(lake.objects, "save", killed)
        else:
            patched.setattr(Snapshots, "publish" if step == "publish" else "_point", killed)
        with pytest.raises(Killed):
            lake.copy.refresh()
    lake.copy.close()
    assert lake.euros() == Decimal(10)
    lake.another().refresh()
    assert lake.euros() == Decimal(8)
    assert len(list(lake.copies.glob("[0-9]*.parquet"))) == 1
    assert list(lake.copies.glob("*.tmp")) == []


def test_a_work_file_that_cannot_be_read_is_made_again(lake: Lake) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.copy.refresh()
    lake.copy.close()
    (lake.copies / "work.duckdb").write_bytes(b"half a database")
    lake.another().refresh()
    assert lake.euros() == Decimal(10)


def test_a_reader_whose_copy_is_replaced_looks_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.put(FIRST, sale("10.00"))
    lake.copy.refresh()
    stale = Snapshots(lake.copies).current()
    lake.put(FIRST, sale("7.00"))
    lake.copy.refresh()
    current = Snapshots.current
    answers = iter([stale])
    monkeypatch.setattr(Snapshots, "current", lambda self: next(answers, None) or current(self))
    assert lake.euros() == Decimal(7)


def test_questions_are_answered_while_copies_are_replaced(lake: Lake) -> None:
    lake.put(FIRST, sale("1.00"))
    lake.copy.refresh()
    bodies = [parquet(lake.folder, [sale(f"{euros}.00")]) for euros in range(2, 22)]
    seen: list[Decimal] = []
    failures: list[Exception] = []
    ended = threading.Event()

    def ask() -> None:
        try:
            while not ended.is_set():
                seen.append(lake.euros())
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for body in bodies:
        lake.objects.put(FIRST, body)
        lake.copy.refresh()
    ended.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(seen) <= {Decimal(euros) for euros in range(1, 22)}


def test_of_two_refreshers_one_has_the_turn_until_it_ends(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "lock"), Turn(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    assert first.take()
    first.leave()
    assert second.take()
