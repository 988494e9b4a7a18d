"""A lake in memory, and the files that it holds."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from app.model import SourceError
from app.objects import Listed

WHEN = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class MemoryObjects:
    """Objects by key, which remember what was asked for."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    saved: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    fails: str | None = None

    def put(self, key: str, body: bytes, at: datetime = WHEN) -> None:
        self.bodies[key] = body
        self.times[key] = at

    def etag(self, key: str) -> str:
        return hashlib.md5(self.bodies[key], usedforsecurity=False).hexdigest()

    def list(self, prefix: str) -> Iterator[Listed]:
        self.answer()
        for key in sorted(self.bodies):
            if key.startswith(prefix):
                yield Listed(key, self.etag(key), self.times[key])

    def read(self, key: str, most: int) -> bytes | None:
        self.answer()
        self.reads.append(key)
        body = self.bodies.get(key)
        return None if body is None else body[:most]

    def save(self, key: str, path: Path) -> str | None:
        self.answer()
        self.saved.append(key)
        if key not in self.bodies:
            return None
        path.write_bytes(self.bodies[key])
        return self.etag(key)

    def modified(self, key: str) -> datetime | None:
        self.answer()
        return self.times.get(key)

    def answer(self) -> None:
        if self.fails is not None:
            raise SourceError(self.fails)


Event = tuple[str, str, str, str | None, str | None, int | None, str | None, str | None]
"""Instant, type, shop, content, product, quantity, amount, currency."""

_COLUMNS = """"occurredAt" TIMESTAMPTZ, type VARCHAR, "shopId" VARCHAR, "contentId" VARCHAR, "productId" VARCHAR,
quantity INTEGER, amount DECIMAL(18, 4), currency VARCHAR"""


def parquet(folder: Path, events: Iterable[Event]) -> bytes:
    """As the structure stage writes it, apart from columns that no page shows."""
    path = folder / "made.parquet"
    with duckdb.connect() as made:
        made.execute("SET TimeZone = 'UTC'")
        made.execute(f"CREATE TABLE events ({_COLUMNS})")
        for event in events:
            made.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", event)
        made.execute(f"COPY events TO '{path}' (FORMAT parquet)")
    body = path.read_bytes()
    path.unlink()
    return body


def lake_key(name: str, shop: str = "shoes", month: str = "2026-03") -> str:
    source = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"events/shop={shop}/month={month}/{source}.parquet"


def sale(amount: str, day: str = "2026-03-04", currency: str = "EUR", shop: str = "shoes") -> Event:
    return (f"{day}T05:06:07Z", "purchase", shop, "story-7", "p-3", 1, amount, currency)


def view(at: str, shop: str = "shoes", content: str | None = "story-7") -> Event:
    return (at, "view", shop, content, None, None, None, None)
