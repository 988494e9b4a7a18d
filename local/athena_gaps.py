"""Athena of ministack 1.5.33, which runs its SQL with DuckDB: results as texts, times among them in the form of Athena,
`2026-03-02 10:00:00.000`. Values such as decimals would keep it from writing down its state.

https://docs.aws.amazon.com/athena/latest/ug/data-types-examples.html
"""

from datetime import datetime, timezone
from typing import Any

from ministack.services import athena

run_duckdb = athena._run_duckdb


def told(value: Any) -> Any:
    """A time with a zone is told in UTC, one without as it is."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if not isinstance(value, datetime):
        return str(value)
    moment = value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value
    return moment.isoformat(" ", "milliseconds")


async def run_duckdb_told(*query: Any) -> dict[str, Any]:
    results = await run_duckdb(*query)
    return {**results, "rows": [[told(value) for value in row] for row in results["rows"]]}


def close_gaps() -> None:
    athena._run_duckdb = run_duckdb_told
