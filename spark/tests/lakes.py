"""Lakes for tests: files as the structure stage writes them, by DuckDB, and what is in them, read by DuckDB."""

import hashlib
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

SAMPLE = Path(__file__).parents[2] / "local" / "sample" / "cdnow-sample.txt"

_COLUMNS = {
    "occurredAt": "TIMESTAMPTZ",
    "eventId": "VARCHAR",
    "type": "VARCHAR",
    "shopId": "VARCHAR",
    "contentId": "VARCHAR",
    "productId": "VARCHAR",
    "visitorId": "VARCHAR",
    "quantity": "INTEGER",
    "amount": "DECIMAL(18, 4)",
    "currency": "VARCHAR",
    "sessionId": "VARCHAR",
}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Event:
    """In the order of the columns of a curated file."""

    at: datetime
    event: str
    type: str
    shop: str
    story: str | None
    product: str | None
    visitor: str
    quantity: int | None = None
    amount: Decimal | None = None
    currency: str | None = None
    session: str | None = None


NAMES = dict(zip((field.name for field in fields(Event)), _COLUMNS, strict=True))


def event(kind: str, at: str, story: str | None = "story-1", product: str | None = None, **others: Any) -> Event:
    """One of the shop `shoes`, by `ann`, with an id of its own."""
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    base = Event(when, f"event-{next(_numbers):06}", kind, "shoes", story, product, "ann")
    return replace(base, **others)


def sale(
    amount: str, at: str, product: str = "boots", quantity: int = 1, currency: str = "EUR", **others: Any
) -> Event:
    money = {"quantity": quantity, "amount": Decimal(amount), "currency": currency}
    return event("purchase", at, product=product, **(money | others))


class Lake:
    """A folder with the prefixes of the curated bucket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(
        self, source: str, events: Sequence[Event], prefix: str = "events", with_session: bool = True
    ) -> list[Path]:
        """The files of one source: one for each shop and month. They look as if they had been there for a while."""
        partitions: dict[tuple[str, str], list[Event]] = {}
        for one in events:
            partitions.setdefault((one.shop, f"{one.at:%Y-%m}"), []).append(one)
        return [
            self._write(source, shop, month, some, prefix, with_session) for (shop, month), some in partitions.items()
        ]

    def empty(self, source: str, shop: str, month: str) -> None:
        """What the load stage leaves of a source that has no rows there any more."""
        self._write(source, shop, month, [], "events", True)

    def _write(
        self, source: str, shop: str, month: str, events: Sequence[Event], prefix: str, with_session: bool
    ) -> Path:
        name = hashlib.sha256(source.encode()).hexdigest()[:32]
        path = self.folder / prefix / f"shop={shop}" / f"month={month}" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = [name for name in _COLUMNS if with_session or name != "sessionId"]
        with duckdb.connect() as made:
            made.execute("SET TimeZone = 'UTC'")
            made.execute(f"CREATE TABLE rows ({', '.join(f'{name} {kind}' for name, kind in _COLUMNS.items())})")
            if events:
                lists = [list(column) for column in zip(*map(astuple, events), strict=True)]
                made.execute(
                    f"INSERT INTO rows SELECT {', '.join(f'unnest(?::{kind}[])' for kind in _COLUMNS.values())}", lists
                )
            select = f"SELECT {', '.join(columns)} FROM rows ORDER BY occurredAt, eventId"
            made.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        self.age(path)
        return path

    def age(self, path: Path) -> None:
        """A new time for each write, all of them an hour ago or more."""
        at = datetime.now(UTC).timestamp() - 3600 - next(_numbers) / 1000
        os.utime(path, (at, at))

    def events(self, *files: str) -> list[Event]:
        """Rows of some files of the folder (patterns), sorted."""
        return sorted(
            (Event(*row) for row in self.rows(", ".join(_COLUMNS), *files)), key=lambda one: (one.at, one.event)
        )

    def rows(self, select: str, *files: str) -> list[tuple[Any, ...]]:
        paths = sorted(str(path) for file in files for path in self.folder.glob(file))
        if not paths:
            return []
        with duckdb.connect() as read:
            read.execute("SET TimeZone = 'UTC'")
            options = "hive_partitioning = false, union_by_name = true"
            rows = read.execute(f"SELECT {select} FROM read_parquet({paths}, {options})").fetchall()
        return [tuple(_in_utc(value) for value in row) for row in rows]


def _in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def real_purchases() -> Iterator[Event]:
    """The bundled sample, as local/sample.ts makes events of it: no story, no product."""
    for number, line in enumerate(SAMPLE.read_text("ascii").splitlines(), 1):
        if line.strip():
            customer, _, day, quantity, amount = line.split()
            at = datetime.strptime(f"{day} 12 +0000", "%Y%m%d %H %z")
            yield Event(
                at,
                f"cdnow-{number:05}",
                "purchase",
                "cdnow",
                None,
                None,
                f"cdnow-{customer}",
                int(quantity),
                Decimal(amount),
                "USD",
            )


@dataclass(frozen=True, slots=True)
class Taste:
    """A shop whose stories and products have themes, and whose visitors like what is of a story's theme."""

    shop: str = "themes"
    themes: int = 5
    stories: int = 8
    """Of each theme."""
    products: int = 12
    """Of each theme."""
    visits: int = 2_000
    days: int = 28
    on_theme: float = 0.85
    seed: int = 7

    def events(self, first: datetime) -> Iterable[Event]:
        """Views with and without a click; some go on to cart and purchase."""
        dice = random.Random(self.seed)
        for number in range(self.visits):
            at = first + timedelta(seconds=dice.randrange(self.days * 86_400))
            theme = dice.randrange(self.themes)
            story = f"story-{theme}-{dice.randrange(self.stories)}"
            visitor = f"visitor-{dice.randrange(self.visits // 3):04}"
            steps = ["view"] + ["click"] * (dice.random() < 0.5)
            if len(steps) == 2 and dice.random() < 0.5:
                steps += ["add_to_cart"] + ["purchase"] * (dice.random() < 0.5)
            liked = theme if dice.random() < self.on_theme else dice.randrange(self.themes)
            product = f"product-{liked}-{min(dice.randrange(self.products), dice.randrange(self.products)):02}"
            for step, kind in enumerate(steps):
                named = product if kind != "view" else None
                name = f"{self.shop}-{number:05}-{step}"
                money = (1, Decimal("19.9000"), "EUR") if kind == "purchase" else (None, None, None)
                yield Event(at + timedelta(seconds=20 * step), name, kind, self.shop, story, named, visitor, *money)
