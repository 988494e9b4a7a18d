"""What the content page says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.model import Filters, Funnel, RevenuePoint, Totals
from app.pages import content, filters, story, tables
from app.pages.address import Address, Order, read
from tests.pages_read import links, parts, rows, text
from tests.pages_sources import FakeFigures, FakeLake, FakeRows, item


def test_shows_the_funnel_with_the_share_of_the_step_before() -> None:
    shown = rows(content.funnel_table(Funnel(120_345, 30_211, 8_127, 3_008)))
    assert shown[1:] == [
        ["Views", "120,345", "", "–"],
        ["Clicks", "30,211", "", "25.1 %"],
        ["Carts", "8,127", "", "26.9 %"],
        ["Purchases", "3,008", "", "37.0 %"],
    ]


def test_shows_no_share_where_a_step_was_left_out_and_says_why() -> None:
    table = content.funnel_table(Funnel(0, 0, 0, 6_919))
    assert rows(table)[-1] == ["Purchases", "6,919", "", "–"]
    assert any(content.SKIPPED in getattr(part, "aria-label", "") for part in parts(table))


def test_shows_each_currency_alone() -> None:
    shown = text(content.sold_list(Totals(Funnel(0, 0, 0, 3), 4, {"USD": Decimal(2), "EUR": Decimal("1234.5")})))
    assert shown == "Purchases 3 Items 4 Revenue in EUR EUR  1,234.50 Revenue in USD USD  2.00"


def test_draws_four_currencies_and_names_the_others() -> None:
    codes = ["AUD", "CHF", "EUR", "GBP", "JPY", "USD"]
    points = [RevenuePoint(date(2026, 3, 1), code, Decimal(1), 10 - n) for n, code in enumerate(codes)]
    shown = content.revenue_charts(points, "day", date(2026, 3, 1), date(2026, 3, 2))
    drawn = [part.id["name"] for part in parts(shown) if type(part).__name__ == "Graph"]
    assert drawn == ["revenue-AUD", "revenue-CHF", "revenue-EUR", "revenue-GBP"]
    assert "Not drawn, with fewer purchases: JPY, USD." in text(shown)


def test_says_which_time_is_left_out() -> None:
    points = [RevenuePoint(date(year, 1, 1), "EUR", Decimal(1), 1) for year in (1997, 2026)]
    shown = text(content.revenue_charts(points, "month", date(1997, 1, 1), date(2026, 1, 31)))
    assert "Left out at the dashed line, nothing was sold: 1997-02-01 to 2025-12-31." in shown


def test_offers_the_numbers_of_a_chart_as_a_table() -> None:
    points = [RevenuePoint(date(2026, 3, 1), "EUR", Decimal("9.5"), 2)]
    shown = content.revenue_charts(points, "day", date(2026, 3, 1), date(2026, 3, 1))
    assert rows(shown) == [["Day", "EUR", "Purchases"], ["2026-03-01", "9.50", "2"]]


@pytest.mark.parametrize(
    ("chosen", "span"),
    [
        (Filters(), (date(2026, 2, 1), date(2026, 4, 30))),
        (Filters(first=date(2026, 1, 20)), (date(2026, 1, 20), date(2026, 4, 30))),
        (Filters(first=date(2020, 1, 1), last=date(2027, 1, 1)), (date(2026, 1, 10), date(2026, 12, 24))),
    ],
)
def test_is_about_the_days_that_are_chosen_else_those_of_sales(chosen: Filters, span: tuple[date, date]) -> None:
    months = [RevenuePoint(date(2026, month, 1), "EUR", Decimal(1), 1) for month in (2, 4)]
    assert content.span(chosen, months, (date(2026, 1, 10), date(2026, 12, 24))) == span


def test_ends_with_the_newest_day_of_the_lake() -> None:
    months = [RevenuePoint(date(2026, 12, 1), "EUR", Decimal(1), 1)]
    assert content.span(Filters(), months, (date(2026, 1, 10), date(2026, 12, 24))) == (
        date(2026, 12, 1),
        date(2026, 12, 24),
    )


def test_says_what_was_looked_for_where_nothing_is_found() -> None:
    shown = content.nothing(read("?shop=demo&shop=x&first=2026-03-01&last=2026-03-02&stories=clicks"))
    assert text(shown) == "No event of shops demo and x, from 2026-03-01 to 2026-03-02.  Show everything"
    assert links(shown) == {"Show everything": "/?stories=clicks"}
    assert text(content.nothing(Address(), "purchase")) == "No purchase yet."


def test_says_how_new_the_figures_are() -> None:
    there = FakeLake().freshness()
    assert there is not None
    assert text(content.as_of(there)) == "As of 2026-03-31 12:00:00 UTC · 36 files · newest event 2026-03-31 11:58 UTC"
    assert "on its way" in text(content.as_of(None))
    assert "The lake is empty as of 2026-03-31 12:00:00 UTC" in text(content.as_of(replace(there, files=0)))


def test_bounds_a_table_and_says_so() -> None:
    many = [item("demo", f"s-{n}", 1_000 - n, 1) for n in range(101)]
    shown = tables.item_table(tables.STORIES, many, Address(), 100)
    assert len(rows(shown)) == 101
    assert "The 100 most viewed stories; there are more" in next(parts(shown)).children[0].children


def test_counts_no_story_where_none_was_named() -> None:
    shown = tables.item_table(tables.STORIES, [item("demo", "a", 9, 1), item("demo", None, 7, 2)], Address(), 100)
    assert next(parts(shown)).children[0].children == "1 story, and events that name none"


def test_sorts_by_any_column_and_the_other_way_next_time() -> None:
    some = [item("demo", "a", 9, 1, EUR="1.5"), item("demo", "b", 5, 3, USD="9"), item("demo", None, 7, 2, EUR="2")]
    names = [row[0] for row in rows(tables.item_table(tables.STORIES, some, read("?stories=EUR"), 100))[1:]]
    assert names == ["no story named demo", "a demo", "b demo"]
    shown = tables.item_table(tables.STORIES, some, read("?stories=EUR&shop=demo"), 100)
    assert links(shown)["EUR"] == "/?shop=demo&stories=EUR.up"
    assert links(shown)["USD"] == "/?shop=demo&stories=USD"
    sorted_by = [getattr(part, "aria-sort") for part in parts(shown) if hasattr(part, "aria-sort")]
    assert sorted_by == ["descending"]


def test_keeps_rows_without_a_figure_last_both_ways() -> None:
    some = [item("demo", "a", 9, 1), item("demo", "b", 5, 3, EUR="9")]
    for order in (Order("EUR"), Order("EUR", ascending=True)):
        assert [row.item_id for row in tables.in_order(some, order)] == ["b", "a"]


def test_takes_the_usual_order_where_the_address_names_no_column() -> None:
    some = [item("demo", "a", 5, 1), item("demo", "b", 9, 3)]
    shown = rows(tables.item_table(tables.STORIES, some, read("?stories=nonsense"), 100))
    assert [row[0] for row in shown[1:]] == ["b demo", "a demo"]


def test_has_a_column_for_each_of_five_currencies() -> None:
    many = [item("demo", "a", 1, 1, **dict.fromkeys(("AUD", "CHF", "EUR", "GBP", "JPY", "USD"), "1"))]
    shown = tables.item_table(tables.PRODUCTS, many, Address(), 100)
    assert rows(shown)[0][-5:] == ["AUD", "CHF", "EUR", "GBP", "JPY"]
    assert next(parts(shown)).children[0].children == "1 product; 5 of 6 currencies"


def test_offers_days_back_from_the_newest_event() -> None:
    days = (date(2026, 1, 1), date(2026, 3, 31))
    shown = filters.preset_links(read("?shop=demo&first=2026-03-02&last=2026-03-31"), days)
    assert links(shown) == {"All days": "/?shop=demo", "Last 30 days": "/?shop=demo&first=2026-03-02&last=2026-03-31"}
    assert [text(part) for part in parts(shown) if hasattr(part, "aria-current")] == ["Last 30 days"]
    assert filters.preset_links(Address(), None) == []


def test_shows_the_days_of_a_story_within_the_filters() -> None:
    address = read("?story_shop=demo&story=story-1&first=2026-03-30")
    shown = story.days_of(address, FakeFigures().story("demo", "story-1"))
    assert rows(shown)[1:] == [
        ["2026-03-31", "121", "20", "4", "2", "3", "EUR 59.90"],
        ["2026-03-30", "120", "20", "4", "2", "3", "EUR 59.90"],
    ]


def test_shows_the_events_of_a_story() -> None:
    shown = story.events_of(FakeRows().newest(Filters(), 21, "story-1"))
    assert rows(shown)[1:] == [
        ["2026-03-31 12:00:00 UTC", "purchase", "product-1", "2", "EUR 59.90"],
        ["2026-03-31 11:59:00 UTC", "view", "–", "–", "–"],
    ]
    assert next(parts(shown)).children[0].children == "Its 2 events in PostgreSQL, newest first"
    assert text(story.events_of(FakeRows().newest(Filters(), 21, None))) == "No event of it in PostgreSQL."


def test_bounds_the_events_of_a_story_and_says_so() -> None:
    shown = story.events_of([FakeRows().events[0]] * 21)
    assert len(rows(shown)) == 1 + 20
    assert next(parts(shown)).children[0].children == "Its newest 20 events in PostgreSQL, newest first"
