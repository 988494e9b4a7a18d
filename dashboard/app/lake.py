"""DuckDB over the published copy of the lake. No question waits on S3, and none before the first copy fails."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from app.engine import Engine
from app.model import Filters, Freshness, Funnel, ItemRow, RevenuePoint, SourceError, Step, Totals
from app.snapshot import Snapshots

SALES = "type = 'purchase'"
FUNNEL = ", ".join(
    f"CAST(coalesce(sum(events) FILTER (type = '{kind}'), 0) AS BIGINT) AS {name}"
    for kind, name in (("view", "views"), ("click", "clicks"), ("add_to_cart", "carts"), ("purchase", "purchases"))
)
SOLD = f"CAST(coalesce(sum(quantity) FILTER ({SALES}), 0) AS BIGINT) AS quantity"
MONEY = f"list((currency, amount) ORDER BY currency) FILTER ({SALES}) AS money"
"""Over one row for each type and currency. No question joins: a join of DuckDB 2.0.1 keeps some 4 KiB for ever."""

Order = Literal["views DESC, quantity DESC", "quantity DESC, views DESC"]


class CopiedLake:
    """The source `Lake` of the pages."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._snapshots = Snapshots(folder)

    def freshness(self) -> Freshness | None:
        current = self._snapshots.current()
        return None if current is None else current.freshness

    def shops(self) -> list[str]:
        return [shop for (shop,) in self._ask("SELECT DISTINCT shop FROM days ORDER BY shop")]

    def days(self) -> tuple[date, date] | None:
        rows = self._ask("SELECT min(day), max(day) FROM days")
        return rows[0] if rows and rows[0][0] is not None else None

    def totals(self, filters: Filters) -> Totals:
        rows = self._ask(f"SELECT {FUNNEL}, {SOLD}, {MONEY} FROM sums", filters, steps=_sums())
        if not rows:
            return Totals(Funnel(0, 0, 0, 0), 0, {})
        *funnel, quantity, money = rows[0]
        return Totals(Funnel(*funnel), quantity, _money(money))

    def stories(self, filters: Filters, limit: int) -> list[ItemRow]:
        return self._items("content", "views DESC, quantity DESC", filters, limit)

    def products(self, filters: Filters, limit: int) -> list[ItemRow]:
        return self._items("product", "quantity DESC, views DESC", filters, limit)

    def revenue(self, filters: Filters, step: Step) -> list[RevenuePoint]:
        rows = self._ask(
            f"""SELECT CAST(date_trunc($step, day) AS DATE) AS start, currency, sum(amount), CAST(sum(events) AS BIGINT)
                  FROM days WHERE {SALES} GROUP BY ALL ORDER BY start, currency""",
            filters,
            {"step": step},
        )
        return [RevenuePoint(*row) for row in rows]

    def _items(self, item: Literal["content", "product"], order: Order, filters: Filters, limit: int) -> list[ItemRow]:
        rows = self._ask(
            f"""SELECT shop, item, {FUNNEL}, {SOLD}, {MONEY}
                  FROM sums GROUP BY shop, item ORDER BY {order}, shop, item LIMIT $limit""",
            filters,
            {"limit": limit},
            _sums("shop, ", f"{item} AS item, "),
        )
        return [
            ItemRow(shop, name, Funnel(*funnel), quantity, _money(money))
            for shop, name, *funnel, quantity, money in rows
        ]

    def _ask(
        self,
        select: str,
        filters: Filters | None = None,
        values: Mapping[str, object] | None = None,
        steps: str = "",
    ) -> list[tuple[Any, ...]]:
        """Rows of `select` over `days`, what the filters leave of the copy; none before there is one."""
        import duckdb

        where, narrowed = _where(filters or Filters())
        tried = 0
        while (current := self._snapshots.current()) is not None:
            path = str(self._snapshots.path(current.number)).replace("'", "''")
            sql = f"WITH days AS (SELECT * FROM read_parquet('{path}'){where}){steps} {select}"
            try:
                return self._engine.rows(sql, {**narrowed, **(values or {})})
            except duckdb.IOException as error:
                # Between the look at the pointer and that at the file, a newer copy may have taken its place.
                if current.number == tried:
                    reason = str(error).splitlines()[0]
                    raise SourceError(f"The copy of the lake cannot be read ({reason}): restart its task") from error
                tried = current.number
        return []


def _where(filters: Filters) -> tuple[str, dict[str, object]]:
    rules: dict[str, tuple[str, object | None]] = {
        "shops": ("list_contains($shops, shop)", list(filters.shops) or None),
        "first": ("day >= $first", filters.first),
        "last": ("day <= $last", filters.last),
    }
    used = {name: (rule, value) for name, (rule, value) in rules.items() if value is not None}
    where = " AND ".join(rule for rule, _ in used.values())
    return f" WHERE {where}" if where else "", {name: value for name, (_, value) in used.items()}


def _sums(*of: str) -> str:
    """The step that makes one row for each type and currency, and for each of what else is named."""
    return f""", sums AS (
      SELECT {"".join(of)}type, currency, sum(events) AS events, sum(quantity) AS quantity, sum(amount) AS amount
        FROM days GROUP BY ALL
    )"""


def _money(pairs: Sequence[tuple[str, Decimal]] | None) -> dict[str, Decimal]:
    return dict(pairs or ())
