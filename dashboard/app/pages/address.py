"""What a page is narrowed to lies in the query of its address: it can be sent to someone, and the back button works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import parse_qs, urlencode

from app.model import Filters

SHOWN_CHARACTERS = 64
"""Characters of a value that a message shows."""


@dataclass(frozen=True, slots=True)
class Order:
    """A column that a table is in the order of."""

    column: str
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class StoryId:
    shop_id: str
    content_id: str
    """Empty for events that name no story."""


@dataclass(frozen=True, slots=True)
class Address:
    filters: Filters = field(default_factory=Filters)
    story: StoryId | None = None
    orders: Mapping[str, Order] = field(default_factory=dict)
    """By table, where it is not in the order that it comes in."""
    mistakes: Sequence[str] = ()
    """Values that say nothing, and are left out."""


TABLES = ("stories", "products")
ASCENDING = ".up"


def read(search: str | None) -> Address:
    """An address from the query of a URL, with or without its question mark."""
    query = parse_qs((search or "").removeprefix("?"), keep_blank_values=True)
    mistakes: list[str] = []
    first, last = (_day(name, query, mistakes) for name in ("first", "last"))
    if first is not None and last is not None and first > last:
        mistakes.append(f"first must be at or before last, got {first} and {last}")
        first = last = None
    filters = Filters(shops=tuple(dict.fromkeys(filter(None, query.get("shop", [])))), first=first, last=last)
    shop_id = query.get("story_shop", [""])[-1]
    story = StoryId(shop_id, query.get("story", [""])[-1]) if shop_id else None
    orders = {table: _order(query[table][-1]) for table in TABLES if query.get(table, [""])[-1]}
    return Address(filters, story, orders, tuple(mistakes))


def write(address: Address) -> str:
    """The query of an address with its question mark; nothing for the whole."""
    filters, story = address.filters, address.story
    parts = [("shop", shop) for shop in filters.shops]
    parts += [(name, value.isoformat()) for name, value in (("first", filters.first), ("last", filters.last)) if value]
    if story is not None:
        parts += [("story_shop", story.shop_id), ("story", story.content_id)]
    for table, order in address.orders.items():
        parts.append((table, order.column + (ASCENDING if order.ascending else "")))
    return f"?{urlencode(parts)}" if parts else ""


def with_filters(address: Address, **changes: object) -> Address:
    return replace(address, filters=replace(address.filters, **changes))


def with_order(address: Address, table: str, order: Order) -> Address:
    return replace(address, orders={**address.orders, table: order})


def _day(name: str, query: Mapping[str, list[str]], mistakes: list[str]) -> date | None:
    value = query.get(name, [""])[-1]
    if value == "":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        mistakes.append(f"{name} must be a day such as 2026-03-04, got {value[:SHOWN_CHARACTERS]!r}")
        return None


def _order(text: str) -> Order:
    return Order(text.removesuffix(ASCENDING), text.endswith(ASCENDING))
