"""The sample is laid out as the platform does it, is the same at each run, and all of its stores agree."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from app.data import Data, data_of
from app.engine import open_database
from app.lake_copy import LAKE_FILE
from app.model import Filters, SourceError
from app.sample_events import NOW, MadeUpShop, real_purchases
from app.sample_folder import sample_folder
from app.settings import read_settings
from tests.servers import SAMPLE

DEMO = Filters(shops=("demo",))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def folder(scratch: Path) -> Path:
    return sample_folder(scratch, SAMPLE)


@pytest.fixture(scope="module")
def data(scratch: Path, folder: Path) -> Data:
    assert folder.exists()
    made = data_of(read_settings({"DATA": "sample", "SCRATCH_DIR": str(scratch), "REFRESH_SECONDS": "3600"}))
    made.copy_lake()
    made.look()
    return made


def test_made_up_events_are_the_same_each_time() -> None:
    first, second = list(MadeUpShop().events()), list(MadeUpShop().events())
    assert first == second
    assert {event.currency for event in first} == {None, "EUR", "USD"}
    kinds = Counter(event.type for event in first)
    assert kinds["view"] > kinds["click"] > kinds["add_to_cart"] > kinds["purchase"] > 1000


def test_real_purchases_are_those_of_the_text() -> None:
    first, *_, last = list(real_purchases(SAMPLE))
    assert (first.event_id, first.visitor_id, first.amount) == ("cdnow-00001", "cdnow-00004", "29.33")
    assert first.occurred_at == datetime(1997, 1, 1, 12, tzinfo=UTC)
    assert last.event_id == "cdnow-06919"


def test_rejects_a_text_that_is_not_the_sample(tmp_path: Path) -> None:
    (tmp_path / "text").write_text(" 00004 0001 19970101  2   29.33\nno purchase\n")
    rule = "must be customer id, sample id, YYYYMMDD, quantity and amount with two decimals"
    with pytest.raises(ValueError, match=f"line 2 of .*text {rule}, got 'no purchase'"):
        list(real_purchases(tmp_path / "text"))


def test_files_lie_where_the_platform_puts_them(folder: Path) -> None:
    keys = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    lake = [key for key in keys if key.startswith("events/")]
    assert lake
    assert all(LAKE_FILE.fullmatch(key) for key in lake)
    manifests = [json.loads(path.read_text()) for path in (folder / "manifests").iterdir()]
    assert sum(len(manifest["outputs"]) for manifest in manifests) == len(lake)
    for manifest in manifests:
        assert manifest["lines"]["in"] == manifest["lines"]["good"] + manifest["lines"]["rejected"]
        assert sum(output["rows"] for output in manifest["outputs"]) == manifest["lines"]["good"]
        assert manifest["rejected"] is None or manifest["rejected"] in keys


def test_columns_are_those_of_the_curated_schema(folder: Path) -> None:
    schema = (Path(__file__).parents[2] / "lambdas" / "shared" / "curated-schema.ts").read_text()
    for shop, more in (("demo", ["sessionId"]), ("cdnow", [])):
        file = next((folder / "events" / f"shop={shop}").rglob("*.parquet"))
        with duckdb.connect() as opened:
            read = f"read_parquet('{file}', hive_partitioning = false)"
            found = [row[0] for row in opened.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()]
        expected = [name for name in found if f'name: "{name}"' in schema]
        assert found == expected
        assert [name for name in found if name == "sessionId"] == more


def test_all_stores_of_the_sample_agree(data: Data) -> None:
    lake, figures, rows = data.sources.lake, data.sources.figures, data.sources.rows
    for story in lake.stories(DEMO, 1000):
        days = figures.story("demo", story.item_id or "")
        assert sum(day.totals.funnel.views for day in days) == story.funnel.views
        assert sum(day.totals.funnel.purchases for day in days) == story.funnel.purchases
        for currency, amount in story.revenue.items():
            assert sum(day.totals.revenue.get(currency, Decimal(0)) for day in days) == amount
    totals = lake.totals(Filters())
    funnel = totals.funnel
    assert rows.count() == funnel.views + funnel.clicks + funnel.add_to_carts + funnel.purchases


def test_the_newest_rows_are_those_of_the_made_up_shop(data: Data) -> None:
    newest = data.sources.rows.newest(Filters(), 5)
    assert [row.occurred_at for row in newest] == sorted((row.occurred_at for row in newest), reverse=True)
    freshness = data.sources.lake.freshness()
    assert freshness is not None
    assert newest[0].occurred_at == freshness.newest_event
    assert {row.shop_id for row in data.sources.rows.newest(Filters(("cdnow",)), 5)} == {"cdnow"}


def test_rows_are_narrowed_to_a_story_to_none_and_to_days(data: Data) -> None:
    rows = data.sources.rows
    of_story = rows.newest(DEMO, 30, "story-01")
    assert len(of_story) == 30
    assert {row.content_id for row in of_story} == {"story-01"}
    assert {(row.shop_id, row.content_id) for row in rows.newest(DEMO, 30, None)} == {("demo", None)}
    first = Filters(("demo",), date(2026, 1, 1), date(2026, 1, 1))
    assert {row.occurred_at.date() for row in rows.newest(first, 30, "story-01")} == {date(2026, 1, 1)}
    assert rows.newest(DEMO, 30, "") == rows.newest(DEMO, 30, "no such story") == []


def test_a_shop_that_is_none_has_nothing_and_opens_nothing(data: Data) -> None:
    assert data.sources.rows.newest(Filters(("../demo", "*")), 5) == []
    assert data.sources.figures.story("*", "story-01") == []


def test_says_that_it_is_generated(data: Data) -> None:
    assert data.sources.about is not None
    assert "Shop demo: all of it is generated, from 2026-01-01 to 2026-03-31" in data.sources.about


def test_the_pipeline_of_the_sample_is_told_whole(data: Data) -> None:
    health = data.sources.pipeline.health()
    assert health is not None
    assert datetime.now(UTC) - health.as_of < timedelta(minutes=10)
    assert list(health.problems) == []
    assert max(point.hour for point in health.throughput) == NOW.replace(minute=0)
    assert health.lines_in == health.lines_good + health.lines_rejected
    assert health.lines_good == data.sources.rows.count()
    assert sum(reason.lines for reason in health.rejected) == health.lines_rejected
    assert all(stage.files_last_day > 0 for stage in health.stages)
    assert [stage.dead_letters for stage in health.stages] == [0, 0, 1, 0]


def test_no_model_was_trained(data: Data) -> None:
    assert data.sources.recommendations.latest(Filters(), 10, 5) is None


def test_rejects_a_question_that_gets_no_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.engine import Engine

    monkeypatch.setattr("app.engine.WAIT_SECONDS", 0.05)
    engine = Engine(tmp_path)
    process = engine._process.get()
    for _ in range(2):
        process.turns.acquire()
    with pytest.raises(SourceError, match="Too much is asked at once: no turn within"):
        engine.rows("SELECT 1")
    process.turns.release()
    assert engine.rows("SELECT 1") == [(1,)]


def test_duckdb_downloads_nothing_and_keeps_to_its_limits(tmp_path: Path) -> None:
    with open_database(tmp_path) as opened:
        names = ("autoinstall_known_extensions", "autoload_known_extensions", "threads", "TimeZone", "memory_limit")
        told = [opened.execute(f"SELECT current_setting('{name}')").fetchone()[0] for name in names]
        assert told == [False, False, 1, "UTC", "244.1 MiB"]
        with opened.cursor() as other:
            assert other.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)
