"""What charts draw."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import pytest

from app.model import RevenuePoint, Step, Throughput
from app.pages import charts
from tests.pages_sources import NOW


def valid(figure: dict[str, Any]) -> go.Figure:
    """Plotly's own check, which knows no colours of ours."""

    def coloured(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: coloured(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [coloured(item) for item in value]
        return "#123456" if isinstance(value, str) and value.startswith("@") else value

    return go.Figure(coloured(figure))


@pytest.mark.parametrize(
    ("days", "step"), [(1, "day"), (45, "day"), (46, "week"), (400, "week"), (401, "month"), (4_000, "month")]
)
def test_chooses_longer_steps_for_longer_times(days: int, step: Step) -> None:
    first = date(2026, 1, 1)
    assert charts.step_for(first, first + timedelta(days=days - 1)) == step


@pytest.mark.parametrize(
    ("step", "starts"),
    [
        ("day", ["2026-01-30", "2026-01-31", "2026-02-01"]),
        ("week", ["2026-01-26"]),
        ("month", ["2026-01-01", "2026-02-01"]),
    ],
)
def test_has_every_step_that_has_a_day(step: Step, starts: list[str]) -> None:
    assert [str(start) for start in charts.steps_between(date(2026, 1, 30), date(2026, 2, 1), step)] == starts


def test_draws_a_month_in_its_place_and_at_its_length() -> None:
    points = [RevenuePoint(date(2026, 2, 1), "EUR", Decimal("10.5"), 2)]
    months = charts.steps_between(date(2026, 1, 5), date(2026, 4, 20), "month")
    figure = valid(charts.revenue(points, "month", months))
    (bars,) = figure.data
    assert bars.x == ("2026-02-15T00:00:00",)
    assert bars.y == (10.5,)
    assert bars.width == (pytest.approx(0.8 * 28 * 86_400_000),)
    assert bars.customdata[0] == "2026-02<br>EUR 10.50<br>2 purchases"
    assert figure.layout.xaxis.range == ("2026-01-01", "2026-05-01")
    assert figure.layout.yaxis.rangemode == "tozero"


def test_says_the_largest_amount_and_keeps_it_inside() -> None:
    first = date(2026, 3, 1)
    points = [RevenuePoint(first + timedelta(days=n), "EUR", Decimal(n), 1) for n in range(9)]
    figure = charts.revenue(points, "day", [point.start for point in points])
    (label,) = figure["layout"]["annotations"]
    assert (label["text"], label["xanchor"]) == ("EUR 8.00", "right")


def test_leaves_out_a_long_time_without_a_sale_and_marks_it() -> None:
    months = charts.steps_between(date(1997, 1, 1), date(2026, 3, 1), "month")
    sold = [date(1997, 3, 1), date(1998, 3, 1), date(2026, 1, 1)]
    starts = charts.without_gaps(months, sold)
    assert [str(start) for start in starts[:3]] == ["1997-01-01", "1997-02-01", "1997-03-01"]
    assert [str(start) for start in starts[-4:]] == ["1998-03-01", "2026-01-01", "2026-02-01", "2026-03-01"]
    assert len(starts) == 18
    assert charts.gaps_of(starts, "month") == [(date(1998, 4, 1), date(2026, 1, 1))]
    figure = valid(charts.revenue([RevenuePoint(sold[0], "EUR", Decimal(1), 1)], "month", starts))
    assert figure.layout.xaxis.rangebreaks[0].bounds == ("1998-04-01", "2026-01-01")
    assert figure.layout.shapes[0].x0 == "2026-01-01"
    assert figure.layout.xaxis.ticktext == ("1997-04", "1997-10", "2026-01")


def test_names_as_many_steps_as_there_is_room_for() -> None:
    first = date(2026, 3, 2)
    points = [RevenuePoint(first, "EUR", Decimal(1), 1)]
    figure = charts.revenue(points, "week", charts.steps_between(first, first + timedelta(days=300), "week"))
    assert figure["layout"]["xaxis"]["ticktext"] == ["2026-04-20", "2026-07-27", "2026-11-02"]


def test_draws_stages_on_one_scale_with_a_zero_for_an_hour_without_a_file() -> None:
    hour = timedelta(hours=1)
    points = [
        Throughput("structure", NOW - hour, 9, 90),
        Throughput("structure", NOW, 3, 30),
        Throughput("load", NOW, 2, 20),
    ]
    figure = valid(charts.throughput(points, ["structure", "load"]))
    assert [bars.y for bars in figure.data] == [(9, 3), (0, 2)]
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range == (0, 9)
    assert figure.data[1].customdata[0] == "load<br>2026-03-31 11:00 UTC<br>no file"
    assert [label.text for label in figure.layout.annotations] == ["structure", "load"]


def test_draws_days_of_a_story() -> None:
    figure = valid(charts.days([(date(2026, 3, 1), 5), (date(2026, 3, 4), 7)], "views", "views"))
    assert figure.data[0].customdata[1] == "2026-03-04<br>7 views"
    assert figure.layout.xaxis.range == ("2026-03-01", "2026-03-05")
