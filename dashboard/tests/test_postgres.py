"""PostgreSQL as the dashboard's reader sees it: views only, nothing written, no wait without an end."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pg8000.native
import pytest

from app.aws import Aws
from app.loaded import File, RowsLoaded
from app.model import (
    ANY_STORY,
    EventRow,
    Filters,
    Recommendation,
    Recommended,
    RecommendedShop,
    SourceError,
    StoryChoice,
)
from app.postgres import Postgres, is_loopback
from app.recommendations import PostgresRecommendations
from app.rows import PostgresRows
from app.settings import Database
from tests.databases import READER, administrator, database

SOURCES = [f"{number:032x}" for number in range(3)]
INSERT = """
INSERT INTO event_rows (
  shop_id, event_id, source, source_modified, occurred_at, type, content_id, visitor_id, quantity, amount, currency
) VALUES (
  :shop, :event, :source, CAST(:modified AS timestamptz), CAST(:at AS timestamptz), 'purchase', :content, 'v', 2,
  CAST(:amount AS numeric), 'EUR'
)
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with database(tmp_path_factory.mktemp("postgres")) as started:
        connection = administrator(started)
        at = "2026-03-04T05:06:07Z"
        for source in SOURCES[:2]:
            then = "CAST(:at AS timestamptz)"
            insert = f"INSERT INTO sources VALUES (:source, 'etag', NULL, {then}, 'm', {then})"
            connection.run(insert, source=source, at=at)
        rows = [
            ("a", "e-1", 0, "2026-03-01", "2026-03-04T23:59:59.5Z", "1.00"),
            ("a", "e-1", 1, "2026-03-02", "2026-03-04T23:59:59.5Z", "1.2345"),
            ("a", "e-2", 0, "2026-03-01", "2026-03-05T00:00:00Z", "2.00"),
            ("b", "e-1", 0, "2026-03-01", "2026-03-06T00:00:00Z", "3.00"),
            ("c", "e-1", 0, "2026-03-01", "2026-03-03T00:00:00Z", "4.00"),
        ]
        stories = {"b": "story-8", "c": None}
        for shop, event, source, modified, occurred, amount in rows:
            values = {"shop": shop, "event": event, "source": SOURCES[source], "modified": modified}
            content = stories.get(shop, "story-7")
            connection.run(INSERT, **values, content=content, at=occurred, amount=amount)
        connection.close()
        yield started


def reader(port: int) -> Postgres:
    return Postgres(Database("127.0.0.1", port, "postgres", READER), Aws())


def amounts(rows: list[EventRow]) -> list[str]:
    return [f"{row.shop_id} {row.amount}" for row in rows]


def test_an_event_that_two_files_brought_is_there_once_and_exact(port: int) -> None:
    rows = PostgresRows(reader(port), lambda: ["a", "b", "c"])
    assert rows.count() == 4
    assert rows.newest(Filters(("a",)), 10)[1] == EventRow(
        occurred_at=datetime(2026, 3, 4, 23, 59, 59, 500_000, tzinfo=UTC),
        type="purchase",
        shop_id="a",
        content_id="story-7",
        product_id=None,
        quantity=2,
        amount=Decimal("1.2345"),
        currency="EUR",
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["b 3.0000", "a 2.0000", "a 1.2345", "c 4.0000"]),
        (Filters(("a", "c", "no'body")), ["a 2.0000", "a 1.2345", "c 4.0000"]),
        (Filters(first=date(2026, 3, 4), last=date(2026, 3, 4)), ["a 1.2345"]),
        (Filters(("a",), first=date(2026, 3, 5)), ["a 2.0000"]),
    ],
)
def test_the_newest_come_first_as_the_filters_leave_them(port: int, filters: Filters, expected: list[str]) -> None:
    rows = PostgresRows(reader(port), lambda: ["a", "b", "c"])
    assert amounts(rows.newest(filters, 10)) == expected
    assert amounts(rows.newest(filters, 1)) == expected[:1]


@pytest.mark.parametrize(
    ("story", "filters", "expected"),
    [
        (ANY_STORY, Filters(), ["b 3.0000", "a 2.0000", "a 1.2345", "c 4.0000"]),
        ("story-7", Filters(), ["a 2.0000", "a 1.2345"]),
        ("story-7", Filters(last=date(2026, 3, 4)), ["a 1.2345"]),
        ("story-7", Filters(("b",)), []),
        ("sto'ry", Filters(), []),
        ("", Filters(), []),
        (None, Filters(), ["c 4.0000"]),
    ],
)
def test_the_newest_are_narrowed_to_a_story_or_to_none(
    port: int, story: StoryChoice, filters: Filters, expected: list[str]
) -> None:
    rows = PostgresRows(reader(port), lambda: ["a", "b", "c"])
    assert amounts(rows.newest(filters, 10, story)) == expected
    assert amounts(rows.newest(filters, 1, story)) == expected[:1]


