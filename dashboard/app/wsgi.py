"""`application`, for gunicorn. Nothing is opened here: a worker opens what it needs when it is first asked."""

import os

from flask import Flask

from app.data import data_of
from app.health import health
from app.pages import create_app
from app.settings import read_settings

settings = read_settings(os.environ)
data = data_of(settings)

application = Flask("dashboard", static_folder=None)
application.register_blueprint(health(data.is_ready))
application.extensions["refresh"] = data.refresh


@application.before_request
def refresh() -> None:
    """Under any server, also one that has no hook for a worker's begin; costs nothing once they run."""
    data.refresh()


create_app(application, data.sources)
