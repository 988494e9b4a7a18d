"""Charts as Plotly takes them: heights are drawn, figures are said exactly.

A colour is `@name`, the variable `--name` of look.css.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from app.model import RevenuePoint, Step, Throughput
from app.pages import wording

DAY_MILLISECONDS = 86_400_000
BAR = 0.8
"""Of the room that a step has."""
DAILY_UNTIL_DAYS = 45
WEEKLY_UNTIL_DAYS = 400
"""Over these, steps are longer: at most 58 bars, or one a month."""
TICKS = 3
"""Steps that are named below a chart: as many as a telephone has room for."""
GAP_STEPS = 12
"""Steps in a row without a sale of any currency that are left out, and marked."""
HOURS = 24
"""Room for as many, so that one bar alone does not fill the chart."""

HOVER = {"bgcolor": "@surface", "bordercolor": "@line-strong", "font": {"color": "@ink"}}
AXIS = {
    "fixedrange": True,
    "linecolor": "@line-strong",
    "tickfont": {"color": "@ink-soft"},
    "zeroline": False,
    "tickangle": 0,
}
VALUES = {**AXIS, "rangemode": "tozero", "gridcolor": "@line", "nticks": 4, "tickformat": ",~f"}


def step_for(first: date, last: date) -> Step:
    days = (last - first).days + 1
    if days <= DAILY_UNTIL_DAYS:
        return "day"
    return "week" if days <= WEEKLY_UNTIL_DAYS else "month"


def steps_between(first: date, last: date, step: Step) -> list[date]:
    """First days of all steps that have a day in that time; a week begins on Monday."""
    start = first
    if step == "week":
        start -= timedelta(days=start.weekday())
    if step == "month":
        start = start.replace(day=1)
    starts = []
    while start <= last:
        starts.append(start)
        start = _after(start, step)
    return starts


def without_gaps(starts: Sequence[date], sold: Collection[date]) -> list[date]:
    """Steps without those of a long time in which nothing was sold; at the ends they stay."""
    used = [place for place, start in enumerate(starts) if start in sold]
    left_out: set[int] = set()
    for before, after in pairwise(used):
        if after - before > GAP_STEPS:
            left_out.update(range(before + 1, after))
    return [start for place, start in enumerate(starts) if place not in left_out]


def revenue(points: Sequence[RevenuePoint], step: Step, starts: Sequence[date]) -> dict[str, Any]:
    """One currency's sales in these steps, a bar for each that has one; the largest says its amount."""
    trace = _bars([point.start for point in points], step, [float(point.amount) for point in points], "revenue")
    trace["customdata"] = [_revenue_hover(point, step) for point in points]
    note = _largest(points, step, starts)
    layout = _layout(xaxis=_time_axis(starts, step), yaxis=VALUES, annotations=[note], margin={"t": 24, "l": 56})
    layout["shapes"] = [_cut(after) for _, after in gaps_of(starts, step)]
    return {"data": [trace], "layout": layout}


def gaps_of(starts: Sequence[date], step: Step) -> list[tuple[date, date]]:
    """From the first day that is left out to the next one that is there."""
    return [(_after(before, step), after) for before, after in pairwise(starts) if after > _after(before, step)]


def days(values: Sequence[tuple[date, int]], hue: str, noun: str) -> dict[str, Any]:
    """One measure of a story by day."""
    trace = _bars([day for day, _ in values], "day", [value for _, value in values], hue)
    trace["customdata"] = [f"{day.isoformat()}<br>{value:,} {noun}" for day, value in values]
    axis = _time_axis(steps_between(values[0][0], values[-1][0], "day"), "day")
    return {"data": [trace], "layout": _layout(xaxis=axis, yaxis=VALUES, margin={"t": 8, "l": 56})}