def test_a_database_without_events_has_none(port: int) -> None:
    connection = administrator(port)
    connection.run("CREATE DATABASE empty TEMPLATE template0")
    connection.close()
    empty = pg8000.native.Connection("postgres", host="127.0.0.1", port=port, database="empty", ssl_context=False)
    empty.run(
        "CREATE VIEW events AS SELECT CAST(NULL AS text) AS shop_id, CAST(NULL AS timestamptz) AS occurred_at, "
        "'' AS type, '' AS content_id, '' AS product_id, 1 AS quantity, 1.0 AS amount, '' AS currency LIMIT 0"
    )
    empty.run("GRANT SELECT ON events TO reader")
    empty.close()
    rows = PostgresRows(Postgres(Database("127.0.0.1", port, "empty", READER), Aws()), list)
    assert (rows.newest(Filters(), 10), rows.count()) == ([], 0)


def test_loaded_is_told_of_the_version_that_is_held(port: int) -> None:
    files = [File(SOURCES[0], "etag", "m"), File(SOURCES[1], "another", "m"), File(SOURCES[2], "etag", "m")]
    assert RowsLoaded(reader(port)).when(files) == {SOURCES[0]: datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)}


def test_there_are_no_recommendations_where_the_schema_is_older_than_they_are(port: int) -> None:
    connection = administrator(port)
    connection.run("CREATE DATABASE older")
    connection.close()
    older = Postgres(Database("127.0.0.1", port, "older", READER), Aws())
    assert PostgresRecommendations(older).latest(Filters(), 10, 5) is None


def test_there_are_no_recommendations_until_a_model_is_trained(port: int) -> None:
    recommendations = PostgresRecommendations(reader(port))
    assert recommendations.latest(Filters(), 10, 5) is None
    connection = administrator(port)
    connection.run(
        "INSERT INTO recommendation_rows (shop_id, content_id, rank, product_id, score, trained_at) VALUES "
        "('a', 's', 1, 'p-1', 0.5, '2026-03-02'), ('a', 's', 2, 'p-2', 0.25, '2026-03-02'), "
        "('a', 't', 1, 'p-4', 0.5, '2026-03-02'), ('b', 's', 1, 'p-3', 0.5, '2026-03-02')"
    )
    connection.close()
    trained = datetime(2026, 3, 2, tzinfo=UTC)
    shops = [RecommendedShop("a", 2), RecommendedShop("b", 1)]
    first = [Recommendation("a", "s", 1, "p-1", 0.5), Recommendation("a", "s", 2, "p-2", 0.25)]
    rest = [Recommendation("a", "t", 1, "p-4", 0.5), Recommendation("b", "s", 1, "p-3", 0.5)]
    assert recommendations.latest(Filters(), 10, 5) == Recommended(trained, shops, [*first, *rest])
    assert recommendations.latest(Filters(), 10, 1) == Recommended(trained, shops, [first[0], *rest])
    assert recommendations.latest(Filters(), 1, 2) == Recommended(trained, shops, first)
    assert recommendations.latest(Filters(), 10, 5, ("a", "t")) == Recommended(trained, shops, rest)
    assert recommendations.latest(Filters(("b",)), 10, 5) == Recommended(trained, shops, rest[1:])
    assert recommendations.latest(Filters(("z",)), 10, 5) == Recommended(trained, shops, [])


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT * FROM event_rows", "permission denied for table event_rows"),
        ("CREATE TEMPORARY TABLE mine (a int)", "cannot execute CREATE TABLE in a read-only transaction"),
    ],
)
def test_rejects_what_a_reader_may_not(port: int, sql: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        reader(port).rows(sql)
    told = f"PostgreSQL at 127.0.0.1:{port} does not answer ({reason}): look at its cluster, and at the user reader"
    assert str(caught.value) == told


def test_rejects_a_statement_that_takes_too_long(port: int) -> None:
    began = time.monotonic()
    with pytest.raises(SourceError, match="did not answer within 5 s: ask for fewer shops or days"):
        reader(port).rows("SELECT pg_sleep(30)")
    assert 4 < time.monotonic() - began < 8


def test_a_connection_that_was_ended_meanwhile_is_replaced(port: int) -> None:
    postgres = reader(port)
    before = postgres.rows("SELECT pg_backend_pid()")[0][0]
    assert postgres.rows("SELECT pg_backend_pid()")[0][0] == before
    connection = administrator(port)
    connection.run("SELECT pg_terminate_backend(:pid)", pid=before)
    connection.close()
    assert postgres.rows("SELECT pg_backend_pid()")[0][0] != before


def test_rejects_a_server_that_is_not_there() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with pytest.raises(SourceError, match=rf"PostgreSQL at 127\.0\.0\.1:{port} does not answer .*refused"):
            reader(port).rows("SELECT 1")


def test_rejects_a_server_that_lets_in_and_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(SourceError, match=r"does not answer .*timed out"):
            reader(silent.getsockname()[1]).rows("SELECT 1")
        assert time.monotonic() - began < 8


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("127.example.com", False),
        ("db", False),
    ],
)
def test_only_this_machine_is_trusted_without_tls(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_rejects_a_server_without_tls_where_there_is_a_network(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.postgres.is_loopback", lambda _: False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with pytest.raises(SourceError, match=r"does not answer .*Server refuses SSL"):
        reader(port).rows("SELECT 1")
