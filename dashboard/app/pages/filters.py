"""The filters of a page: what is chosen is written into the address, and read from there (assets/pages.js)."""

from datetime import date, timedelta

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from app.model import Filters, Lake
from app.pages.address import Address, read, with_filters, write
from app.pages.parts import Part, fails_alone, notice

PRESETS = (("Last 30 days", 30), ("Last 90 days", 90), ("Last 365 days", 365))
"""Counted back from the newest day that has an event: a sample ends long ago."""


def bar() -> html.Section:
    """Shops and days; empty until the lake has said which there are."""
    shops = html.Fieldset(
        [
            html.Legend("Shops"),
            dcc.Checklist(id="shops", options=[], value=[], className="choices"),
            html.P("None chosen: all of them.", className="hint"),
        ],
        className="field",
    )
    picker = dcc.DatePickerRange(
        id="dates",
        display_format="YYYY-MM-DD",
        start_date_placeholder_text="First day",
        end_date_placeholder_text="Last day",
        first_day_of_week=1,
        minimum_nights=0,
    )
    days = html.Fieldset(
        [html.Legend("Days, in UTC"), picker, html.Div(id="presets", className="presets")], className="field"
    )
    return html.Section([shops, days], className="filters", **{"aria-label": "Filters"})


def register(app: Dash, lake: Lake) -> None:
    @app.callback(
        Output("shops", "options"),
        Output("dates", "min_date_allowed"),
        Output("dates", "max_date_allowed"),
        Output("dates", "initial_visible_month"),
        Input("again", "n_intervals"),
        State("url", "search"),
    )
    def choices(_: int, search: str | None) -> tuple[list[str], str | None, str | None, str | None]:
        """What there is to choose; a shop of the address is among it even where the lake has none of that name."""
        shops = sorted({*lake.shops(), *read(search).filters.shops})
        days = lake.days()
        first, last = (day.isoformat() for day in days) if days else (None, None)
        return shops, first, last, last

    @app.callback(Output("presets", "children"), Input("url", "search"), Input("again", "n_intervals"))
    @fails_alone
    def presets(search: str | None, _: int) -> list[Part]:
        return preset_links(read(search), lake.days())

    app.clientside_callback(
        ClientsideFunction("groundplan", "fromAddress"),
        Output("shops", "value"),
        Output("dates", "start_date"),
        Output("dates", "end_date"),
        Input("url", "search"),
        Input("shops", "options"),
    )
    app.clientside_callback(
        ClientsideFunction("groundplan", "toAddress"),
        Input("shops", "value"),
        Input("dates", "start_date"),
        Input("dates", "end_date"),
        prevent_initial_call=True,
    )


def preset_links(address: Address, days: tuple[date, date] | None) -> list[Part]:
    """All days, and the newest ones."""
    if days is None:
        return []
    ranges: list[tuple[str, date | None, date | None]] = [("All days", None, None)]
    first, last = days
    for title, length in PRESETS:
        start = last - timedelta(days=length - 1)
        if start > first:
            ranges.append((title, start, last))
    links: list[Part] = []
    for title, start, end in ranges:
        current = {"aria-current": "true"} if (address.filters.first, address.filters.last) == (start, end) else {}
        href = f"/{write(with_filters(address, first=start, last=end))}"
        links.append(html.A(title, id=f"preset-{len(links)}", href=href, **current))
    return links


def mistakes(address: Address) -> list[Part]:
    """What the address says and no page can read."""
    return [notice(f"{mistake}. It is left out.") for mistake in address.mistakes]


def in_words(filters: Filters) -> str:
    """As `shops demo and cdnow, from 1997-01-01 to 1997-01-31`."""
    shops = " and ".join(filters.shops)
    noun = "shop" if len(filters.shops) == 1 else "shops"
    parts = [f"{noun} {shops}" if shops else "all shops"]
    if filters.first or filters.last:
        first = f"from {filters.first}" if filters.first else ""
        last = f"to {filters.last}" if filters.last else ""
        parts.append(f"{first} {last}".strip())
    return ", ".join(parts)
