"""What all pages are built of: slots that may fail alone, tables and charts that can be read without seeing them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from dash import dcc, html
from dash.development.base_component import Component

from app.model import SourceError

Part = Component | str
Arguments = ParamSpec("Arguments")
log = logging.getLogger(__name__)

GRAPH = {"displayModeBar": False, "responsive": True, "doubleClick": False, "showAxisDragHandles": False}
"""No mode bar; what it offers is in the address and in the table below each chart."""


def slot(slot_id: str, height_rem: float) -> html.Div:
    """Room for a part that is still read, so that nothing moves once it is there."""
    waiting = html.P("Loading …", className="waiting", style={"minHeight": f"{height_rem}rem"})
    return html.Div(waiting, id=slot_id, className="slot", **{"aria-live": "off"})


def fails_alone(part: Callable[Arguments, Any]) -> Callable[Arguments, Any]:
    """What goes wrong in a part stands in its place: the others know nothing of it."""

    @wraps(part)
    def shown(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        try:
            return part(*args, **kwargs)
        except SourceError as error:
            return failure(str(error))
        except Exception:
            log.exception("part %s failed", part.__qualname__)
            return failure("This part has failed: the log of the dashboard says why.")

    return shown


def failure(text: str) -> html.Div:
    return html.Div([_mark("✕"), html.Strong("No figures. "), text], className="note failure", role="status")


def care(text: Part | Sequence[Part]) -> html.Span:
    """A figure that someone should look at: said by shape and word, colour only repeats it."""
    children = [text] if isinstance(text, str | Component) else list(text)
    return html.Span([_mark("▲"), *children], className="care")


def notice(text: Part | Sequence[Part]) -> html.Div:
    children = [text] if isinstance(text, str | Component) else list(text)
    return html.Div([_mark("▲"), *children], className="note caution", role="status")


def empty(text: Part | Sequence[Part]) -> html.Div:
    return html.Div(text, className="note")


def _mark(shape: str) -> html.Span:
    return html.Span(f"{shape} ", className="mark", **{"aria-hidden": "true"})


def section(section_id: str, title: str, children: Sequence[Component], hint: str | None = None) -> html.Section:
    heading_id = f"{section_id}-heading"
    head = [html.H2(title, id=heading_id)] + ([html.P(hint, className="hint")] if hint else [])
    return html.Section([*head, *children], id=section_id, className="card", **{"aria-labelledby": heading_id})


@dataclass(frozen=True, slots=True)
class Column:
    title: Part
    number: bool = False
    sorted: str | None = None
    """ascending or descending, where the table is in the order of this column."""
    hue: str = ""
    """Of the measure, as its bars have it."""


def table(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Part]]) -> html.Div:
    """A table that scrolls in a box of its own, by keyboard too; the first cell of a row names it."""
    body = [html.Tr([_cell(place, *cell) for place, cell in enumerate(zip(columns, row, strict=True))]) for row in rows]
    return grouped_table(caption, columns, [html.Tbody(body)])


def grouped_table(caption: str, columns: Sequence[Column], groups: Sequence[html.Tbody]) -> html.Div:
    """As `table`, of rows that belong together in groups."""
    head = html.Tr([_head(column) for column in columns])
    name = {"aria-label": caption}
    inner = html.Table([html.Thead(head), *groups], **name)
    box = html.Div(inner, className="table", role="region", tabIndex=0, **name)
    return html.Div([html.P(caption, className="caption", **{"aria-hidden": "true"}), box])


def _head(column: Column) -> html.Th:
    order = {"aria-sort": column.sorted} if column.sorted else {}
    return html.Th(column.title, scope="col", className=f"{_kind(column)} {column.hue}".strip(), **order)


def _cell(place: int, column: Column, cell: Part) -> Component:
    if place == 0:
        return html.Th(cell, scope="row", className=_kind(column))
    return html.Td(cell, className=_kind(column))


def _kind(column: Column) -> str:
    return "number" if column.number else ""


def bar(part: int, whole: int, hue: str) -> html.Div:
    """A bar from zero next to the figure that says the same."""
    width = 100 * part / whole if whole > 0 else 0
    inner = html.Div(className=f"bar-fill {hue}", style={"width": f"{width:.2f}%"})
    return html.Div(inner, className="bar", **{"aria-hidden": "true"})


def chart(name: str, figure: dict[str, Any], summary: str, numbers: Component, height_rem: float) -> html.Figure:
    """A Plotly chart; colours are names of look.css, which the browser fills in (assets/pages.js)."""
    graph = dcc.Graph(
        id={"type": "chart", "name": name},
        figure={},
        config=GRAPH,
        responsive=True,
        style={"height": f"{height_rem}rem"},
    )
    return html.Figure(
        [
            dcc.Store(id={"type": "chart-figure", "name": name}, data=figure),
            html.Div(graph, role="img", className="chart", **{"aria-label": summary}),
            html.Figcaption(summary),
            html.Details([html.Summary("The same in numbers"), numbers]),
        ]
    )
