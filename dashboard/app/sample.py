"""The sample's sources: the lake and the pipeline by the same code as on AWS, the other stores from the same files."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.engine import Engine
from app.lake import FUNNEL, MONEY, SOLD, CopiedLake
from app.lake_copy import LakeCopy
from app.loaded import HeadsLoaded
from app.model import (
    ANY_STORY,
    EventRow,
    FigureDay,
    Filters,
    Funnel,
    PipelineHealth,
    Recommended,
    Sources,
    StoryChoice,
    Totals,
)
from app.objects import FolderObjects
from app.pipeline import PipelineLook
from app.pipeline_file import PipelineFile
from app.queues import Depth
from app.sample_events import FIRST_DAY, LAST_DAY, MADE_UP_SHOP, NOW, REAL_SHOP
from app.sample_folder import LOADED, sample_folder
from app.settings import Settings

PARTITION = "shop="
ABOUT = (
    f"Sample data. Shop {REAL_SHOP}: real purchases of 1997 and 1998, without stories and products. "
    f"Shop {MADE_UP_SHOP}: all of it is generated, from {FIRST_DAY} to {LAST_DAY}, and so is the pipeline; "
    f"its last hour and day end on {LAST_DAY} at {NOW:%H:%M} UTC."
)
"""Nobody should take a figure of it for one of a shop that exists."""


def sample_data(
    settings: Settings, engine: Engine, lake: CopiedLake, pipeline: PipelineFile
) -> tuple[Sources, Callable[[], None], Callable[[], None]]:
    """The pages' sources, and the looks at lake and pipeline. Nothing is written before the first of them."""

    def folder() -> Path:
        return sample_folder(settings.scratch, settings.sample_file)

    def copy_lake() -> None:
        copy = LakeCopy(FolderObjects(folder()), settings.scratch / "lake")
        copy.refresh()
        copy.close()

    def look() -> None:
        objects = FolderObjects(folder())
        loaded = {stage: HeadsLoaded(objects, prefix) for stage, prefix in LOADED.items()}

        def tell(health: PipelineHealth) -> None:
            """It was looked at now; the last hour and day are those of the sample."""
            pipeline.write(replace(health, as_of=datetime.now(UTC)))

        PipelineLook(objects, objects, loaded, SampleQueues(folder), tell, lambda: NOW).refresh()

    events = SampleEvents(engine, folder)
    sources = Sources(lake, SampleFigures(events), SampleRows(events), pipeline, NoRecommendations(), ABOUT)
    return sources, copy_lake, look


class SampleEvents:
    """Events of the sample's lake."""

    def __init__(self, engine: Engine, folder: Callable[[], Path]) -> None:
        self._engine = engine
        self._folder = folder

    def shops(self) -> list[str]:
        return [path.name.removeprefix(PARTITION) for path in (self._folder() / "events").iterdir()]

    def rows(self, shops: Sequence[str], select: str, values: dict[str, object]) -> list[tuple[Any, ...]]:
        """Of shops that there are, one at least: only their files are opened, and only columns of the question read."""
        folder = self._folder() / "events"
        files = [str(folder / f"{PARTITION}{shop}" / "*" / "*.parquet") for shop in shops]
        events = "SELECT * FROM read_parquet($files, hive_partitioning = false)"
        return self._engine.rows(f"WITH all_events AS ({events}) {select}", {"files": files, **values})


class SampleFigures:
    """The source `Figures`: what the figures stage would have added up."""

    def __init__(self, events: SampleEvents) -> None:
        self._events = events

    def story(self, shop_id: str, content_id: str) -> list[FigureDay]:
        if shop_id not in self._events.shops():
            return []
        rows = self._events.rows(
            [shop_id],
            f""", days AS (
                  SELECT CAST(occurredAt AT TIME ZONE 'UTC' AS DATE) AS day, type, currency, count(*) AS events,
                         sum(quantity) AS quantity, sum(amount) AS amount
                    FROM all_events WHERE contentId IS NOT DISTINCT FROM $content GROUP BY ALL
                )
                SELECT day, {FUNNEL}, {SOLD}, {MONEY}
                  FROM days GROUP BY day ORDER BY day""",
            {"content": content_id or None},
        )
        return [
            FigureDay(day, Totals(Funnel(*funnel), quantity, dict(money or ())))
            for day, *funnel, quantity, money in rows
        ]


class SampleRows:
    """The source `Rows`."""

    def __init__(self, events: SampleEvents) -> None:
        self._events = events

    def newest(self, filters: Filters, limit: int, content_id: StoryChoice = ANY_STORY) -> list[EventRow]:
        shops = [shop for shop in self._events.shops() if shop in (filters.shops or (shop,))]
        if not shops:
            return []
        any_story = content_id is ANY_STORY
        rows = self._events.rows(
            shops,
            """SELECT epoch_us(occurredAt), type, shopId, contentId, productId, quantity, amount, currency
                 FROM all_events
                WHERE ($any_story OR contentId IS NOT DISTINCT FROM $content)
                  AND ($first IS NULL OR CAST(occurredAt AT TIME ZONE 'UTC' AS DATE) >= $first)
                  AND ($last IS NULL OR CAST(occurredAt AT TIME ZONE 'UTC' AS DATE) <= $last)
                ORDER BY occurredAt DESC, shopId, type LIMIT $most""",
            {
                "any_story": any_story,
                "content": None if any_story else content_id,
                "first": filters.first,
                "last": filters.last,
                "most": limit,
            },
        )
        return [EventRow(datetime.fromtimestamp(at / 1_000_000, UTC), *rest) for at, *rest in rows]

    def count(self) -> int:
        return int(self._events.rows(self._events.shops(), "SELECT count(*) FROM all_events", {})[0][0])


class SampleQueues:
    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def depth(self, stage: str) -> Depth:
        return Depth(**json.loads((self._folder() / "queues.json").read_text())[stage])


class NoRecommendations:
    """No model was trained on the sample."""

    def latest(
        self,
        filters: Filters,  # noqa: ARG002
        stories: int,  # noqa: ARG002
        products: int,  # noqa: ARG002
        first: tuple[str, str] = ("", ""),  # noqa: ARG002
    ) -> Recommended | None:
        return None
