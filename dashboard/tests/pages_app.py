"""The pages over sources of a test, for gunicorn: `tests.pages_app:broken`."""

from flask import Flask

from app.model import Sources
from app.pages import create_app
from tests import pages_sources


def serve(sources: Sources) -> Flask:
    server = Flask("pages", static_folder=None)
    create_app(server, sources)
    return server


full = serve(pages_sources.full())
nothing = serve(pages_sources.nothing())
broken = serve(pages_sources.broken())
