"""One story, as the stores that serve it have it: its days from DynamoDB, its newest events from PostgreSQL."""

from collections.abc import Sequence

from dash import Dash, Input, Output, html

from app.model import EventRow, FigureDay, Filters, Sources
from app.pages import charts, wording
from app.pages.address import Address, StoryId, read
from app.pages.parts import Column, Part, chart, empty, fails_alone, table

DAYS = 100
EVENTS = 20
TYPES = {"view": "view", "click": "click", "add_to_cart": "cart", "purchase": "purchase"}


def register(app: Dash, sources: Sources) -> None:
    @app.callback(Output("story-days", "children"), Input("chosen", "data"))
    @fails_alone
    def days(search: str | None) -> Part | list[Part]:
        address = read(search)
        if address.story is None:
            return empty("No story is chosen.")
        return [
            heading(address.story),
            days_of(address, sources.figures.story(address.story.shop_id, address.story.content_id)),
        ]

    @app.callback(Output("story-events", "children"), Input("chosen", "data"))
    @fails_alone
    def events(search: str | None) -> Part | list[Part]:
        address = read(search)
        if address.story is None:
            return []
        story = address.story
        chosen = Filters((story.shop_id,), address.filters.first, address.filters.last)
        return events_of(sources.rows.newest(chosen, EVENTS + 1, story.content_id or None))


def heading(story: StoryId) -> html.H3:
    """Takes the focus when a story is chosen (assets/pages.js)."""
    name = story.content_id or "no story named"
    return html.H3([name, html.Span(f"of {story.shop_id}", className="shop")], id="story-name", tabIndex=-1)


def within(days: Sequence[FigureDay], filters: Filters) -> list[FigureDay]:
    """DynamoDB gives all days of a story."""
    first, last = filters.first, filters.last
    return [day for day in days if (first is None or day.day >= first) and (last is None or day.day <= last)]


def days_of(address: Address, all_days: Sequence[FigureDay]) -> Part:
    days = within(all_days, address.filters)
    if not days:
        return empty("No day of it has a figure in these days." if all_days else "It has no figures.")
    newest = days[-DAYS:]
    columns = [Column("Day"), *(Column(title, True) for title in ("Views", "Clicks", "Carts", "Purchases", "Items"))]
    columns.append(Column("Revenue", True))
    caption = (
        f"Its newest {DAYS} of {wording.counted(len(days), 'day')}"
        if len(days) > DAYS
        else wording.counted(len(days), "day")
    )
    numbers = table(f"{caption}, newest first", columns, [_day_row(day) for day in reversed(newest)])
    # A story that nobody viewed was sold without an event before: its purchases are what there is to see.
    viewed = any(day.totals.funnel.views for day in newest)
    hue, noun = ("views", "views") if viewed else ("purchases", "purchases")
    values = [(day.day, day.totals.funnel.views if viewed else day.totals.funnel.purchases) for day in newest]
    summary = f"{noun.capitalize()} by day, {newest[0].day} to {newest[-1].day}, from DynamoDB"
    return chart("story-days", charts.days(values, hue, noun), summary, numbers, 9)


def _day_row(day: FigureDay) -> list[Part]:
    funnel = day.totals.funnel
    counts = (funnel.views, funnel.clicks, funnel.add_to_carts, funnel.purchases, day.totals.quantity)
    return [wording.day(day.day), *map(wording.count, counts), wording.moneys(day.totals.revenue)]


def events_of(events: Sequence[EventRow]) -> Part:
    """One more than are shown says that there are others."""
    if not events:
        return empty("No event of it in PostgreSQL.")
    shown = events[:EVENTS]
    number = wording.counted(len(shown), "event")
    caption = f"Its newest {number}" if len(events) > EVENTS else f"Its {number}"
    columns = [Column("Instant"), Column("Event"), Column("Product"), Column("Items", True), Column("Amount", True)]
    return table(f"{caption} in PostgreSQL, newest first", columns, [_event_row(row) for row in shown])


def _event_row(event: EventRow) -> list[Part]:
    quantity = wording.NONE if event.quantity is None else wording.count(event.quantity)
    sold = event.amount is not None and event.currency is not None
    amount = wording.money(event.currency, event.amount) if sold else wording.NONE
    instant = wording.instant(event.occurred_at, seconds=True)
    kind = TYPES.get(event.type, event.type)
    return [instant, kind, event.product_id or wording.NONE, quantity, amount]
