"""Figures of a story, as DynamoDB serves them to the backend (lambdas/shared/figures.ts)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.aws import Aws, answers
from app.model import FigureDay, Funnel, Totals

ORDERS, AMOUNT = "orders_", "amount_"


class DynamoFigures:
    """The source `Figures` of the pages."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._aws = aws
        self._table = table

    def story(self, shop_id: str, content_id: str) -> list[FigureDay]:
        """A content id has no `#`, so the text before it in a sort key is the whole id."""
        query = {
            "TableName": self._table,
            "KeyConditionExpression": "shopId = :shop AND begins_with(contentDay, :content)",
            "ExpressionAttributeValues": {":shop": {"S": shop_id}, ":content": {"S": f"{content_id}#"}},
        }
        with answers(f"The table {self._table}", "the role of the dashboard, and DynamoDB's endpoint in its network"):
            pages = self._aws.client("dynamodb").get_paginator("query").paginate(**query)
            days = [figure_day(item) for page in pages for item in page["Items"]]
        return [day for day in days if any_of(day.totals)]


def figure_day(item: Mapping[str, Mapping[str, Any]]) -> FigureDay:
    """A counter that is absent is 0; a currency all of whose orders were taken back is none."""
    numbers = {name: Decimal(value["N"]) for name, value in item.items() if "N" in value}
    count = {name: int(numbers.get(name, 0)) for name in ("views", "clicks", "addToCarts", "orders", "quantity")}
    revenue = {
        name.removeprefix(AMOUNT): amount
        for name, amount in sorted(numbers.items())
        if name.startswith(AMOUNT) and numbers.get(ORDERS + name.removeprefix(AMOUNT), 0) != 0
    }
    funnel = Funnel(count["views"], count["clicks"], count["addToCarts"], count["orders"])
    day = date.fromisoformat(item["contentDay"]["S"].rpartition("#")[2])
    return FigureDay(day, Totals(funnel, count["quantity"], revenue))


def any_of(totals: Totals) -> bool:
    """Whether anything is left: figures whose events were all taken back stay as zeros."""
    funnel = totals.funnel
    return any((funnel.views, funnel.clicks, funnel.add_to_carts, funnel.purchases, totals.quantity))
