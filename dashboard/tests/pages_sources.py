"""Sources that hold what a test gives them, for the pages alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NoReturn

from app.model import (
    ANY_STORY,
    EventRow,
    FigureDay,
    Filters,
    Freshness,
    Funnel,
    ItemRow,
    PipelineHealth,
    Recommendation,
    Recommended,
    RecommendedShop,
    RejectedReason,
    RevenuePoint,
    SourceError,
    Sources,
    StageHealth,
    Step,
    StoryChoice,
    Throughput,
    Totals,
)

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
STAGES = ("structure", "load-figures", "load-rows", "load-lake")


def item(shop_id: str, item_id: str | None, views: int, purchases: int, **revenue: str) -> ItemRow:
    funnel = Funnel(views, views // 4, views // 9, purchases)
    return ItemRow(shop_id, item_id, funnel, 2 * purchases, {code: Decimal(text) for code, text in revenue.items()})


def stage(name: str, waiting: int | None = 0, dead_letters: int | None = 0, last_hour: int = 12) -> StageHealth:
    return StageHealth(name, last_hour, 240, timedelta(seconds=3.4), waiting, dead_letters)


def health(**changes: object) -> PipelineHealth:
    """A pipeline in which all is well, but for the changes."""
    well = {
        "as_of": NOW,
        "stages": tuple(stage(name) for name in STAGES),
        "throughput": tuple(
            Throughput(name, NOW - timedelta(hours=hours), 10 + hours % 5, 2_000 + hours)
            for hours in range(23, -1, -1)
            for name in STAGES
        ),
        "lines_in": 50_000,
        "lines_good": 50_000,
        "lines_rejected": 0,
        "rejected": (),
        "files_looked_at": 240,
        "files_known": 240,
    }
    return PipelineHealth(**{**well, **changes})


@dataclass
class FakeLake:
    there: Freshness | None = field(default_factory=lambda: Freshness(NOW, 36, "2026-03", NOW - timedelta(minutes=2)))
    shop_ids: Sequence[str] = ("cdnow", "demo")
    span: tuple[date, date] | None = (date(2025, 4, 1), date(2026, 3, 31))
    total: Totals = field(
        default_factory=lambda: Totals(
            Funnel(120_345, 30_211, 8_127, 3_008), 4_512, {"EUR": Decimal("104512.40"), "USD": Decimal("98.7650")}
        )
    )
    story_rows: Sequence[ItemRow] = tuple(
        item("demo", f"story-{n}", 9_000 - 60 * n, 300 - 2 * n, EUR=f"{9_000 - 50 * n}.50") for n in range(1, 121)
    )
    product_rows: Sequence[ItemRow] = (
        item("demo", "product-1", 900, 80, EUR="1200.5", USD="88.00"),
        item("cdnow", None, 0, 64, USD="2441.94"),
    )
    asked: list[object] = field(default_factory=list)
    """Filters of each question."""

    def freshness(self) -> Freshness | None:
        return self.there

    def shops(self) -> list[str]:
        return list(self.shop_ids)

    def days(self) -> tuple[date, date] | None:
        return self.span

    def totals(self, filters: Filters) -> Totals:
        self.asked.append(filters)
        return self.total

    def stories(self, filters: Filters, limit: int) -> list[ItemRow]:
        self.asked.append(filters)
        return list(self.story_rows[:limit])

    def products(self, filters: Filters, limit: int) -> list[ItemRow]:
        self.asked.append(filters)
        return list(self.product_rows[:limit])

    def revenue(self, filters: Filters, step: Step) -> list[RevenuePoint]:
        self.asked.append((filters, step))
        if self.span is None:
            return []
        starts = [date(2025, 3, 31) + timedelta(days=7 * n) for n in range(50)]
        euros = [RevenuePoint(start, "EUR", Decimal(900 + 37 * (n % 11)), 20) for n, start in enumerate(starts)]
        return sorted([*euros, RevenuePoint(starts[3], "USD", Decimal("98.7650"), 2)], key=lambda point: point.start)


@dataclass
class FakeFigures:
    days: Sequence[FigureDay] = tuple(
        FigureDay(date(2026, 3, n), Totals(Funnel(90 + n, 20, 4, 2), 3, {"EUR": Decimal("59.9")})) for n in range(1, 32)
    )

    def story(self, shop_id: str, content_id: str) -> list[FigureDay]:  # noqa: ARG002
        return list(self.days)


@dataclass
class FakeRows:
    events: Sequence[EventRow] = (
        EventRow(NOW, "purchase", "demo", "story-1", "product-1", 2, Decimal("59.9000"), "EUR"),
        EventRow(NOW - timedelta(minutes=1), "view", "demo", "story-1", None, None, None, None),
    )

    def newest(
        self,
        filters: Filters,  # noqa: ARG002
        limit: int,
        content_id: StoryChoice = ANY_STORY,
    ) -> list[EventRow]:
        return [row for row in self.events if content_id in (ANY_STORY, row.content_id)][:limit]

    def count(self) -> int:
        return len(self.events)


@dataclass
class FakePipeline:
    now: PipelineHealth | None = field(default_factory=health)

    def health(self) -> PipelineHealth | None:
        return self.now


@dataclass
class FakeRecommendations:
    newest: Recommended | None = None

    def latest(
        self,
        filters: Filters,
        stories: int,
        products: int,
        first: tuple[str, str] = ("", ""),
    ) -> Recommended | None:
        if self.newest is None:
            return None
        items = [
            item
            for item in self.newest.items
            if item.shop_id in (filters.shops or (item.shop_id,))
            and (item.shop_id, item.content_id) >= first
            and item.rank <= products
        ]
        return replace(self.newest, items=items[: stories * products])


def recommended(stories: int = 3) -> Recommended:
    """Stories of two shops; those of one have three products, the other's one."""
    long = "product-with-a-name-that-is-longer-than-most"
    cdnow = [
        Recommendation("cdnow", f"story-{story:03}", rank, f"{long}-{rank}", 0.9 / rank)
        for story in range(1, stories + 1)
        for rank in (1, 2, 3)
    ]
    demo = [Recommendation("demo", f"story-{story:03}", 1, "product-1", 0.25) for story in (1, 2, 3)]
    return Recommended(NOW, [RecommendedShop("cdnow", stories), RecommendedShop("demo", 3)], [*cdnow, *demo])


