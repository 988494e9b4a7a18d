"""What the server says around the pages."""

import gzip
import json
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.model import Sources
from app.pages import create_app
from tests.pages_sources import Broken, FakeRows, broken, full

GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def client() -> FlaskClient:
    return client_of(full())


def client_of(sources: Sources) -> FlaskClient:
    server = Flask("pages", static_folder=None)
    create_app(server, sources)
    return server.test_client()


def answer(client: FlaskClient, output: str, search: str = "") -> str:
    """What the callback of one output says, as text."""
    dependencies = client.get("/_dash-dependencies").get_json()
    (called,) = [one for one in dependencies if one["output"] == output]
    values = {"search": search, "data": search, "pathname": "/", "n_intervals": 0}
    inputs = [{**one, "value": values[one["property"]]} for one in called["inputs"]]
    component, prop = output.split(".")
    body = {
        "output": output,
        "outputs": {"id": component, "property": prop},
        "inputs": inputs,
        "changedPropIds": [f"{inputs[0]['id']}.{inputs[0]['property']}"],
    }
    response = client.post("/_dash-update-component", json=body)
    assert response.status_code == 200, response.text
    return json.dumps(response.get_json()["response"], ensure_ascii=False)


@pytest.mark.parametrize(
    ("path", "title", "status"),
    [
        ("/", "Content", 200),
        ("/pipeline", "Pipeline", 200),
        ("/recommendations", "Recommendations", 200),
        ("/%3Cscript%3E", "No such page", 404),
    ],
)
def test_sends_title_and_status_of_each_page(client: FlaskClient, path: str, title: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert f"<title>{title} · groundplan</title>" in response.text
    assert '<html lang="en">' in response.text
    assert "<script>" not in response.text.replace("<script>var renderer", "")


def test_allows_nothing_from_elsewhere_and_no_script_without_its_hash(client: FlaskClient) -> None:
    response = client.get("/")
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/]+=*')+", policy["script-src"])
    assert policy["frame-ancestors"] == "'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


def test_names_no_other_origin_in_what_it_sends(client: FlaskClient) -> None:
    for path in ("/", "/_dash-layout", "/assets/pages.css", "/assets/look.css", "/assets/pages.js"):
        assert not re.findall(r"(?:https?:)?//[\w.-]+\.\w+", client.get(path).text), path


def bundle(client: FlaskClient) -> str:
    return re.findall(r'src="(/_dash-component-suites/dash/dcc/dash_core_components\.[^"]+)"', client.get("/").text)[0]


def test_compresses_a_bundle_once_and_lets_browsers_keep_it(client: FlaskClient) -> None:
    path = bundle(client)
    plain, first, second = client.get(path), client.get(path, headers=GZIP), client.get(path, headers=GZIP)
    assert first.headers["Content-Encoding"] == second.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(first.data) == gzip.decompress(second.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    for response in (first, second):
        assert response.headers["Cache-Control"] == "max-age=31536000"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.mimetype in {"text/javascript", "application/javascript"}
        assert len(response.data) == int(response.headers["Content-Length"])


PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"


def test_sends_a_bundle_without_a_version_in_its_name_only_once_to_each_browser(client: FlaskClient) -> None:
    first = client.get(PLOTLY, headers=GZIP)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    again = client.get(PLOTLY, headers={**GZIP, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(PLOTLY, headers=GZIP).data == first.data
    assert client.get(PLOTLY).headers["Cache-Control"] == "no-cache"


def test_answers_for_a_bundle_before_it_has_sent_a_page(client: FlaskClient) -> None:
    assert client_of(full()).get(bundle(client)).status_code == 200


def test_answers_for_a_bundle_whatever_version_its_name_says(client: FlaskClient) -> None:
    path = bundle(client)
    client.get(path, headers=GZIP)
    other = re.sub(r"\.v[^.]+\.", ".v9_9_9m1.", path)
    assert client.get(other, headers=GZIP).status_code == 200


def test_refuses_a_bundle_that_is_none(client: FlaskClient) -> None:
    assert client.get("/_dash-component-suites/dash/../../secret.v1m1.js", headers=GZIP).status_code == 404


def test_asks_no_source_before_a_page_is_asked_for() -> None:
    class Untouched:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was asked for")

    sources = Sources(*[Untouched()] * 5)
    client = client_of(sources)
    for path in ("/", "/pipeline", "/recommendations", "/_dash-layout", "/_dash-dependencies"):
        assert client.get(path).status_code == 200


def test_hands_the_filters_of_the_address_to_the_lake() -> None:
    sources = full()
    answer(client_of(sources), "funnel-slot.children", "?shop=demo&first=2026-03-01")
    assert [(filters.shops, str(filters.first)) for filters in sources.lake.asked] == [(("demo",), "2026-03-01")]


def test_asks_for_the_events_of_the_story_of_the_address_or_of_none() -> None:
    named, other = FakeRows().events
    rows = FakeRows([named, other, replace(other, content_id=None)])
    client = client_of(replace(full(), rows=rows))
    assert "Its 2 events" in answer(client, "story-events.children", "?story_shop=demo&story=story-1")
    assert "Its 1 event " in answer(client, "story-events.children", "?story_shop=demo&story=")
    assert "No event of it" in answer(client, "story-events.children", "?story_shop=demo&story=story-2")


def test_says_on_every_page_what_must_be_known_of_the_data() -> None:
    layout = client_of(replace(full(), about="Sample data.")).get("/_dash-layout").text
    assert "Sample data." in layout
    assert '"about"' not in client_of(full()).get("/_dash-layout").text


def test_shows_the_failure_of_a_store_in_the_place_of_its_figures() -> None:
    client = client_of(broken())
    search = "?story_shop=demo&story=story-1"
    assert "DynamoDB does not answer: look at its alarms" in answer(client, "story-days.children", search)
    assert "PostgreSQL does not answer: look at its alarms" in answer(client, "story-events.children", search)
    assert "PostgreSQL does not answer" in answer(client, "recommended-slot.children")
    assert "120,345" in answer(client, "funnel-slot.children", search)


def test_shows_that_a_part_has_failed_without_its_secrets(caplog: pytest.LogCaptureFixture) -> None:
    class Wrong(Broken):
        def _fail(self, *_: object, **__: object) -> object:
            raise RuntimeError("password=hunter2")

    sources = Sources(Wrong("lake"), *[Broken("all")] * 4)
    shown = answer(client_of(sources), "funnel-slot.children")
    assert "This part has failed: the log of the dashboard says why." in shown
    assert "hunter2" not in shown
    assert "hunter2" in caplog.text
