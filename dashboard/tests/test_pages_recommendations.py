"""What the recommendations page says."""

from app.model import Filters, Recommendation, Recommended, RecommendedShop
from app.pages.address import Address, StoryId
from app.pages.recommendations import none_yet, shown
from tests.pages_read import links, parts, rows, text
from tests.pages_sources import NOW, FakeRecommendations, recommended


def of(*shops: str, stories: int = 3, first: StoryId | None = None) -> list[object]:
    address = Address(Filters(shops), first)
    begin = (first.shop_id, first.content_id) if first else ("", "")
    latest = FakeRecommendations(recommended(stories)).latest(address.filters, 26, 5, begin)
    assert latest is not None
    return shown(latest, address)


def caption(page: list[object]) -> str:
    region = next(part for part in parts(page) if getattr(part, "role", None) == "region")
    return region.to_plotly_json()["props"]["aria-label"]


def test_says_what_makes_recommendations_until_there_are_some() -> None:
    assert "There are no recommendations yet." in text(none_yet())
    assert "A Spark job makes them" in text(none_yet())


def test_names_each_story_once_beside_its_products_in_their_order() -> None:
    page = of("cdnow")
    assert [row[:3] for row in rows(page)[1:4]] == [
        ["story-001 cdnow", "1", "product-with-a-name-that-is-longer-than-most-1"],
        ["2", "product-with-a-name-that-is-longer-than-most-2", "0.450"],
        ["3", "product-with-a-name-that-is-longer-than-most-3", "0.300"],
    ]
    names = [part for part in parts(page) if getattr(part, "scope", None) == "rowgroup"]
    assert [(text(name), name.rowSpan) for name in names] == [(f"story-00{n} cdnow", 3) for n in (1, 2, 3)]


def test_says_when_the_model_was_trained_and_for_how_many_stories() -> None:
    assert text(of()).startswith("Model of 2026-03-31 12:00 UTC · 6 stories")
    assert text(of("demo")).startswith("Model of 2026-03-31 12:00 UTC · 3 stories")


def test_says_what_the_score_is() -> None:
    assert "near 1, visitors do much with it there" in text(of())


def test_draws_a_score_from_0_to_1_and_no_further() -> None:
    items = [Recommendation("a", "s", rank, f"p-{rank}", score) for rank, score in ((1, 1.02), (2, 0.5), (3, -0.01))]
    page = shown(Recommended(NOW, [RecommendedShop("a", 1)], items), Address())
    fills = [part.style["width"] for part in parts(page) if "bar-fill" in getattr(part, "className", "")]
    assert fills == ["100.00%", "50.00%", "0.00%"]
    assert [row[-2] for row in rows(page)[1:]] == ["1.020", "0.500", "-0.010"]


def test_leads_from_a_story_to_its_figures() -> None:
    assert links(of("demo"))["story-002"] == "/?story_shop=demo&story=story-002"


def test_leads_to_each_shop_where_there_are_several() -> None:
    page = of("demo")
    found = links(page)
    assert {title: found[title] for title in ("All shops", "cdnow", "demo")} == {
        "All shops": "/recommendations",
        "cdnow": "/recommendations?shop=cdnow",
        "demo": "/recommendations?shop=demo",
    }
    current = {"aria-current": "true"}.items()
    assert [text(part) for part in parts(page) if current <= part.to_plotly_json()["props"].items()] == ["demo"]


def test_has_no_links_to_shops_where_there_is_one() -> None:
    alone = Recommended(NOW, [RecommendedShop("a", 1)], [Recommendation("a", "s", 1, "p", 0.5)])
    assert list(links(shown(alone, Address()))) == ["s"]


def test_says_that_a_shop_has_none_and_leads_back() -> None:
    page = of("hats")
    assert text(page).endswith("No story has recommendations here.")
    assert links(page)["All shops"] == "/recommendations"


def test_shows_25_stories_and_leads_to_the_next() -> None:
    page = of("cdnow", stories=51)
    assert len(rows(page)) == 1 + 25 * 3
    assert caption(page) == "25 of 51 stories, by name; the 5 best products of each"
    assert links(page)["Next stories"] == "/recommendations?shop=cdnow&story_shop=cdnow&story=story-026"
    assert "From the first story" not in links(page)


def test_shows_stories_from_the_one_that_the_address_names_and_leads_back() -> None:
    page = of("cdnow", stories=51, first=StoryId("cdnow", "story-051"))
    assert rows(page)[1][0] == "story-051 cdnow"
    assert links(page)["From the first story"] == "/recommendations?shop=cdnow"
    assert "Next stories" not in links(page)


def test_has_no_links_to_more_stories_where_all_are_shown() -> None:
    page = of()
    assert caption(page) == "6 stories; the 5 best products of each"
    assert not {"Next stories", "From the first story"} & set(links(page))
