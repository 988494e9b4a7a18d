"""The image's rules, as far as its text tells: it is built where there is an engine."""

import re
from pathlib import Path

import pytest

DASHBOARD = Path(__file__).parents[1]


def instructions() -> list[tuple[str, str]]:
    """Instruction and rest, lines joined, comments left out."""
    lines = [line for line in (DASHBOARD / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def last_stage() -> list[tuple[str, str]]:
    all_of_them = instructions()
    begin = max(place for place, (word, _) in enumerate(all_of_them) if word == "FROM")
    return all_of_them[begin:]


def values(word: str) -> list[str]:
    return [rest for found, rest in last_stage() if found == word]


def test_the_base_is_a_version_and_may_be_named_by_digest() -> None:
    assert instructions()[0] == ("ARG", "BASE=python:3.11.14-slim-bookworm")
    assert [rest for word, rest in instructions() if word == "FROM"] == ["${BASE} AS build", "${BASE}"]


def test_wheels_are_taken_by_hash_and_nothing_is_compiled() -> None:
    (install,) = [rest for word, rest in instructions() if word == "RUN" and " install " in rest and "pip" in rest]
    for option in ("--require-hashes", "--only-binary :all:", "--no-cache-dir"):
        assert option in install
    assert not any("apt-get" in rest for _, rest in instructions())


def test_it_runs_as_a_numbered_user_that_owns_only_the_scratch_folder() -> None:
    assert values("USER") == ["10001:10001"]
    owned = [rest for word, rest in last_stage() if word in {"RUN", "COPY"} and ("chown" in rest or "-o 10001" in rest)]
    assert len(owned) == 1
    assert "install -d -o 10001 -g 10001 -m 0700 /tmp/dashboard" in owned[0]


def test_it_writes_to_temporary_files_only() -> None:
    assert values("VOLUME") == ['["/tmp"]']
    (environment,) = values("ENV")
    for variable in ("SCRATCH_DIR=/tmp/dashboard", "PYTHONDONTWRITEBYTECODE=1", "HOST=0.0.0.0"):
        assert variable in environment


def test_it_stops_gracefully_and_starts_without_a_shell() -> None:
    assert values("STOPSIGNAL") == ["SIGTERM"]
    assert values("CMD") == ['["python", "-m", "gunicorn", "--config", "gunicorn.conf.py", "app.wsgi:application"]']
    assert values("HEALTHCHECK") == []


@pytest.mark.parametrize("needed", ["requirements.txt", "gunicorn.conf.py", "app"])
def test_the_context_holds_what_is_copied(needed: str) -> None:
    ignored = (DASHBOARD / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert f"!{needed}" in ignored
    assert (DASHBOARD / needed).exists()
    assert any(word == "COPY" and rest.split()[0] == needed for word, rest in instructions())
