"""Tables of stories and products: a column for each measure and currency, so that each is compared down the page."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import html

from app.model import ItemRow
from app.pages import wording
from app.pages.address import Address, Order, StoryId, with_order, write
from app.pages.parts import Column, Part, table

CURRENCIES = 5
"""Columns of money; those of the most rows come first."""

Measure = Callable[[ItemRow], int]
MEASURES: dict[str, tuple[str, Measure]] = {
    "views": ("Views", lambda row: row.funnel.views),
    "clicks": ("Clicks", lambda row: row.funnel.clicks),
    "carts": ("Carts", lambda row: row.funnel.add_to_carts),
    "purchases": ("Purchases", lambda row: row.funnel.purchases),
    "quantity": ("Items sold", lambda row: row.quantity),
}


@dataclass(frozen=True, slots=True)
class Items:
    """What one of the two tables is about."""

    table: str
    """Its name in the address."""
    singular: str
    plural: str
    first: str
    """How the source orders them, in words: what the bound cuts off."""
    order: Order


STORIES = Items("stories", "story", "stories", "most viewed", Order("views"))
PRODUCTS = Items("products", "product", "products", "most sold", Order("quantity"))


def currencies_of(rows: Sequence[ItemRow]) -> list[str]:
    """All of them, those of the most rows first."""
    rows_of = Counter(currency for row in rows for currency in row.revenue)
    return sorted(rows_of, key=lambda currency: (-rows_of[currency], currency))


def in_order(rows: Sequence[ItemRow], order: Order) -> list[ItemRow]:
    """Rows without a figure come last, whichever way the rest goes."""

    def value(row: ItemRow) -> Decimal | None:
        measure = MEASURES.get(order.column)
        return Decimal(measure[1](row)) if measure else row.revenue.get(order.column)

    there = [row for row in rows if value(row) is not None]
    return sorted(there, key=value, reverse=not order.ascending) + [row for row in rows if value(row) is None]


def item_table(items: Items, rows: Sequence[ItemRow], address: Address, limit: int) -> html.Div:
    """At most `limit` rows; one more than that says that there are others."""
    shown = rows[:limit]
    there = currencies_of(shown)
    currencies = sorted(there[:CURRENCIES])
    order = address.orders.get(items.table, items.order)
    if order.column not in MEASURES and order.column not in currencies:
        order = items.order
    titles = [(name, title) for name, (title, _) in MEASURES.items()] + [(code, code) for code in currencies]
    columns = [Column(items.singular.capitalize())]
    columns += [_sortable(items, name, title, order, address) for name, title in titles]
    body = [[_name(items, row, address), *_figures(row, currencies)] for row in in_order(shown, order)]
    return table(_caption(items, rows, limit, len(there)), columns, body)


def _figures(row: ItemRow, currencies: Sequence[str]) -> list[Part]:
    counts: list[Part] = [wording.count(measure(row)) for _, measure in MEASURES.values()]
    return counts + [wording.amount(row.revenue[code]) if code in row.revenue else wording.NONE for code in currencies]


def _caption(items: Items, rows: Sequence[ItemRow], limit: int, currencies: int) -> str:
    named = sum(row.item_id is not None for row in rows)
    text = wording.counted(named, items.singular, items.plural)
    if named < len(rows):
        text += ", and events that name none"
    if len(rows) > limit:
        text = f"The {limit} {items.first} {items.plural}; there are more: narrow shops or days to see others"
    if currencies > CURRENCIES:
        text += f"; {CURRENCIES} of {currencies} currencies"
    return text


def _sortable(items: Items, name: str, title: str, order: Order, address: Address) -> Column:
    is_sorted = order.column == name
    ascending = is_sorted and not order.ascending
    sort = ("ascending" if order.ascending else "descending") if is_sorted else None
    shape = {"ascending": "\u00a0▲", "descending": "\u00a0▼", None: ""}[sort]
    text: list[Part] = [title, html.Span(shape, **{"aria-hidden": "true"})]
    href = f"/{write(with_order(address, items.table, Order(name, ascending)))}"
    link = html.A(
        text,
        id=f"sort-{items.table}-{name}",
        href=href,
        title=f"Sort by {title}, {'smallest' if ascending else 'largest'} first",
    )
    return Column(link, number=True, sorted=sort, hue=name if name in MEASURES else "revenue")


def _name(items: Items, row: ItemRow, address: Address) -> html.Span:
    name = row.item_id if row.item_id is not None else f"no {items.singular} named"
    kind = "item" if row.item_id is not None else "item unnamed"
    shop = html.Span(row.shop_id, className="shop")
    if items is not STORIES:
        return html.Span([html.Span(name, className=kind), shop])
    chosen = StoryId(row.shop_id, row.item_id or "")
    href = f"/{write(Address(address.filters, chosen, address.orders))}"
    current = {"aria-current": "true"} if address.story == chosen else {}
    return html.Span([html.A(name, href=href, className=f"{kind} choose", **current), shop])
