"""How figures are written."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from app.pages import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0.00"),
        ("244091.9400", "244,091.94"),
        ("1200.5", "1,200.50"),
        ("0.0001", "0.0001"),
        ("98.7650", "98.765"),
        ("1E+3", "1,000.00"),
        ("-1234.5", "-1,234.50"),
        ("99999999999999.9999", "99,999,999,999,999.9999"),
    ],
)
def test_writes_an_amount_without_losing_a_digit(value: str, text: str) -> None:
    assert wording.amount(Decimal(value)) == text


def test_writes_currencies_side_by_side() -> None:
    assert wording.moneys({"USD": Decimal(1), "EUR": Decimal("1000.2")}) == "EUR 1,000.20, USD 1.00"
    assert wording.moneys({}) == "–"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 3, "33.3 %"), (0, 3, "0.0 %"), (3, 3, "100.0 %"), (1, 10_000, "< 0.1 %"), (4, 3, "–"), (0, 0, "–")],
)
def test_writes_a_share_only_where_it_is_one(part: int, whole: int, text: str) -> None:
    assert wording.share(part, whole) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0.0 s"),
        (3.44, "3.4 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3_599, "59 min 59 s"),
        (7_260, "2 h 1 min"),
        (90_000, "1 d 1 h"),
        (86_400 * 1_000, "1,000 d 0 h"),
    ],
)
def test_writes_a_duration_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert wording.duration(timedelta(seconds=seconds)) == text


def test_writes_an_instant_in_utc() -> None:
    at = datetime(2026, 3, 4, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert wording.instant(at) == "2026-03-03 23:02 UTC"
    assert wording.instant(at.astimezone(UTC), seconds=True) == "2026-03-03 23:02:03 UTC"


def test_names_a_step_of_time() -> None:
    start = date(2026, 3, 2)
    assert [wording.step(start, length) for length in ("day", "week", "month")] == [
        "2026-03-02",
        "week of 2026-03-02",
        "2026-03",
    ]


def test_counts_in_one_and_many() -> None:
    assert wording.counted(1, "story", "stories") == "1 story"
    assert wording.counted(2_357, "file") == "2,357 files"
