"""How figures are written: thousands apart, money with its currency, days and instants as in ISO 8601, in UTC."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from app.model import Money, Step

NONE = "–"
"""What stands where there is no figure, which is not the same as 0."""

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def count(number: int) -> str:
    return f"{number:,}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """As `1 file` or `2,357 files`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def amount(value: Decimal) -> str:
    """Two decimals at least, and no digit lost: the lake keeps four."""
    whole, _, decimals = f"{value:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def money(currency: str, value: Decimal) -> str:
    return f"{currency} {amount(value)}"


def moneys(values: Money) -> str:
    """Side by side in order of their codes: amounts of two currencies have no sum."""
    return ", ".join(money(currency, values[currency]) for currency in sorted(values)) or NONE


def share(part: int, whole: int) -> str:
    """Part of a whole in per cent; nothing where it would be no part."""
    if whole <= 0 or part > whole:
        return NONE
    percent = Decimal(100 * part) / whole
    if 0 < percent < Decimal("0.1"):
        return "< 0.1 %"
    return f"{percent:.1f} %"


def day(value: date) -> str:
    return value.isoformat()


def instant(value: datetime, *, seconds: bool = False) -> str:
    form = "%Y-%m-%d %H:%M:%S UTC" if seconds else "%Y-%m-%d %H:%M UTC"
    return value.astimezone(UTC).strftime(form)


def duration(value: timedelta) -> str:
    """In its two largest units."""
    seconds = value.total_seconds()
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    return f"{whole // DAY:,} d {whole % DAY // HOUR} h"


def step(start: date, length: Step) -> str:
    """A step of time by its first day; a month by its name in ISO 8601."""
    if length == "month":
        return start.strftime("%Y-%m")
    return day(start) if length == "day" else f"week of {day(start)}"
