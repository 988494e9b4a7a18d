"""Which products to show beside which story, once a model has been trained."""

from collections.abc import Sequence

from dash import Dash, Input, Output, html

from app.model import Filters, Recommendation, Recommended, Sources
from app.pages import wording
from app.pages.parts import Column, Part, empty, fails_alone, section, slot, table

LIMIT = 100


def layout() -> list[Part]:
    return [
        html.H1("Recommendations"),
        html.P("Which products to show beside which story.", className="lead"),
        section("recommended", "Products by story", [slot("recommended-slot", 12)]),
    ]


def register(app: Dash, sources: Sources) -> None:
    @app.callback(Output("recommended-slot", "children"), Input("url", "pathname"))
    @fails_alone
    def recommended(_: str) -> Part | list[Part]:
        latest = sources.recommendations.latest(Filters(), LIMIT + 1)
        return recommendation_table(latest) if latest else none_yet()


def none_yet() -> html.Div:
    return empty(
        [
            html.P(html.Strong("There are no recommendations yet.")),
            html.P(
                "A Spark job makes them: from what people viewed, clicked and bought it learns which products go with "
                "which story (alternating least squares). The load stage brings its result into PostgreSQL, and this "
                "page shows it from then on."
            ),
        ]
    )


def recommendation_table(latest: Recommended) -> list[Part]:
    shown: Sequence[Recommendation] = latest.items[:LIMIT]
    columns = [Column("Story"), Column("Rank", True), Column("Product"), Column("Score", True)]
    rows: list[list[Part]] = []
    for item in shown:
        name = html.Span([html.Span(item.content_id, className="item"), html.Span(item.shop_id, className="shop")])
        rows.append([name, wording.count(item.rank), item.product_id, f"{item.score:.3f}"])
    caption = f"The first {LIMIT} recommendations; there are more" if len(latest.items) > LIMIT else ""
    caption = caption or wording.counted(len(shown), "recommendation")
    trained = html.Div(f"Model of {wording.instant(latest.trained_at)}", className="as-of")
    return [trained, table(caption, columns, rows)]