def throughput(points: Sequence[Throughput], stages: Sequence[str]) -> dict[str, Any]:
    """Files by hour, a row for each stage, all on one scale, so that a stage that falls behind is seen."""
    hours = sorted({point.hour for point in points})
    labels = {hour: f"{hour.astimezone(UTC):%H:00<br>%Y-%m-%d}" for hour in hours}
    top = max(point.files for point in points)
    data, layout = [], _layout(margin={"t": 24, "l": 48, "b": 40})
    height = 1 / len(stages)
    for place, stage in enumerate(stages):
        files = {point.hour: point for point in points if point.stage == stage}
        suffix = "" if place == 0 else str(place + 1)
        trace = {
            "type": "bar",
            "x": [labels[hour] for hour in hours],
            "y": [files[hour].files if hour in files else 0 for hour in hours],
            "yaxis": f"y{suffix}",
            "marker": {"color": "@files"},
            "customdata": [_throughput_hover(stage, hour, files.get(hour)) for hour in hours],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
        data.append(trace)
        high = 1 - place * height
        values = {**VALUES, "range": [0, top], "tickvals": [0, top], "domain": [high - 0.68 * height, high]}
        layout[f"yaxis{suffix}"] = values
        at = {"xref": "paper", "yref": "paper", "x": 0, "y": high, "xanchor": "left"}
        layout["annotations"].append(_label(stage, at))
    named = [labels[hour] for hour in (hours if len(hours) <= TICKS else hours[:: -(-len(hours) // TICKS)])]
    layout["xaxis"] = {
        **AXIS,
        "type": "category",
        "categoryarray": list(labels.values()),
        "range": [-0.5, max(len(hours), HOURS) - 0.5],
        "anchor": f"y{len(stages)}" if len(stages) > 1 else "y",
        "tickvals": named,
    }
    return {"data": data, "layout": layout}


def _after(start: date, step: Step) -> date:
    if step == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=1 if step == "day" else 7)


def _middle(start: date, step: Step) -> str:
    """Where the bar of a step stands."""
    midnight = datetime.combine(start, time())
    return (midnight + (datetime.combine(_after(start, step), time()) - midnight) / 2).isoformat()


def _bars(starts: Sequence[date], step: Step, values: Sequence[float], hue: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [_middle(start, step) for start in starts],
        "y": values,
        "width": [BAR * (_after(start, step) - start).days * DAY_MILLISECONDS for start in starts],
        "marker": {"color": f"@{hue}"},
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _time_axis(starts: Sequence[date], step: Step) -> dict[str, Any]:
    """All steps in their places, with or without a bar."""
    named = [starts[place] for place in _named(starts, step)]
    return {
        **AXIS,
        "type": "date",
        "range": [starts[0].isoformat(), _after(starts[-1], step).isoformat()],
        "rangebreaks": [{"bounds": [str(first), str(after)]} for first, after in gaps_of(starts, step)],
        "tickvals": [_middle(start, step) for start in named],
        "ticktext": [start.strftime("%Y-%m" if step == "month" else "%Y-%m-%d") for start in named],
    }


def _named(starts: Sequence[date], step: Step) -> list[int]:
    """Steps that have room for their name; where time is left out, the first one after it has."""
    if len(starts) <= TICKS:
        return list(range(len(starts)))
    even = [(2 * n + 1) * len(starts) // (2 * TICKS) for n in range(TICKS)]
    gaps = gaps_of(starts, step)
    if not gaps:
        return even
    resumed = starts.index(gaps[-1][1])
    return [*(place for place in even if abs(place - resumed) >= len(starts) / (TICKS + 1)), resumed]


def _cut(at: date) -> dict[str, Any]:
    """A dashed line where time is left out."""
    line = {"color": "@line-strong", "dash": "dash", "width": 2}
    return {"type": "line", "x0": str(at), "x1": str(at), "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _layout(margin: Mapping[str, int], **changes: Any) -> dict[str, Any]:
    return {
        "autosize": True,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": "@ink"},
        "margin": {"r": 8, "b": 24, **margin},
        "hoverlabel": HOVER,
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "bargap": 1 - BAR,
        "annotations": [],
        **changes,
    }


def _label(text: str, place: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": text,
        "showarrow": False,
        "yanchor": "bottom",
        "font": {"color": "@ink"},
        "bgcolor": "@surface",
        **place,
    }


def _largest(points: Sequence[RevenuePoint], step: Step, starts: Sequence[date]) -> dict[str, Any]:
    """The label of the highest bar, which grows away from the nearer edge."""
    point = max(points, key=lambda point: point.amount)
    third = 3 * starts.index(point.start) // len(starts)
    at = {"x": _middle(point.start, step), "y": float(point.amount), "xanchor": ("left", "center", "right")[third]}
    return _label(wording.money(point.currency, point.amount), at)


def _revenue_hover(point: RevenuePoint, step: Step) -> str:
    sold = wording.counted(point.purchases, "purchase")
    return f"{wording.step(point.start, step)}<br>{wording.money(point.currency, point.amount)}<br>{sold}"


def _throughput_hover(stage: str, hour: datetime, point: Throughput | None) -> str:
    head = f"{stage}<br>{wording.instant(hour)}<br>"
    if point is None:
        return f"{head}no file"
    return f"{head}{wording.counted(point.files, 'file')}, {wording.counted(point.lines, 'line')}"
