"""Arguments are judged all at once."""

from datetime import UTC, datetime

import pytest

from support.arguments import (
    ArgumentsError,
    Option,
    decimal,
    instant,
    location,
    matching,
    one_of,
    read_arguments,
    whole,
)

OPTIONS = (
    Option("--curated", "the lake", location, required=True),
    Option("--top", "how many", whole(1, 100), "10"),
    Option("--alpha", "how fast", decimal(0, 1), "0.5"),
    Option("--log", "how much", one_of("WARN", "INFO"), "WARN"),
    Option("--shop", "which", matching("[a-z]+", "must be letters")),
    Option("--at", "when", instant),
    Option("--dry-run", "write nothing"),
)


def read(*words: str) -> dict[str, object]:
    return vars(read_arguments("a_job", "Does it.", "jobs/a_job.py --curated /data", OPTIONS, words))


def test_defaults_are_read_like_what_is_typed() -> None:
    assert read("--curated", "/data/") == {
        "curated": "/data",
        "top": 10,
        "alpha": 0.5,
        "log": "WARN",
        "shop": None,
        "at": None,
        "dry_run": False,
    }


def test_what_is_typed_counts() -> None:
    found = read("--curated=s3://b", "--top", "3", "--at", "2026-03-31T18:05:00.5+02:00", "--dry-run", "--shop", "hats")
    at = datetime(2026, 3, 31, 16, 5, tzinfo=UTC)
    assert (found["curated"], found["top"], found["at"], found["dry_run"], found["shop"]) == (
        "s3://b",
        3,
        at,
        True,
        "hats",
    )


def test_rejects_all_mistakes_at_once() -> None:
    words = ["--top", "0", "--alpha", "nan", "--log", "LOUD", "--at", "yesterday", "--shop", "--tpo", "7"]
    with pytest.raises(ArgumentsError) as error:
        read(*words)
    assert str(error.value).splitlines() == [
        "--tpo is not an argument of a_job",
        "7 is not an argument of a_job",
        "--curated must be given, got nothing",
        "--top must be a whole number from 1 to 100, got '0'",
        "--alpha must be a number from 0 to 1, got 'nan'",
        "--log must be one of WARN, INFO, got 'LOUD'",
        "--shop must be letters, got ''",
        "--at must be an instant like \"2026-03-31T18:05:00Z\", got 'yesterday'",
    ]


@pytest.mark.parametrize("text", ["", "/", "s3://b/*", "1e1"])
def test_rejects_what_is_no_place_or_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        (whole(1, 100) if text == "1e1" else location)(text)


def test_reads_the_start_of_an_execution_as_step_functions_writes_it() -> None:
    assert instant("2026-03-31T18:05:00.123Z") == datetime(2026, 3, 31, 18, 5, tzinfo=UTC)


def test_rejects_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match='must be an instant like "2026-03-31T18:05:00Z"'):
        instant("2026-03-31T18:05:00")


def test_help_has_defaults_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        read("--help")
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert "how many (default: 10)" in said
    assert said.endswith("Example:\n  spark-submit jobs/a_job.py --curated /data\n")
