"""All that a worker reads from: the sources of the pages, and the threads that keep their copies new."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from app.aws import Aws
from app.engine import Engine
from app.figures import DynamoFigures
from app.lake import CopiedLake
from app.lake_copy import LakeCopy
from app.loaded import FiguresLoaded, HeadsLoaded, RowsLoaded
from app.model import Sources
from app.objects import S3Objects
from app.per_process import PerProcess
from app.pipeline import PipelineLook
from app.pipeline_file import PipelineFile
from app.postgres import Postgres
from app.queues import SqsQueues
from app.recommendations import PostgresRecommendations
from app.refresher import Refresher
from app.rows import PostgresRows
from app.sample import sample_data
from app.settings import Settings, Stores
from app.turns import Turn


@dataclass(frozen=True, slots=True)
class Data:
    """Made without opening anything."""

    sources: Sources
    copy_lake: Callable[[], None]
    look: Callable[[], None]
    """At the pipeline."""
    refresh: Callable[[], object]
    """Starts threads of this process that repeat both, once."""
    is_ready: Callable[[], bool]
    """Whether there is a copy of the lake; it waits for no store."""


def data_of(settings: Settings) -> Data:
    """Every handle in here is opened by the process that uses it, on first use: none crosses a fork."""
    scratch, seconds = settings.scratch, settings.refresh_seconds
    engine = Engine(scratch)
    lake = CopiedLake(engine, scratch / "lake")
    pipeline = PipelineFile(scratch / "pipeline" / "health.json")
    sources, copy_lake, look = (
        sample_data(settings, engine, lake, pipeline)
        if settings.stores is None
        else _aws_data(settings, settings.stores, lake, pipeline)
    )

    def start() -> list[Refresher]:
        refreshers = [
            Refresher("lake", copy_lake, Turn(scratch / "lake.lock"), seconds),
            Refresher("pipeline", look, Turn(scratch / "pipeline.lock"), seconds),
        ]
        for refresher in refreshers:
            refresher.start()
        return refreshers

    looked = threading.Event()

    def is_ready() -> bool:
        """A small local file is looked at until there is a copy; from then on nothing is."""
        if not looked.is_set() and lake.freshness() is not None:
            looked.set()
        return looked.is_set()

    return Data(sources, copy_lake, look, PerProcess(start).get, is_ready)


def _aws_data(
    settings: Settings, stores: Stores, lake: CopiedLake, pipeline: PipelineFile
) -> tuple[Sources, Callable[[], None], Callable[[], None]]:
    aws = Aws()
    postgres = Postgres(stores.database, aws)
    curated = S3Objects(aws, stores.curated_bucket)
    rejected = S3Objects(aws, stores.rejected_bucket)
    sources = Sources(
        lake=lake,
        figures=DynamoFigures(aws, stores.figures_table),
        rows=PostgresRows(postgres, lake.shops),
        pipeline=pipeline,
        recommendations=PostgresRecommendations(postgres),
    )
    loaded = {
        "load-figures": FiguresLoaded(aws, stores.contributions_table),
        "load-rows": RowsLoaded(postgres),
        "load-lake": HeadsLoaded(curated),
    }
    copy = LakeCopy(curated, settings.scratch / "lake")
    look = PipelineLook(curated, rejected, loaded, SqsQueues(aws, stores.queues), pipeline.write)
    return sources, copy.refresh, look.refresh
