"""Events of the sample: real purchases of one shop, and a shop that is made up, the same at each run."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

REAL_SHOP = "cdnow"
MADE_UP_SHOP = "demo"

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 3, 31)
"""Of the shop that is made up."""
NOW = datetime(2026, 3, 31, 18, 5, tzinfo=UTC)
"""When the sample's pipeline is looked at: its last day goes on until then."""

SEED = 20260331
STORIES, PRODUCTS = 24, 60
VIEWS_A_DAY = 240
EUROS_OF_TEN = 7
DOLLARS_FOR_A_EURO = Decimal("1.08")

_LINE = re.compile(r"\s*(\d+)\s+\d+\s+(\d{4})(\d{2})(\d{2})\s+(\d+)\s+(\d+\.\d{2})\s*")


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """As a line of a raw file has it; the amount is decimal text."""

    event_id: str
    type: str
    occurred_at: datetime
    shop_id: str
    visitor_id: str
    content_id: str | None = None
    product_id: str | None = None
    quantity: int | None = None
    amount: str | None = None
    currency: str | None = None
    session_id: str | None = None


def real_purchases(path: Path) -> Iterator[SampleEvent]:
    """One for each line, as local/sample.ts makes them: noon UTC of the day, US dollars."""
    for number, line in enumerate(path.read_text("ascii").splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            rule = "must be customer id, sample id, YYYYMMDD, quantity and amount with two decimals"
            raise ValueError(f"line {number} of {path} {rule}, got {line!r}")
        customer, year, month, day, quantity, amount = found.groups()
        yield SampleEvent(
            event_id=f"{REAL_SHOP}-{number:05}",
            type="purchase",
            occurred_at=datetime(int(year), int(month), int(day), 12, tzinfo=UTC),
            shop_id=REAL_SHOP,
            visitor_id=f"{REAL_SHOP}-{customer}",
            quantity=int(quantity),
            amount=amount,
            currency="USD",
        )


class MadeUpShop:
    """Visitors see a story, some click one of its products, some of those put it into the cart, some of those buy it.

    Some buy without a story. Weekends are busier, and a few stories are seen most.
    """

    def __init__(self) -> None:
        self._dice = random.Random(SEED)  # noqa: S311
        self._products = [f"product-{number:02}" for number in range(1, PRODUCTS + 1)]
        self._prices = {product: self._price() for product in self._products}
        self._stories = {
            f"story-{number:02}": self._dice.sample(self._products, self._dice.randint(3, 6))
            for number in range(1, STORIES + 1)
        }
        self._weights = [1 / (place + 2) for place in range(STORIES)]
        self._number = 0

    def events(self) -> Iterator[SampleEvent]:
        """In order of time, as far as visits do not overlap."""
        day = FIRST_DAY
        while day <= LAST_DAY:
            weekend = 1.4 if day.weekday() >= 5 else 1.0
            visits = round(VIEWS_A_DAY * weekend * self._dice.uniform(0.85, 1.15))
            begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
            for second in sorted(self._dice.triangular(0, 86_399, 64_800) for _ in range(visits)):
                at = begin + timedelta(seconds=int(second))
                if at < NOW - timedelta(minutes=10):
                    yield from self._visit(at)
            day += timedelta(days=1)

    def _visit(self, at: datetime) -> Iterator[SampleEvent]:
        dice = self._dice
        visitor, session = f"visitor-{dice.randint(1, 9_999):04}", f"session-{dice.getrandbits(40):010x}"
        currency = "EUR" if dice.randint(1, 10) <= EUROS_OF_TEN else "USD"
        story: str | None = dice.choices(list(self._stories), self._weights)[0]
        if dice.random() < 0.02:
            story, product = None, dice.choice(self._products)
        else:
            yield self._event("view", at, visitor, session, story)
            if dice.random() > 0.31:
                return
            product = dice.choice(self._stories[story or ""])
            at += timedelta(seconds=dice.randint(4, 60))
            yield self._event("click", at, visitor, session, story, product)
        if dice.random() > 0.36:
            return
        at += timedelta(seconds=dice.randint(5, 120))
        yield self._event("add_to_cart", at, visitor, session, story, product)
        if dice.random() > 0.45:
            return
        quantity = dice.choice((1, 1, 1, 1, 2, 2, 3))
        price = self._prices[product] * (1 if currency == "EUR" else DOLLARS_FOR_A_EURO)
        amount = f"{(price * quantity).quantize(Decimal('0.01'))}"
        at += timedelta(seconds=dice.randint(20, 240))
        yield self._event("purchase", at, visitor, session, story, product, quantity, amount, currency)

    def _event(
        self,
        kind: str,
        at: datetime,
        visitor: str,
        session: str,
        story: str | None,
        product: str | None = None,
        quantity: int | None = None,
        amount: str | None = None,
        currency: str | None = None,
    ) -> SampleEvent:
        self._number += 1
        name = f"{MADE_UP_SHOP}-{self._number:06}"
        return SampleEvent(name, kind, at, MADE_UP_SHOP, visitor, story, product, quantity, amount, currency, session)

    def _price(self) -> Decimal:
        return Decimal(self._dice.randint(9, 180)) + Decimal("0.90")