class Broken:
    """A store that does not answer, whatever it is asked."""

    def __init__(self, store: str) -> None:
        self.store = store

    def __getattr__(self, _: str) -> object:
        return self._fail

    def _fail(self, *_: object, **__: object) -> NoReturn:
        raise SourceError(f"{self.store} does not answer: look at its alarms")


def full() -> Sources:
    care = health(
        stages=(
            stage("structure", 3),
            stage("load-figures", 0, 2),
            stage("load-rows", None, None),
            stage("load-lake", 5, 0, 0),
        ),
        lines_in=50_100,
        lines_rejected=100,
        rejected=(
            RejectedReason("amount must be a string so that it stays exact", 60),
            RejectedReason("contentId must be a string of 1 to 128 characters without # and control characters", 40),
        ),
        files_known=12_000,
        problems=["The queue load-rows does not answer (AccessDenied): look at the role of the dashboard"],
    )
    return Sources(FakeLake(), FakeFigures(), FakeRows(), FakePipeline(care), FakeRecommendations(recommended(30)))


def nothing() -> Sources:
    """Just deployed: there are stores, and nothing in them."""
    none = Totals(Funnel(0, 0, 0, 0), 0, {})
    lake = FakeLake(Freshness(NOW, 0, None, None), (), None, none, (), ())
    still = health(
        stages=tuple(StageHealth(name, 0, 0, None, 0, 0) for name in STAGES),
        throughput=(),
        lines_in=0,
        lines_good=0,
        files_looked_at=0,
        files_known=0,
    )
    return Sources(lake, FakeFigures(()), FakeRows(()), FakePipeline(still), FakeRecommendations())


def broken() -> Sources:
    """The lake's copy is there, and no store answers any more."""
    stores = (Broken("DynamoDB"), Broken("PostgreSQL"), FakePipeline(), Broken("PostgreSQL"))
    return Sources(FakeLake(), *stores)
