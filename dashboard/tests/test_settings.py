"""Variables become settings, or all of their mistakes one message."""

from pathlib import Path

import pytest

from app.settings import Database, SettingsError, read_settings

COMPLETE = {
    "CURATED_BUCKET": "curated",
    "REJECTED_BUCKET": "rejected",
    "FIGURES_TABLE": "figures",
    "CONTRIBUTIONS_TABLE": "contributions",
    "DATABASE_HOST": "db.example.internal",
    "DATABASE_PORT": "5432",
    "DATABASE_NAME": "events",
    "DATABASE_USER": "reader",
    "STAGE_QUEUES": "structure=a,load-figures=b,load-rows=c,load-lake=d",
}


def mistakes(**changed: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings({**COMPLETE, **changed})
    return str(caught.value).splitlines()


def test_a_complete_environment_needs_nothing_else() -> None:
    settings = read_settings(COMPLETE)
    assert settings.stores is not None
    assert settings.stores.database == Database("db.example.internal", 5432, "events", "reader")
    assert settings.stores.queues["load-lake"] == "d"
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    server = settings.server
    assert (server.keep_alive_seconds, server.grace_seconds, server.drain_seconds) == (65, 20, 0)
    assert (settings.scratch, settings.refresh_seconds) == (Path("/tmp/dashboard"), 30)


def test_the_sample_needs_no_store() -> None:
    settings = read_settings({"DATA": "sample"})
    assert settings.stores is None
    assert settings.sample_file.name == "cdnow-sample.txt"


def test_rejects_an_empty_environment_with_every_variable() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({})
    assert str(caught.value).splitlines() == [f"{name} must be set, got nothing" for name in COMPLETE]


def test_an_empty_variable_counts_as_none() -> None:
    assert mistakes(CURATED_BUCKET="") == ["CURATED_BUCKET must be set, got nothing"]


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1", "5432.0", "٥"])
def test_rejects_a_port_that_is_none(value: str) -> None:
    assert mistakes(DATABASE_PORT=value) == [f"DATABASE_PORT must be a whole number from 1 to 65535, got {value!r}"]


@pytest.mark.parametrize(
    "value",
    [
        "structure=a",
        "structure=a,load-figures=b,load-rows=c,load-lake=",
        COMPLETE["STAGE_QUEUES"] + ",load-lake=e",
        "x",
    ],
)
def test_rejects_queues_that_are_not_one_for_each_stage(value: str) -> None:
    rule = "must be structure=<queue>,load-figures=<queue>,load-rows=<queue>,load-lake=<queue>"
    assert mistakes(STAGE_QUEUES=value) == [f"STAGE_QUEUES {rule}, got {value!r}"]


def test_rejects_a_drain_that_takes_all_of_the_grace() -> None:
    assert mistakes(DRAIN_SECONDS="20") == ["DRAIN_SECONDS must be less than GRACE_SECONDS, which is 20, got 20"]
    assert read_settings({**COMPLETE, "DRAIN_SECONDS": "19"}).server.drain_seconds == 19


def test_rejects_all_mistakes_at_once() -> None:
    assert mistakes(DATA="gcp", GRACE_SECONDS="120", KEEP_ALIVE_SECONDS="0", REFRESH_SECONDS="often") == [
        "DATA must be one of aws, sample, got 'gcp'",
        "KEEP_ALIVE_SECONDS must be a whole number from 1 to 4000, got '0'",
        "GRACE_SECONDS must be a whole number from 1 to 119, got '120'",
        "REFRESH_SECONDS must be a whole number from 1 to 3600, got 'often'",
    ]
