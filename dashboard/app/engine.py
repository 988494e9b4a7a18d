"""DuckDB: a database in memory for a process, a connection for a question, a bound on how much happens at once."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.model import SourceError
from app.per_process import PerProcess

QUESTIONS_AT_ONCE = 2
"""Of one process: more on the same cores only make each slower, and need memory each."""
WAIT_SECONDS = 10
"""For a turn. Longer, and people have left."""
MEMORY = "256MB"
"""Of one database. A question that needs more spills into the scratch folder."""


def open_database(scratch: Path, path: str = ":memory:") -> Any:
    """A database that stays within its memory, writes nowhere else, and downloads nothing."""
    import duckdb

    spill = scratch / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    config = {
        "memory_limit": MEMORY,
        "threads": 1,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    database = duckdb.connect(path, config=config)
    database.execute("SET GLOBAL TimeZone = 'UTC'")
    return database


class _Process:
    def __init__(self, scratch: Path) -> None:
        self.database = open_database(scratch)
        self.turns = threading.BoundedSemaphore(QUESTIONS_AT_ONCE)


class Engine:
    """Asks; each question has a connection of its own, since none may be shared by threads."""

    def __init__(self, scratch: Path) -> None:
        self._process: PerProcess[_Process] = PerProcess(lambda: _Process(scratch))

    def rows(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> list[tuple[Any, ...]]:
        import duckdb

        process = self._process.get()
        if not process.turns.acquire(timeout=WAIT_SECONDS):
            raise SourceError(f"Too much is asked at once: no turn within {WAIT_SECONDS} s. Try again in a moment")
        try:
            with process.database.cursor() as connection:
                return connection.execute(sql, values).fetchall()
        except duckdb.OutOfMemoryException as error:
            raise SourceError(
                f"This takes more than {MEMORY} of memory to answer: ask for fewer shops or days"
            ) from error
        finally:
            process.turns.release()
