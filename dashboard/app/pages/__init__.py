"""The pages, mounted on the server that also answers for the health of this process."""

from html import escape
from pathlib import Path

import flask
from dash import Dash
from dash.exceptions import DependencyException

from app.model import Sources
from app.pages import compression, content, headers, pipeline, recommendations, shell

DOCUMENT = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="color-scheme" content="light dark">
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <noscript>This dashboard needs JavaScript.</noscript>
    {%config%}
    {%scripts%}
    {%renderer%}
  </body>
</html>"""


class Pages(Dash):
    """Dash, with the title of each page in what is sent first, and 404 where there is no page."""

    def interpolate_index(self, **parts: str) -> str:
        return super().interpolate_index(**{**parts, "title": escape(shell.title_of(flask.request.path))})

    def index(self, *args: object, **kwargs: object) -> flask.Response:
        there = shell.page_at(flask.request.path) is not None
        return flask.Response(super().index(*args, **kwargs), 200 if there else 404, mimetype="text/html")


def no_such_file(_: Exception) -> flask.Response:
    """A file of a component that Dash does not have: without this, 500 and a page of trace in the log."""
    return flask.Response("There is no such file.\n", 404, mimetype="text/plain")


def create_app(server: flask.Flask, sources: Sources) -> Dash:
    """Asks no source before a page is asked for: what a source opens must not cross a fork."""
    app = Pages(
        __name__,
        server=server,
        assets_folder=str(Path(__file__).parents[1] / "assets"),
        index_string=DOCUMENT,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        serve_locally=True,
        suppress_callback_exceptions=True,
        title=shell.NAME,
        update_title=None,
        use_pages=False,
    )
    app.layout = shell.layout(sources.about)
    shell.register(app)
    for page in (content, pipeline, recommendations):
        page.register(app, sources)
    server.register_error_handler(DependencyException, no_such_file)
    compression.register(server)
    headers.register(server, headers.content_security_policy(app.csp_hashes()))
    return app
