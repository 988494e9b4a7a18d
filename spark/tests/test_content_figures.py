"""Figures against sums in plain Python."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.lakes import Event, Taste, event, real_purchases, sale
from tests.runs import frame
from transforms.content_figures import Period, content_figures

COUNTERS = {"view": "views", "click": "clicks", "add_to_cart": "addToCarts", "purchase": "orders"}


def expected(events: list[Event], period: Period) -> dict[tuple[str, str | None, date], dict[str, Any]]:
    """What content_figures must give, by one loop over the events."""
    visitors: dict[Any, set[str]] = defaultdict(set)
    counts: dict[Any, Counter[str]] = defaultdict(Counter)
    sales: dict[Any, dict[str, tuple[int, int, Decimal]]] = defaultdict(dict)
    for one in events:
        day = one.at.date()
        key = one.shop, one.story, day if period == "day" else day - timedelta(days=day.weekday())
        visitors[key].add(one.visitor)
        counts[key][COUNTERS[one.type]] += 1
        if one.type == "purchase":
            counts[key]["quantity"] += one.quantity or 0
            orders, pieces, amount = sales[key].get(one.currency or "", (0, 0, Decimal(0)))
            sales[key][one.currency or ""] = orders + 1, pieces + (one.quantity or 0), amount + (one.amount or 0)
    names = ("views", "clicks", "addToCarts", "orders", "quantity")
    return {
        key: {
            **{name: counts[key][name] for name in names},
            "visitors": len(visitors[key]),
            "sales": [(currency, *sums) for currency, sums in sorted(sales[key].items())],
        }
        for key in visitors
    }


def figures(spark: SparkSession, events: list[Event], period: Period) -> dict[tuple[str, str | None, date], Any]:
    found = {}
    for row in content_figures(frame(spark, events), period).collect():
        values = row.asDict()
        key = values.pop("shopId"), values.pop("contentId"), values.pop(period)
        values["sales"] = [tuple(sold) for sold in values["sales"]]
        assert key not in found
        found[key] = values
    return found


@pytest.mark.parametrize("period", ["day", "week"])
def test_figures_are_the_sums_of_real_purchases_and_of_generated_events(spark: SparkSession, period: Period) -> None:
    events = [*real_purchases(), *Taste(visits=300).events(datetime(2025, 12, 20, tzinfo=UTC))]
    found = figures(spark, events, period)
    assert found == expected(events, period)
    real = [values["sales"][0] for (shop, _, _), values in found.items() if shop == "cdnow"]
    assert (sum(sold[1] for sold in real), sum(sold[3] for sold in real)) == (6919, Decimal("244091.94"))


def test_currencies_stay_apart_and_amounts_exact(spark: SparkSession) -> None:
    day = "2026-03-02"
    events = [sale("0.1000", day), sale("0.2000", day), sale("12345678901234.5678", day, currency="USD", quantity=3)]
    (values,) = figures(spark, events, "day").values()
    assert values["sales"] == [("EUR", 2, 2, Decimal("0.3000")), ("USD", 1, 3, Decimal("12345678901234.5678"))]
    assert (values["orders"], values["quantity"]) == (3, 5)


def test_quantity_and_money_of_what_was_not_bought_count_for_nothing(spark: SparkSession) -> None:
    cart = event("add_to_cart", "2026-03-02", product="boots", quantity=4, amount=Decimal("9.9000"), currency="EUR")
    (values,) = figures(spark, [cart], "day").values()
    assert (values["addToCarts"], values["quantity"], values["sales"]) == (1, 0, [])


def test_days_are_utc_and_weeks_begin_on_monday(spark: SparkSession) -> None:
    events = [event("view", "2026-03-01T23:59:59.999999"), event("view", "2026-03-02T00:00:00")]
    assert {key[2] for key in figures(spark, events, "day")} == {date(2026, 3, 1), date(2026, 3, 2)}
    assert {key[2] for key in figures(spark, events, "week")} == {date(2026, 2, 23), date(2026, 3, 2)}


def test_a_visitor_of_two_days_is_one_of_the_week(spark: SparkSession) -> None:
    events = [event("view", "2026-03-02"), event("view", "2026-03-03"), event("view", "2026-03-03", visitor="bob")]
    assert [values["visitors"] for values in figures(spark, events, "week").values()] == [2]


def test_events_without_a_story_have_a_row_of_their_own(spark: SparkSession) -> None:
    found = figures(spark, [sale("1.0000", "2026-03-02", story=None), event("view", "2026-03-02")], "day")
    assert set(found) == {("shoes", None, date(2026, 3, 2)), ("shoes", "story-1", date(2026, 3, 2))}
    assert found["shoes", None, date(2026, 3, 2)]["sales"] == [("EUR", 1, 1, Decimal("1.0000"))]
