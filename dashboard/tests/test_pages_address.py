"""Filters, story and orders survive the way through an address."""

from datetime import date

import pytest

from app.model import Filters
from app.pages.address import Address, Order, StoryId, read, with_filters, with_order, write


@pytest.mark.parametrize(
    ("search", "address"),
    [
        ("", Address()),
        ("?shop=demo&shop=cdnow", Address(Filters(("demo", "cdnow")))),
        ("?first=2026-03-01&last=2026-03-31", Address(Filters((), date(2026, 3, 1), date(2026, 3, 31)))),
        ("?story_shop=demo&story=a+%26+b%2F%C3%BC", Address(story=StoryId("demo", "a & b/ü"))),
        ("?story_shop=cdnow&story=", Address(story=StoryId("cdnow", ""))),
        (
            "?stories=clicks&products=EUR.up",
            Address(orders={"stories": Order("clicks"), "products": Order("EUR", ascending=True)}),
        ),
    ],
)
def test_reads_what_it_writes(search: str, address: Address) -> None:
    assert read(search) == address
    assert write(address) == search


def test_takes_no_query_for_everything() -> None:
    assert read(None) == Address()


def test_counts_a_shop_once() -> None:
    assert read("?shop=demo&shop=demo&shop=").filters == Filters(("demo",))


def test_says_which_day_is_none_and_leaves_it_out() -> None:
    address = read("?first=yesterday&last=2026-03-31")
    assert address.filters == Filters(last=date(2026, 3, 31))
    assert address.mistakes == ("first must be a day such as 2026-03-04, got 'yesterday'",)


def test_says_that_days_are_in_the_wrong_order() -> None:
    address = read("?first=2026-04-01&last=2026-03-31")
    assert address.filters == Filters()
    assert address.mistakes == ("first must be at or before last, got 2026-04-01 and 2026-03-31",)


def test_shows_the_beginning_of_a_long_mistake_only() -> None:
    (mistake,) = read(f"?first={'9' * 500}").mistakes
    assert mistake.endswith(f"got '{'9' * 64}'")


def test_changes_one_thing_and_keeps_the_others() -> None:
    address = read("?shop=demo&story_shop=demo&story=s&stories=clicks")
    assert write(with_filters(address, first=date(2026, 3, 1))) == (
        "?shop=demo&first=2026-03-01&story_shop=demo&story=s&stories=clicks"
    )
    assert write(with_order(address, "stories", Order("views", True))) == (
        "?shop=demo&story_shop=demo&story=s&stories=views.up"
    )
