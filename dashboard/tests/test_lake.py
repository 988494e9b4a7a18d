"""The figures of the pages, against arithmetic that knows no database."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.data import data_of
from app.engine import Engine
from app.lake_copy import LakeCopy
from app.model import Filters, Funnel, Lake
from app.objects import FolderObjects
from app.sample_folder import sample_folder
from app.settings import read_settings
from tests.servers import SAMPLE

CDNOW = Filters(shops=("cdnow",))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    scratch = tmp_path_factory.mktemp("sample")
    settings = read_settings({"DATA": "sample", "SCRATCH_DIR": str(scratch)})
    copy = LakeCopy(FolderObjects(sample_folder(scratch, SAMPLE)), scratch / "lake")
    copy.refresh()
    copy.close()
    return data_of(settings).sources.lake


def test_no_question_joins(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A join of DuckDB 2.0.1 keeps some 4 KiB for ever: 30 MiB after 8,000 questions."""
    asked: list[tuple[str, Mapping[str, object]]] = []
    rows = Engine.rows

    def noted(engine: Engine, sql: str, values: Mapping[str, object]) -> list[tuple[object, ...]]:
        asked.append((sql, values))
        return rows(engine, sql, values)

    monkeypatch.setattr(Engine, "rows", noted)
    lake.totals(CDNOW)
    lake.stories(CDNOW, 5)
    lake.products(CDNOW, 5)
    lake.revenue(CDNOW, "week")
    engine = Engine(tmp_path)
    plans = [str(rows(engine, f"EXPLAIN {sql}", values)).lower() for sql, values in asked]
    assert len(plans) == 4
    assert all("read parquet" in plan for plan in plans)
    assert [plan for plan in plans if " join " in plan or "cross product" in plan] == []


def purchases() -> Iterator[tuple[date, int, Decimal]]:
    """Day, quantity and amount of each line of the sample."""
    for line in SAMPLE.read_text("ascii").splitlines():
        if line.strip():
            _, _, day, quantity, amount = line.split()
            yield date(int(day[:4]), int(day[4:6]), int(day[6:])), int(quantity), Decimal(amount)


def test_totals_are_those_of_the_sample_text(lake: Lake) -> None:
    lines = list(purchases())
    totals = lake.totals(CDNOW)
    assert totals.funnel == Funnel(0, 0, 0, len(lines))
    assert totals.quantity == sum(quantity for _, quantity, _ in lines)
    assert totals.revenue == {"USD": sum(amount for _, _, amount in lines)}
    assert (len(lines), totals.quantity, totals.revenue["USD"]) == (6919, 16479, Decimal("244091.94"))


def test_totals_of_some_days_are_those_of_the_sample_text(lake: Lake) -> None:
    first, last = date(1997, 3, 5), date(1997, 4, 17)
    lines = [line for line in purchases() if first <= line[0] <= last]
    totals = lake.totals(Filters(("cdnow",), first, last))
    assert totals.funnel.purchases == len(lines)
    assert totals.quantity == sum(quantity for _, quantity, _ in lines)
    assert totals.revenue == {"USD": sum(amount for _, _, amount in lines)}


@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_revenue_over_time_is_that_of_the_sample_text(lake: Lake, step: str) -> None:
    starts = {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(days=day.weekday()),
        "month": lambda day: day.replace(day=1),
    }
    amounts: Counter[date] = Counter()
    sales: Counter[date] = Counter()
    for day, _, amount in purchases():
        start = starts[step](day)
        amounts[start] += amount  # type: ignore[assignment]
        sales[start] += 1
    points = lake.revenue(CDNOW, step)  # type: ignore[arg-type]
    assert [point.start for point in points] == sorted(sales)
    assert {point.start: point.amount for point in points} == dict(amounts)
    assert {point.start: point.purchases for point in points} == dict(sales)
    assert {point.currency for point in points} == {"USD"}


def test_shops_and_days_are_all_that_the_sample_has(lake: Lake) -> None:
    assert lake.shops() == ["cdnow", "demo"]
    assert lake.days() == (date(1997, 1, 1), date(2026, 3, 31))


def test_items_of_a_shop_add_up_to_its_totals(lake: Lake) -> None:
    demo = Filters(shops=("demo",))
    totals = lake.totals(demo)
    for items in (lake.stories(demo, 1000), lake.products(demo, 1000)):
        assert sum(item.funnel.views for item in items) == totals.funnel.views
        assert sum(item.funnel.purchases for item in items) == totals.funnel.purchases
        assert sum(item.quantity for item in items) == totals.quantity
        for currency in ("EUR", "USD"):
            assert sum(item.revenue.get(currency, Decimal(0)) for item in items) == totals.revenue[currency]


def test_revenue_is_of_purchases_in_each_currency(lake: Lake) -> None:
    demo = Filters(shops=("demo",))
    totals, points = lake.totals(demo), lake.revenue(demo, "week")
    assert sum(point.purchases for point in points) == totals.funnel.purchases
    for currency in ("EUR", "USD"):
        assert sum(point.amount for point in points if point.currency == currency) == totals.revenue[currency]
    assert [(point.start, point.currency) for point in points] == sorted(
        (point.start, point.currency) for point in points
    )


def test_stories_come_most_viewed_first_and_products_most_sold_first(lake: Lake) -> None:
    stories, products = lake.stories(Filters(), 10), lake.products(Filters(), 10)
    assert len(stories) == len(products) == 10
    views = [(story.funnel.views, story.quantity) for story in stories]
    sold = [(product.quantity, product.funnel.views) for product in products]
    assert views == sorted(views, reverse=True)
    assert sold == sorted(sold, reverse=True)


def test_a_shop_that_is_not_there_has_nothing(lake: Lake) -> None:
    nobody = Filters(shops=("o'reilly",))
    assert lake.totals(nobody).revenue == {}
    assert lake.totals(nobody).funnel == Funnel(0, 0, 0, 0)
    assert lake.stories(nobody, 5) == []
    assert lake.revenue(nobody, "month") == []


def test_memory_stays_flat_over_many_questions(lake: Lake) -> None:
    def ask(times: int) -> None:
        for _ in range(times):
            lake.totals(Filters())
            lake.stories(CDNOW, 50)
            lake.revenue(Filters(), "day")

    ask(50)
    before = resident_bytes()
    ask(200)
    assert resident_bytes() - before < 8 * 1024 * 1024


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
