"""Writes the sample as the platform would: Parquet of the lake, manifests, heads, refused lines, depths of queues."""

import gzip
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from app.engine import open_database
from app.objects import FolderObjects
from app.sample_events import LAST_DAY, NOW, REAL_SHOP, MadeUpShop, SampleEvent, real_purchases
from app.turns import alone

BUCKET = "sample-raw"
LOADED = {"load-figures": "figures-heads/", "load-rows": "rows-heads/", "load-lake": "heads/"}
"""Where the heads of each store are; the platform has those of the lake in the bucket, the others in their stores."""
SECONDS = {"structure": 2, "load-figures": 3, "load-rows": 4, "load-lake": 2}
"""That each stage took for a file of the sample."""
QUEUES = {
    "structure": {"waiting": 1, "dead_letters": 0},
    "load-figures": {"waiting": 0, "dead_letters": 0},
    "load-rows": {"waiting": 0, "dead_letters": 1},
    "load-lake": {"waiting": 0, "dead_letters": 0},
}
REFUSED = (
    (9, "amount must be a string so that it stays exact, got the number 59.9", '{"eventId":"x","amount":59.9}'),
    (14, "a line must be JSON, got something else", '{"eventId":"x'),
    (23, "visitorId is missing: it must be a string of 1 to 128 characters without # and control characters", "{}"),
    (31, 'type must be one of view, click, add_to_cart, purchase, got "vieuw"', '{"type":"vieuw"}'),
)
"""Every so-many-th file has such a line."""

_COLUMNS = {
    "event_id": "VARCHAR",
    "type": "VARCHAR",
    "occurred_at": "TIMESTAMPTZ",
    "shop_id": "VARCHAR",
    "visitor_id": "VARCHAR",
    "content_id": "VARCHAR",
    "product_id": "VARCHAR",
    "quantity": "INTEGER",
    "amount": "DECIMAL(18, 4)",
    "currency": "VARCHAR",
    "session_id": "VARCHAR",
}

_ROWS = """
COPY (
  SELECT occurred_at AS "occurredAt", event_id AS "eventId", type, shop_id AS "shopId", content_id AS "contentId",
         product_id AS "productId", visitor_id AS "visitorId", quantity, amount, currency{session}
    FROM events WHERE source = '{source}' AND strftime(occurred_at AT TIME ZONE 'UTC', '%Y-%m') = '{month}'
   ORDER BY occurred_at, event_id
) TO '{path}' (FORMAT parquet)
"""


def sample_folder(scratch: Path, sample_file: Path) -> Path:
    """Where the sample lies; written by the first process that asks, whole or not at all."""
    folder = scratch / "sample"
    if folder.exists():
        return folder
    with alone(scratch / "sample.lock"):
        if not folder.exists():
            draft = scratch / "sample.tmp"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            _Writer(draft).write(sample_file)
            draft.rename(folder)
    return folder


