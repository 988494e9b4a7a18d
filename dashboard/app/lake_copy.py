"""Copies the lake: each file that is new or changed is added up by day, and all are published as one small file."""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.engine import open_database
from app.model import Freshness, SourceError
from app.objects import Objects
from app.parallel import AT_ONCE, each
from app.snapshot import Snapshots

LAKE_PREFIX = "events/"
LAKE_FILE = re.compile(r"events/shop=[^/]+/month=(\d{4}-\d{2})/[0-9a-f]{32}\.parquet")
"""`lakeKey` of lambdas/shared/lake-keys.ts; anything else there is no data."""

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
  key VARCHAR NOT NULL, etag VARCHAR NOT NULL, month VARCHAR NOT NULL, rows BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS days (
  key VARCHAR NOT NULL, shop VARCHAR NOT NULL, content VARCHAR, product VARCHAR, day DATE NOT NULL,
  type VARCHAR NOT NULL, currency VARCHAR, events BIGINT NOT NULL, quantity BIGINT NOT NULL,
  amount DECIMAL(38, 4) NOT NULL, newest TIMESTAMPTZ NOT NULL
);
"""

_ADD_UP = """
INSERT INTO days
SELECT $key, shopId, contentId, productId, CAST(occurredAt AT TIME ZONE 'UTC' AS DATE), type, currency,
       count(*), coalesce(sum(quantity), 0), coalesce(sum(amount), 0), max(occurredAt)
  FROM read_parquet($path, hive_partitioning = false)
 GROUP BY ALL
"""

_PUBLISH = """
COPY (
  SELECT shop, content, product, day, type, currency, CAST(sum(events) AS BIGINT) AS events,
         CAST(sum(quantity) AS BIGINT) AS quantity, CAST(sum(amount) AS DECIMAL(38, 4)) AS amount
    FROM days GROUP BY ALL ORDER BY shop, day
) TO '{path}' (FORMAT parquet)
"""

log = logging.getLogger(__name__)


class LakeCopy:
    """For one process at a time. What it has added up is kept in a database of its own, so that nothing is read twice.

    Events count as often as files hold them: an event belongs to one file, and figures and lake count what files hold.
    """

    def __init__(self, objects: Objects, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._objects = objects
        self._folder = folder
        self._now = now
        self._snapshots = Snapshots(folder)
        self._work: Any = None

    def refresh(self) -> None:
        """Compares the copy with the lake. Raises SourceError, and then what was published stays as it was."""
        as_of = self._now()
        listed = {found.key: found.etag for found in self._objects.list(LAKE_PREFIX) if LAKE_FILE.fullmatch(found.key)}
        work = self._database()
        known = dict(work.execute("SELECT key, etag FROM files").fetchall())
        for key in known.keys() - listed.keys():
            self._forget(key)
        changed = sorted(key for key, etag in listed.items() if known.get(key) != etag)
        for at in range(0, len(changed), AT_ONCE):
            self._bring(changed[at : at + AT_ONCE])
        self._publish(as_of)

    def close(self) -> None:
        if self._work is not None:
            self._work.close()
            self._work = None

    def _database(self) -> Any:
        """Opened once it is sure that no other process has it; what cannot be read is made again."""
        if self._work is None:
            import duckdb

            self._folder.mkdir(parents=True, exist_ok=True)
            for left in self._folder.glob("*.tmp"):
                left.unlink(missing_ok=True)
            path = self._folder / "work.duckdb"
            try:
                self._work = open_database(self._folder, str(path))
                self._work.execute(_TABLES)
            except duckdb.Error as error:
                log.warning("lake: what was added up before cannot be read, so it is added up again: %s", error)
                self.close()
                for part in self._folder.glob("work.duckdb*"):
                    part.unlink()
                self._work = open_database(self._folder, str(path))
                self._work.execute(_TABLES)
        return self._work

    def _bring(self, keys: Sequence[str]) -> None:
        """Files that have changed since the listing are taken as they are now; one that is gone brings nothing."""
        downloads = [self._folder / f"{place}.download.tmp" for place in range(len(keys))]
        try:
            etags = each(lambda pair: self._objects.save(*pair), list(zip(keys, downloads, strict=True)))
            with _transaction(self._database()) as work:
                for key, etag, download in zip(keys, etags, downloads, strict=True):
                    _remove(work, key)
                    if etag is not None:
                        _add_up(work, key, etag, download)
        finally:
            for download in downloads:
                download.unlink(missing_ok=True)

    def _forget(self, key: str) -> None:
        with _transaction(self._database()) as work:
            _remove(work, key)

    def _publish(self, as_of: datetime) -> None:
        work = self._database()
        files = work.execute("SELECT key, etag, month, rows FROM files ORDER BY key").fetchall()
        digest = hashlib.sha256()
        for key, etag, _, _ in files:
            digest.update(f"{key} {etag}\n".encode())
        current = self._snapshots.current()
        if current is not None and current.of == digest.hexdigest():
            self._snapshots.seen_again(current, as_of)
            return
        draft = self._folder / "draft.tmp"
        work.execute(_PUBLISH.format(path=str(draft).replace("'", "''")))
        newest = work.execute("SELECT epoch_us(max(newest)) FROM days").fetchone()[0]
        # A file without rows is what is left of a source that has none there any more.
        filled = [month for _, _, month, rows in files if rows > 0]
        freshness = Freshness(
            as_of=as_of,
            files=len(filled),
            newest_month=max(filled, default=None),
            newest_event=None if newest is None else _instant(newest),
        )
        self._snapshots.publish(draft, digest.hexdigest(), freshness)


def _add_up(work: Any, key: str, etag: str, path: Path) -> None:
    import duckdb

    try:
        work.execute(_ADD_UP, {"key": key, "path": str(path)})
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise SourceError(f"The lake's file {key} cannot be read ({reason}): send its raw object again") from error
    rows = work.execute("SELECT coalesce(sum(events), 0) FROM days WHERE key = ?", [key]).fetchone()[0]
    work.execute("INSERT INTO files VALUES (?, ?, ?, ?)", [key, etag, _month(key), rows])


def _month(key: str) -> str:
    matched = LAKE_FILE.fullmatch(key)
    return "" if matched is None else matched[1]


def _remove(work: Any, key: str) -> None:
    work.execute("DELETE FROM days WHERE key = ?", [key])
    work.execute("DELETE FROM files WHERE key = ?", [key])


@contextmanager
def _transaction(work: Any) -> Iterator[Any]:
    """All of it or nothing, however it ends."""
    work.execute("BEGIN")
    try:
        yield work
    except BaseException:
        work.execute("ROLLBACK")
        raise
    work.execute("COMMIT")


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)
