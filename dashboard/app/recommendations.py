"""Recommendations as PostgreSQL has them, once a model has been trained."""

from app.model import Filters, Recommendation, Recommended, RecommendedShop
from app.postgres import Postgres

VIEW = "recommendations"

_SHOPS = f"""
SELECT shop_id, count(*) FROM {VIEW} WHERE trained_at = :newest AND rank = 1 GROUP BY shop_id ORDER BY shop_id
"""

_LATEST = f"""
SELECT shop_id, content_id, rank, product_id, score FROM {VIEW}
 WHERE trained_at = :newest AND rank <= :products AND (shop_id, content_id) >= (:shop, :content){{shops}}
 ORDER BY shop_id, content_id, rank LIMIT :most
"""


class PostgresRecommendations:
    """The source `Recommendations` of the pages."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    def latest(
        self, filters: Filters, stories: int, products: int, first: tuple[str, str] = ("", "")
    ) -> Recommended | None:
        """None while there is no view, or nothing in it. Days do not matter: there is one model, the newest."""
        if self._postgres.rows("SELECT to_regclass(:view)", {"view": VIEW})[0][0] is None:
            return None
        newest = self._postgres.rows(f"SELECT max(trained_at) FROM {VIEW}")[0][0]
        if newest is None:
            return None
        shops = [RecommendedShop(*row) for row in self._postgres.rows(_SHOPS, {"newest": newest})]
        # A story has at most `products` of these rows, so the first stories are there whole.
        values: dict[str, object] = {"newest": newest, "products": products, "most": stories * products}
        values |= {"shop": first[0], "content": first[1]}
        chosen = ""
        if filters.shops:
            chosen = " AND shop_id = ANY(CAST(:shops AS text[]))"
            values["shops"] = list(filters.shops)
        rows = self._postgres.rows(_LATEST.format(shops=chosen), values)
        items = [Recommendation(*row[:4], float(row[4])) for row in rows]
        return Recommended(newest, shops, items)
