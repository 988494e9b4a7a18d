"""What people did with stories and products: from a view to a purchase, and what was sold."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from app.model import Filters, Freshness, Funnel, RevenuePoint, Sources, Step, Totals
from app.pages import charts, filters, story, tables, wording
from app.pages.address import Address, read, write
from app.pages.parts import Column, Part, bar, chart, empty, fails_alone, section, slot, table

LIMIT = 100
"""Rows of a table: more are not read, and would not be looked at."""
CHARTS = 4
"""Currencies that are drawn, those with the most purchases; all of them are in the totals."""
AGAIN_MILLISECONDS = 5_000
"""Until the first copy of the lake is there, which takes seconds."""

STEPS = (("Views", "views"), ("Clicks", "clicks"), ("Carts", "carts"), ("Purchases", "purchases"))


def layout() -> list[Part]:
    return [
        html.H1("Content"),
        html.P("How far people go from seeing a story to buying a product, and what is sold.", className="lead"),
        filters.bar(),
        slot("freshness", 1.5),
        html.Div(
            [
                section("funnel", "From view to purchase", [slot("funnel-slot", 11)]),
                section("sold", "Sold", [slot("sold-slot", 11)]),
            ],
            className="pair",
        ),
        section("revenue", "Revenue over time", [slot("revenue-slot", 15)]),
        section("stories", "Stories", [slot("stories-slot", 24)], "Choose a story to see its days and its events."),
        section("story", "Story", [slot("story-days", 4), slot("story-events", 4)]),
        section("products", "Products", [slot("products-slot", 24)]),
        dcc.Store(id="narrowed"),
        dcc.Store(id="chosen"),
        dcc.Interval(id="again", interval=AGAIN_MILLISECONDS, disabled=True),
    ]


def register(app: Dash, sources: Sources) -> None:
    lake = sources.lake
    filters.register(app, lake)
    story.register(app, sources)
    # A table's order is no reason to ask for the other parts again: they see only what narrows them.
    app.clientside_callback(
        ClientsideFunction("groundplan", "narrow"),
        Output("narrowed", "data"),
        Output("chosen", "data"),
        Input("url", "search"),
        State("narrowed", "data"),
        State("chosen", "data"),
    )
    inputs = (Input("narrowed", "data"), Input("again", "n_intervals"))
    ordered = (Input("url", "search"), Input("again", "n_intervals"))

    @app.callback(Output("freshness", "children"), *inputs)
    @fails_alone
    def freshness(search: str | None, _: int) -> list[Part]:
        return [*filters.mistakes(read(search)), as_of(lake.freshness())]

    @app.callback(Output("again", "disabled"), Input("again", "n_intervals"))
    def rest(_: int) -> bool:
        """Asks again while there is no copy of the lake: with one, figures change only when someone asks."""
        return lake.freshness() is not None

    @app.callback(Output("funnel-slot", "children"), *inputs)
    @fails_alone
    def funnel(search: str | None, _: int) -> Part:
        address = read(search)
        totals = lake.totals(address.filters)
        return funnel_table(totals.funnel) if any_event(totals.funnel) else nothing(address)

    @app.callback(Output("sold-slot", "children"), *inputs)
    @fails_alone
    def sold(search: str | None, _: int) -> Part:
        address = read(search)
        totals = lake.totals(address.filters)
        return sold_list(totals) if totals.funnel.purchases else nothing(address, "purchase")

    @app.callback(Output("revenue-slot", "children"), *inputs)
    @fails_alone
    def revenue(search: str | None, _: int) -> Part:
        address = read(search)
        months = lake.revenue(address.filters, "month")
        if not months:
            return nothing(address, "purchase")
        first, last = span(address.filters, months, lake.days())
        step = charts.step_for(first, last)
        points = months if step == "month" else lake.revenue(address.filters, step)
        return revenue_charts(points, step, first, last)

    @app.callback(Output("stories-slot", "children"), *ordered)
    @fails_alone
    def stories(search: str | None, _: int) -> Part:
        address = read(search)
        rows = lake.stories(address.filters, LIMIT + 1)
        return tables.item_table(tables.STORIES, rows, address, LIMIT) if rows else nothing(address)

    @app.callback(Output("products-slot", "children"), *ordered)
    @fails_alone
    def products(search: str | None, _: int) -> Part:
        address = read(search)
        rows = lake.products(address.filters, LIMIT + 1)
        return tables.item_table(tables.PRODUCTS, rows, address, LIMIT) if rows else nothing(address)


def any_event(funnel: Funnel) -> bool:
    return bool(funnel.views or funnel.clicks or funnel.add_to_carts or funnel.purchases)


def span(chosen: Filters, months: Sequence[RevenuePoint], days: tuple[date, date] | None) -> tuple[date, date]:
    """The days that a chart is about: those that are chosen, else from the first month with a sale to the last one."""
    sold = (months[0].start, (months[-1].start + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    first, last = days or sold
    return max(first, chosen.first or sold[0]), min(last, chosen.last or sold[1])


def nothing(address: Address, noun: str = "event") -> html.Div:
    """Says what was looked for, and the way back to where there is something."""
    if address.filters == Filters():
        return empty(f"No {noun} yet.")
    everything = html.A("Show everything", href=f"/{write(Address(orders=address.orders))}")
    return empty([f"No {noun} of {filters.in_words(address.filters)}. ", everything])


def as_of(there: Freshness | None) -> html.Div:
    if there is None:
        return empty("The first copy of the lake is on its way; this page looks again every few seconds.")
    if there.files == 0:
        looked = wording.instant(there.as_of, seconds=True)
        return empty(f"The lake is empty as of {looked}: the first file of events will show here once it is loaded.")
    parts = [f"As of {wording.instant(there.as_of, seconds=True)}", wording.counted(there.files, "file")]
    if there.newest_event is not None:
        parts.append(f"newest event {wording.instant(there.newest_event)}")
    return html.Div(" · ".join(parts), className="as-of")


def funnel_table(funnel: Funnel) -> html.Div:
    counts = (funnel.views, funnel.clicks, funnel.add_to_carts, funnel.purchases)
    widest = max(counts)
    rows: list[list[Part]] = []
    for place, ((title, hue), number) in enumerate(zip(STEPS, counts, strict=True)):
        before = wording.NONE if place == 0 else wording.share(number, counts[place - 1])
        rows.append([title, wording.count(number), bar(number, widest, hue), before])
    columns = [Column("Step"), Column("Events", True), Column(""), Column("Of the step before", True)]
    caption = "Events of each step" + (f". {SKIPPED}" if _skips(counts) else "")
    return html.Div(table(caption, columns, rows), className="funnel")


SKIPPED = "A step with more events than the one before it has no share: not every shop sends every step"


def _skips(counts: Sequence[int]) -> bool:
    return any(after > before for before, after in pairwise(counts))


def sold_list(totals: Totals) -> html.Dl:
    """One amount for each currency: there is no sum of them."""
    pairs = [("Purchases", wording.count(totals.funnel.purchases)), ("Items", wording.count(totals.quantity))]
    figures = [_figure(title, number) for title, number in pairs]
    for currency in sorted(totals.revenue):
        amount = [html.Span(f"{currency} ", className="unit"), wording.amount(totals.revenue[currency])]
        figures.append(_figure(f"Revenue in {currency}", amount, "money"))
    return html.Dl(figures, className="figures")


def _figure(title: str, number: Part | list[Part], kind: str = "") -> html.Div:
    return html.Div([html.Dt(title), html.Dd(number)], className=f"figure {kind}".strip())


def revenue_charts(points: Sequence[RevenuePoint], step: Step, first: date, last: date) -> html.Div:
    """One for each currency, all over the same time."""
    purchases: Counter[str] = Counter()
    for point in points:
        purchases[point.currency] += point.purchases
    order = sorted(purchases, key=lambda currency: (-purchases[currency], currency))
    starts = charts.without_gaps(charts.steps_between(first, last, step), {point.start for point in points})
    drawn = []
    for currency in order[:CHARTS]:
        own = [point for point in points if point.currency == currency]
        summary = f"{currency} by {step}, {wording.day(first)} to {wording.day(last)}"
        figure = charts.revenue(own, step, starts)
        drawn.append(html.Div(chart(f"revenue-{currency}", figure, summary, numbers_of(own, step), 13)))
    gaps = [
        f"{wording.day(start)} to {wording.day(end - timedelta(days=1))}" for start, end in charts.gaps_of(starts, step)
    ]
    notes = [f"Left out at the dashed line, nothing was sold: {', '.join(gaps)}."] if gaps else []
    notes += [f"Not drawn, with fewer purchases: {', '.join(order[CHARTS:])}."] if order[CHARTS:] else []
    return html.Div([html.Div(drawn, className="charts"), *(html.P(note, className="hint") for note in notes)])


def numbers_of(points: Sequence[RevenuePoint], step: Step) -> html.Div:
    currency = points[0].currency
    columns = [Column(step.capitalize()), Column(currency, True), Column("Purchases", True)]
    rows = [[wording.step(p.start, step), wording.amount(p.amount), wording.count(p.purchases)] for p in points]
    return table(f"Revenue in {currency} by {step}", columns, rows)
