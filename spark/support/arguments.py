"""Arguments of a job: read as text, judged all at once."""

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

Parse = Callable[[str], Any]


class ArgumentsError(Exception):
    """Arguments that are missing, unknown or wrong, all of them, one on each line."""


@dataclass(frozen=True, slots=True)
class Option:
    """One argument with a value, or a switch."""

    name: str
    about: str
    parse: Parse | None = None
    """Raises ValueError with the rule that the text breaks. None for a switch."""
    default: str | None = None
    """As it would be typed; None for none."""
    required: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ArgumentsError(message)


def read_arguments(
    name: str, about: str, example: str, options: Sequence[Option], argv: Sequence[str]
) -> argparse.Namespace:
    """Raises ArgumentsError with every mistake at once; `--help` prints and exits, as argparse does."""
    parser = _Parser(
        prog=name,
        description=about,
        epilog=f"Example:\n  spark-submit {example}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for option in options:
        default = "" if option.default is None else f" (default: {option.default})"
        if option.parse is None:
            parser.add_argument(option.name, help=option.about, action="store_true")
        else:
            text = option.about + default
            # A value that was forgotten is a mistake like others, to be told with them.
            parser.add_argument(option.name, help=text, default=option.default, metavar="VALUE", nargs="?", const="")
    read, unknown = parser.parse_known_args(argv)
    mistakes = [f"{word} is not an argument of {name}" for word in unknown]
    for option in options:
        if option.parse is None:
            continue
        attribute = option.name.removeprefix("--").replace("-", "_")
        text = getattr(read, attribute)
        if text is None:
            if option.required:
                mistakes.append(f"{option.name} must be given, got nothing")
            continue
        try:
            setattr(read, attribute, option.parse(text))
        except ValueError as error:
            mistakes.append(f"{option.name} {error}, got {text!r}")
    if mistakes:
        raise ArgumentsError("\n".join(mistakes))
    return read


def whole(least: int, most: int) -> Parse:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


def decimal(least: float, most: float) -> Parse:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ValueError(f"must be a number from {least:g} to {most:g}")
        return value

    return parse


def one_of(*choices: str) -> Parse:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    return parse


def matching(pattern: str, rule: str) -> Parse:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(rule)
        return text

    return parse


def instant(text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise ValueError('must be an instant like "2026-03-31T18:05:00Z"')
    return value.astimezone(UTC).replace(microsecond=0)


def location(text: str) -> str:
    """A folder, or a prefix that Spark can read; without the slash at its end."""
    if not text.strip("/") or "*" in text:
        raise ValueError("must be a folder, or a prefix like s3://bucket")
    return text.rstrip("/")
