"""Trains which products to show beside which story, and says how good that is."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from support.arguments import Option, decimal, whole
from support.compacted import events_of
from support.failure import JobError
from support.index import delete_runs
from support.job import Job, Run
from support.storage import Storage
from transforms.evaluation import Quality, quality, split_at
from transforms.evidence import WEIGHTS, evidence, telling
from transforms.recommendations import Training, als_recommendations, popular_recommendations

PREFIX = "recommendations"
MANIFEST = f"{PREFIX}/manifest.json"
ROWS_OF_A_FILE = 1_000_000

OPTIONS = (
    Option("--top", "products for each story", whole(1, 100), "10"),
    Option("--k", "products for each story that precision and recall look at", whole(1, 100), "5"),
    Option("--test-days", "last days of the events that test what the days before have taught", whole(1, 365), "7"),
    Option("--seed", "of the first factors", whole(0, 2**31 - 1), "20260331"),
    Option("--rank", "factors of each story and product", whole(1, 200), "16"),
    Option("--iterations", "turns of the training", whole(1, 100), "10"),
    Option("--regularization", "against factors that fit chance", decimal(0, 100), "0.1"),
    Option("--alpha", "how much surer a pair of mean strength is than one without", decimal(0, 1000), "1"),
    Option("--blocks", "parts that factors are worked out in", whole(1, 1000), "4"),
)


def train(run: Run) -> dict[str, Any]:
    """Nothing is seen of it until the manifest is there: rows and metrics first, then that one step."""
    options = run.options
    before = _published(run.storage)
    if before == run.name:
        return {"run": run.name, "outcome": "already published"}
    training = Training(
        options.seed, options.rank, options.iterations, options.regularization, options.alpha, options.blocks
    )
    events = events_of(run).where(f.col("occurredAt") <= f.lit(run.at))
    said = telling(events)
    newest = said.agg(f.max(f.unix_seconds("occurredAt")).alias("at")).head().at
    if newest is None:
        kinds = ", ".join(WEIGHTS)
        raise JobError(
            f"no event until {run.at:%Y-%m-%dT%H:%M:%SZ} ({kinds}) has both a story and a product",
            "send events with contentId and productId; the recommendations of the run before stay",
        )
    metrics = _metrics(run, said, newest, training)
    rows = als_recommendations(evidence(said).persist(), training, options.top)
    rows = rows.withColumn("trainedAt", f.lit(run.at)).persist()
    count = rows.count()
    folder = f"{PREFIX}/{run.name}"
    files = max(1, -(-count // ROWS_OF_A_FILE))
    sorted_rows = rows.repartitionByRange(files, "shopId", "contentId")
    sorted_rows.sortWithinPartitions("shopId", "contentId", "rank").write.mode("overwrite").parquet(
        run.storage.url(f"{folder}/rows")
    )
    run.storage.put_text(f"{folder}/metrics.json", _text(metrics))
    written = [file for file in run.storage.files(f"{folder}/rows") if file.key.endswith(".parquet")]
    manifest = {
        "schemaVersion": 1,
        "run": run.name,
        "trainedAt": f"{run.at:%Y-%m-%dT%H:%M:%SZ}",
        "rows": count,
        "files": [{"key": file.key, "bytes": file.bytes} for file in written],
        "metrics": f"{folder}/metrics.json",
    }
    run.storage.put_text(MANIFEST, _text(manifest))
    delete_runs(run.storage, PREFIX, {run.name, before})
    return {"run": run.name, "outcome": "published", "rows": count, "metrics": metrics}


def _metrics(run: Run, said: DataFrame, newest: int, training: Training) -> dict[str, Any]:
    """Two recommenders that know the days before, judged by the last days. The published one learns from all days."""
    options = run.options
    split = split_at(_instant(newest), options.test_days)
    before = evidence(said.where(f.col("occurredAt") < f.lit(split))).persist()
    later = evidence(said.where(f.col("occurredAt") >= f.lit(split))).persist()
    pairs = before.count()
    k = options.k
    none = Quality(0, None, None, None)
    als = quality(als_recommendations(before, training, k), later, before, k) if pairs else none
    popular = quality(popular_recommendations(before, k), later, before, k) if pairs else none
    return {
        "schemaVersion": 1,
        "run": run.name,
        "k": k,
        "split": {"at": f"{split:%Y-%m-%dT%H:%M:%SZ}", "pairsBefore": pairs, "pairsLater": later.count()},
        "als": als.as_json(),
        "popularity": popular.as_json(),
        "training": {name: getattr(training, name) for name in Training.__slots__},
        "weights": dict(WEIGHTS),
    }


def _published(storage: Storage) -> str:
    """The run whose rows count; empty before the first."""
    text = storage.read_text(MANIFEST)
    if text is None:
        return ""
    try:
        return str(json.loads(text)["run"])
    except (ValueError, KeyError, TypeError) as error:
        raise JobError(f"{MANIFEST} must be a manifest, got something else", f"delete {MANIFEST}") from error


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


JOB = Job(
    name="train_recommendations",
    about=f"""Trains which products to show beside which story, from the curated events.

Writes rows and metrics.json below {PREFIX}/run=<instant>/, then {MANIFEST}, which names them.""",
    example="jobs/train_recommendations.py --curated s3://atlas-dev-curated --at 2026-03-31T18:05:00Z",
    options=OPTIONS,
    work=train,
    next_step="look at the file or bucket that the message names, then run it again; --log-level WARN shows the stack",
)

if __name__ == "__main__":
    sys.exit(JOB.main(sys.argv[1:]))
