"""Recommendations as PostgreSQL has them, once a model has been trained."""

from app.model import Filters, Recommendation, Recommended
from app.postgres import Postgres

VIEW = "recommendations"

_LATEST = f"""
SELECT shop_id, content_id, rank, product_id, score, trained_at FROM {VIEW}
 WHERE trained_at = (SELECT max(trained_at) FROM {VIEW}){{shops}}
 ORDER BY shop_id, content_id, rank LIMIT :most
"""


class PostgresRecommendations:
    """The source `Recommendations` of the pages."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    def latest(self, filters: Filters, limit: int) -> Recommended | None:
        """None while there is no view, or nothing in it. Days do not matter: there is one model, the newest."""
        if self._postgres.rows("SELECT to_regclass(:view)", {"view": VIEW})[0][0] is None:
            return None
        newest = self._postgres.rows(f"SELECT max(trained_at) FROM {VIEW}")[0][0]
        if newest is None:
            return None
        values: dict[str, object] = {"most": limit}
        shops = ""
        if filters.shops:
            shops = " AND shop_id = ANY(CAST(:shops AS text[]))"
            values["shops"] = list(filters.shops)
        rows = self._postgres.rows(_LATEST.format(shops=shops), values)
        items = [
            Recommendation(shop, content, rank, product, float(score))
            for shop, content, rank, product, score, _ in rows
        ]
        return Recommended(newest, items)
