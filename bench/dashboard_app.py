"""The dashboard with one page more, `/slow?seconds=`; as a program, under a server that serves one connection at a time."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from app.wsgi import application as dashboard


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A page that takes as long as a slow query does; all others are the dashboard's own."""
    if environ["PATH_INFO"] != "/slow":
        return dashboard(environ, start_response)
    time.sleep(float(parse_qs(environ["QUERY_STRING"])["seconds"][0]))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"slow"]


if __name__ == "__main__":
    from werkzeug.serving import run_simple

    run_simple("127.0.0.1", int(os.environ["PORT"]), application, threaded=False)
