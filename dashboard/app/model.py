"""What the pages show, and the sources that they ask.

Money is exact: a Decimal for each currency, never added over currencies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Literal, Protocol

Money = Mapping[str, Decimal]
"""Amounts by ISO 4217 code."""

Step = Literal["day", "week", "month"]


class SourceError(Exception):
    """A store does not answer, or not in time: the message says which one, and what to look at, for people."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page is narrowed to."""

    shops: tuple[str, ...] = ()
    """Shops by id; empty means all of them."""
    first: date | None = None
    last: date | None = None
    """Days in UTC, both of them in it."""


@dataclass(frozen=True, slots=True)
class Funnel:
    views: int
    clicks: int
    add_to_carts: int
    purchases: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A story or a product of one shop."""

    shop_id: str
    item_id: str | None
    """Null for events that name none."""
    funnel: Funnel
    quantity: int
    revenue: Money


@dataclass(frozen=True, slots=True)
class RevenuePoint:
    """What was sold in one step of time."""

    start: date
    currency: str
    amount: Decimal
    purchases: int


@dataclass(frozen=True, slots=True)
class Totals:
    """One shop, or all that the filters leave."""

    funnel: Funnel
    quantity: int
    revenue: Money


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new a copy of the lake is."""

    as_of: datetime
    """When the copy was compared with the lake, in UTC."""
    files: int
    newest_month: str | None
    """Newest partition, as 2026-03."""
    newest_event: datetime | None


class Lake(Protocol):
    """DuckDB over a copy of the curated Parquet; it never waits on S3."""

    def freshness(self) -> Freshness | None:
        """None before the first copy is there."""
        ...

    def shops(self) -> list[str]: ...

    def days(self) -> tuple[date, date] | None:
        """First and last day that has an event; None where there is none."""
        ...

    def totals(self, filters: Filters) -> Totals: ...

    def stories(self, filters: Filters, limit: int) -> list[ItemRow]:
        """Most viewed first, then most sold."""
        ...

    def products(self, filters: Filters, limit: int) -> list[ItemRow]:
        """Most sold first, then most viewed."""
        ...

    def revenue(self, filters: Filters, step: Step) -> list[RevenuePoint]:
        """In order of time, then currency; steps without a sale are left out."""
        ...


@dataclass(frozen=True, slots=True)
class FigureDay:
    """A day of one story, as DynamoDB serves it to the backend."""

    day: date
    totals: Totals


class Figures(Protocol):
    """DynamoDB."""

    def story(self, shop_id: str, content_id: str) -> list[FigureDay]:
        """In order of time. Raises SourceError."""
        ...


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as PostgreSQL has it."""

    occurred_at: datetime
    type: str
    shop_id: str
    content_id: str | None
    product_id: str | None
    quantity: int | None
    amount: Decimal | None
    currency: str | None


class AnyStory(Enum):
    """Stands where nothing is narrowed to, since None narrows to events that name no story."""

    ANY = "any"


ANY_STORY = AnyStory.ANY
StoryChoice = str | Literal[AnyStory.ANY] | None
"""A story by its id; None for events that name none."""


class Rows(Protocol):
    """PostgreSQL. Both raise SourceError."""

    def newest(self, filters: Filters, limit: int, content_id: StoryChoice = ANY_STORY) -> list[EventRow]:
        """Newest first."""
        ...

    def count(self) -> int:
        """All events."""
        ...


@dataclass(frozen=True, slots=True)
class StageHealth:
    """One stage over the last day, seen by what it has written."""

    stage: str
    """structure, load-figures, load-rows or load-lake."""
    files_last_hour: int
    files_last_day: int
    lag: timedelta | None
    """Median of the newest 100 files, from what came before it to what it wrote; None where there are none."""
    waiting: int | None
    """Messages in its queue; None where the queue does not answer."""
    dead_letters: int | None


@dataclass(frozen=True, slots=True)
class Throughput:
    """Files that a stage brought to its end in one hour."""

    stage: str
    hour: datetime
    files: int
    lines: int


@dataclass(frozen=True, slots=True)
class RejectedReason:
    reason: str
    """The rule that was broken, without the value."""
    lines: int


@dataclass(frozen=True, slots=True)
class PipelineHealth:
    as_of: datetime
    stages: Sequence[StageHealth]
    throughput: Sequence[Throughput]
    """The last 24 hours with a file, in order of time."""
    lines_in: int
    lines_good: int
    lines_rejected: int
    """Of all files that are looked at: the newest 1,000."""
    rejected: Sequence[RejectedReason]
    """Most lines first."""
    files_looked_at: int
    files_known: int
    problems: Sequence[str] = ()
    """Stores that did not answer, for people: what is said of them is of an earlier look, or missing."""


class Pipeline(Protocol):
    """Manifests, heads and queues."""

    def health(self) -> PipelineHealth | None:
        """As of the last look; None before the first. It never waits."""
        ...


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A product to show beside a story."""

    shop_id: str
    content_id: str
    rank: int
    product_id: str
    score: float


@dataclass(frozen=True, slots=True)
class RecommendedShop:
    """A shop whose stories have recommendations."""

    shop_id: str
    stories: int


@dataclass(frozen=True, slots=True)
class Recommended:
    trained_at: datetime
    shops: Sequence[RecommendedShop]
    """All of them, by id, whatever the items are narrowed to."""
    items: Sequence[Recommendation]
    """By shop, story and rank."""


class Recommendations(Protocol):
    """PostgreSQL."""

    def latest(
        self, filters: Filters, stories: int, products: int, first: tuple[str, str] = ("", "")
    ) -> Recommended | None:
        """The best products of at least so many stories, where there are; None until a model has been trained.

        Stories come by shop and id, from `first` on. Raises SourceError.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    lake: Lake
    figures: Figures
    rows: Rows
    pipeline: Pipeline
    recommendations: Recommendations
    about: str | None = None
    """What a reader must know of data that no platform has brought; on every page. None for a platform's own."""
