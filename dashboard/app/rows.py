"""Events as PostgreSQL has them, through the views that its reader may see."""

from collections.abc import Callable, Sequence

from app.model import ANY_STORY, EventRow, Filters, StoryChoice
from app.postgres import Postgres

_COLUMNS = "occurred_at, type, shop_id, content_id, product_id, quantity, amount, currency"

_NEWEST = f"""
SELECT newest.* FROM (SELECT unnest(CAST(:shops AS text[])) AS shop_id) AS shops CROSS JOIN LATERAL (
  SELECT {_COLUMNS} FROM events
   WHERE events.shop_id = shops.shop_id{{narrowed}}
   ORDER BY occurred_at DESC LIMIT :most
) AS newest
 ORDER BY occurred_at DESC, shop_id, type LIMIT :most
"""
"""The newest of each shop, by the index on shop and time, then the newest of those: no other rows are read."""


class PostgresRows:
    """The source `Rows` of the pages."""

    def __init__(self, postgres: Postgres, shops: Callable[[], Sequence[str]]) -> None:
        """`shops` names them all: to find them among the rows would take a look at each."""
        self._postgres = postgres
        self._shops = shops

    def newest(self, filters: Filters, limit: int, content_id: StoryChoice = ANY_STORY) -> list[EventRow]:
        """Of a story, the newest events of its shop are looked through until there are as many as are asked for."""
        values: dict[str, object] = {"most": limit, "shops": list(filters.shops or self._shops())}
        narrowed = ""
        if filters.first is not None:
            narrowed += " AND occurred_at >= CAST(CAST(:first AS text) || ' 00:00:00+00' AS timestamptz)"
            values["first"] = filters.first.isoformat()
        if filters.last is not None:
            narrowed += (
                " AND occurred_at < CAST(CAST(:last AS text) || ' 00:00:00+00' AS timestamptz) + interval '24 hours'"
            )
            values["last"] = filters.last.isoformat()
        if content_id is None:
            narrowed += " AND content_id IS NULL"
        elif content_id is not ANY_STORY:
            narrowed += " AND content_id = :content"
            values["content"] = content_id
        return [EventRow(*row) for row in self._postgres.rows(_NEWEST.format(narrowed=narrowed), values)]

    def count(self) -> int:
        return int(self._postgres.rows("SELECT count(*) FROM events")[0][0])