class _Writer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._objects = FolderObjects(folder)
        self._files = 0

    def write(self, sample_file: Path) -> None:
        files = [*_real_file(sample_file), *_made_up_files()]
        lines = self._folder / "lines.tmp"
        with lines.open("w") as out:
            for key, _, events in files:
                source = source_of(key)
                for event in events:
                    told = {"source": source, **{name: getattr(event, name) for name in _COLUMNS}}
                    out.write(json.dumps(told, default=datetime.isoformat) + "\n")
        database = open_database(self._folder / "work")
        try:
            columns = json.dumps({"source": "VARCHAR", **_COLUMNS}).replace('"', "'")
            database.execute(f"CREATE TABLE events AS SELECT * FROM read_json('{lines}', columns = {columns})")
            for key, written, events in files:
                self._bring(database, key, written, events)
        finally:
            database.close()
        (self._folder / "queues.json").write_text(json.dumps(QUEUES))
        lines.unlink()
        shutil.rmtree(self._folder / "work")

    def _bring(self, database: Any, key: str, written: datetime, events: Sequence[SampleEvent]) -> None:
        """What the stages leave of one raw file."""
        source = source_of(key)
        self._files += 1
        done = written + timedelta(seconds=SECONDS["structure"])
        refused = [(reason, line) for every, reason, line in REFUSED if self._files % every == 0]
        rejected = f"rejected/{source}-{source[:16]}.ndjson.gz" if refused else None
        if rejected is not None:
            self._put(rejected, gzip.compress(_refused(key, refused), mtime=0), done)
        shop = events[0].shop_id
        outputs = []
        rows_of = Counter(event.occurred_at.strftime("%Y-%m") for event in events)
        for month, rows in sorted(rows_of.items()):
            lake = f"events/shop={shop}/month={month}/{source}.parquet"
            path = self._folder / lake
            path.parent.mkdir(parents=True, exist_ok=True)
            session = "" if shop == REAL_SHOP else ', session_id AS "sessionId"'
            database.execute(_ROWS.format(source=source, month=month, session=session, path=path))
            _set_time(path, done + timedelta(seconds=SECONDS["load-lake"]))
            output = f"versions/shop={shop}/month={month}/{source}-{source[:16]}.parquet"
            outputs.append({"key": output, "rows": rows, "bytes": path.stat().st_size, "shopId": shop, "month": month})
        version = {"etag": source, "sequencer": None, "lastModified": written.isoformat()}
        manifest = {
            "schemaVersion": 1,
            "source": {"bucket": BUCKET, "key": key, **version, "size": 200 * len(events)},
            "lines": {"in": len(events) + len(refused), "good": len(events), "rejected": len(refused)},
            "outputs": outputs,
            "rejected": rejected,
            "replaced": {"outputs": [], "rejected": []},
        }
        manifest_key = f"manifests/{source}.json"
        self._put(manifest_key, json.dumps(manifest).encode(), done)
        for stage, prefix in LOADED.items():
            at = done + timedelta(seconds=SECONDS[stage])
            head = {**version, "status": "loaded", "manifestEtag": self._objects.etag(manifest_key), "run": source}
            self._put(f"{prefix}{source}.json", json.dumps({**head, "loadedAt": at.isoformat()}).encode(), at)

    def _put(self, key: str, body: bytes, at: datetime) -> None:
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        _set_time(path, at)


def source_of(key: str) -> str:
    """`sourceId` of lambdas/shared/manifest.ts."""
    return hashlib.sha256(f"{BUCKET}/{key}".encode()).hexdigest()[:32]


def _real_file(sample_file: Path) -> Iterator[tuple[str, datetime, Sequence[SampleEvent]]]:
    """One file, sent on the first morning."""
    yield "events/cdnow.ndjson", datetime(2026, 1, 1, 8, tzinfo=UTC), list(real_purchases(sample_file))


def _made_up_files() -> Iterator[tuple[str, datetime, Sequence[SampleEvent]]]:
    """A file for each hour, sent when the hour is over; hours without an event have none."""
    for hour, events in groupby(MadeUpShop().events(), key=_period):
        yield f"events/demo/{hour:%Y-%m-%dT%H}.ndjson.gz", min(hour, NOW), list(events)


def _period(event: SampleEvent) -> datetime:
    """End of the hour of an event on the last day, of its day before."""
    at = event.occurred_at
    if at.date() == LAST_DAY:
        return at.replace(minute=0, second=0) + timedelta(hours=1)
    return at.replace(hour=0, minute=0, second=0) + timedelta(days=1)


def _refused(key: str, refused: Iterable[tuple[str, str]]) -> bytes:
    source = f"s3://{BUCKET}/{key}"
    lines = [
        {"reason": reason, "lineNumber": number, "source": source, "line": line}
        for number, (reason, line) in enumerate(refused, 1)
    ]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _set_time(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))
