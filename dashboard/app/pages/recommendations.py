"""Which products to show beside which story, once a model has been trained."""

from collections.abc import Sequence
from itertools import groupby

from dash import Dash, Input, Output, html

from app.model import Filters, Recommendation, Recommended, Sources
from app.pages import wording
from app.pages.address import Address, StoryId, read, write
from app.pages.parts import Column, Part, bar, empty, fails_alone, grouped_table, section, slot

PATH = "/recommendations"
STORIES = 25
"""Of a page; the browser builds each cell anew."""
PRODUCTS = 5

SCORE = (
    "The score says how well a product fits a story: near 1, visitors do much with it there, or with what is like it; "
    "near 0, nothing ties the two. It is no share of visitors, and compares within one model only."
)


def layout() -> list[Part]:
    return [
        html.H1("Recommendations"),
        html.P("Which products to show beside which story.", className="lead"),
        section("recommended", "Products by story", [slot("recommended-slot", 12)]),
    ]


def register(app: Dash, sources: Sources) -> None:
    @app.callback(Output("recommended-slot", "children"), Input("url", "search"))
    @fails_alone
    def recommended(search: str | None) -> Part | list[Part]:
        address = read(search)
        first = (address.story.shop_id, address.story.content_id) if address.story else ("", "")
        latest = sources.recommendations.latest(address.filters, STORIES + 1, PRODUCTS, first)
        return shown(latest, address) if latest else none_yet()


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


def shown(latest: Recommended, address: Address) -> list[Part]:
    """Where the address names a story, it is the first that is shown."""
    filters = address.filters
    chosen = [shop for shop in latest.shops if not filters.shops or shop.shop_id in filters.shops]
    stories = sum(shop.stories for shop in chosen)
    facts = [f"Model of {wording.instant(latest.trained_at)}", wording.counted(stories, "story", "stories")]
    parts: list[Part] = [html.Div(" · ".join(facts), className="as-of")]
    if len(latest.shops) > 1 or len(chosen) < len(latest.shops):
        parts.append(shop_links(latest, filters))
    if not latest.items:
        return [*parts, empty("No story has recommendations here."), *turn_links(address, [])]
    groups = groupby(latest.items, key=lambda item: StoryId(item.shop_id, item.content_id))
    listed = [(story, list(items)) for story, items in groups]
    table = story_table(listed[:STORIES], stories)
    return [*parts, html.P(SCORE, className="hint"), table, *turn_links(address, [story for story, _ in listed])]


def shop_links(latest: Recommended, filters: Filters) -> html.Nav:
    """All shops, and each of them alone, from the first story on."""
    choices = [("All shops", ()), *((shop.shop_id, (shop.shop_id,)) for shop in latest.shops)]
    links = []
    for number, (title, shops) in enumerate(choices):
        current = {"aria-current": "true"} if filters.shops == shops else {}
        links.append(html.A(title, id=f"recommended-shop-{number}", href=_at(Filters(shops)), **current))
    return html.Nav(links, className="presets", **{"aria-label": "Shops"})


def turn_links(address: Address, stories: Sequence[StoryId]) -> list[Part]:
    """To the next stories, and back to the first; none where all are shown."""
    links: list[Part] = []
    if address.story is not None:
        links.append(html.A("From the first story", id="recommended-first", href=_at(address.filters)))
    if len(stories) > STORIES:
        links.append(html.A("Next stories", id="recommended-next", href=_at(address.filters, stories[STORIES])))
    return [html.Nav(links, className="presets", **{"aria-label": "More stories"})] if links else []


def _at(filters: Filters, first: StoryId | None = None) -> str:
    return PATH + write(Address(Filters(filters.shops), first))


def story_table(listed: Sequence[tuple[StoryId, Sequence[Recommendation]]], stories: int) -> html.Div:
    """Stories by name, each with its products in their order."""
    bodies = [_products_of(story, items) for story, items in listed]
    number = wording.counted(stories, "story", "stories")
    shown = number if len(listed) == stories else f"{wording.count(len(listed))} of {number}, by name"
    caption = f"{shown}; the {PRODUCTS} best products of each"
    columns = [Column("Story"), Column("Rank", True), Column("Product"), Column("Score", True), Column("")]
    return html.Div(grouped_table(caption, columns, bodies), className="recommended")


def _products_of(story: StoryId, items: Sequence[Recommendation]) -> html.Tbody:
    """The story's name stands once, beside all of its products."""
    link = html.A(story.content_id, href=f"/{write(Address(story=story))}", className="item")
    name = html.Span([link, html.Span(story.shop_id, className="shop")])
    rows = [html.Tr(_cells(item)) for item in items]
    rows[0].children.insert(0, html.Th(name, scope="rowgroup", rowSpan=len(rows)))
    return html.Tbody(rows)


def _cells(item: Recommendation) -> list[Part]:
    thousandths = min(max(round(1_000 * item.score), 0), 1_000)
    return [
        html.Td(wording.count(item.rank), className="number"),
        html.Td(item.product_id),
        html.Td(f"{item.score:.3f}", className="number"),
        html.Td(bar(thousandths, 1_000, "score")),
    ]
