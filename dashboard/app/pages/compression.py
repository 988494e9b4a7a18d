"""Gzip: Plotly alone is 4.8 MB of text. A bundle is compressed once for each process, all else each time."""

import gzip

from dash.fingerprint import check_fingerprint
from flask import Flask, Response, request

FROM_BYTES = 1_000
"""Less than that is one packet anyway."""
LEVEL = 6
YEAR_SECONDS = 31_536_000
BUNDLES = "/_dash-component-suites/"
TEXTS = ("text/", "application/json", "application/javascript")


def register(server: Flask) -> None:
    bundles: dict[str, tuple[bytes, str]] = {}

    @server.before_request
    def from_memory() -> Response | None:
        resource, fingerprinted = check_fingerprint(request.path)
        if resource not in bundles or not _takes_gzip():
            return None
        body, mimetype = bundles[resource]
        return _kept(_gzipped(Response(mimetype=mimetype), body), fingerprinted)

    @server.after_request
    def compress(response: Response) -> Response:
        if response.headers.get("Content-Encoding") or not response.mimetype.startswith(TEXTS):
            return response
        response.vary.add("Accept-Encoding")
        if not _takes_gzip() or response.status_code != 200 or response.is_streamed:
            return response
        body = response.get_data()
        if len(body) < FROM_BYTES:
            return response
        body = gzip.compress(body, LEVEL)
        resource, fingerprinted = check_fingerprint(request.path)
        if not resource.startswith(BUNDLES):
            return _gzipped(response, body)
        # By resource, not by name: of names there is no end, of resources Dash has a list.
        bundles[resource] = (body, response.mimetype)
        return _kept(_gzipped(response, body), fingerprinted)


def _kept(response: Response, fingerprinted: bool) -> Response:
    """For a year where the name says which content it has, else while it is unchanged: Plotly's name says nothing."""
    if fingerprinted:
        response.cache_control.max_age = YEAR_SECONDS
        return response
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag(overwrite=True)
    response.make_conditional(request)
    return response


def _takes_gzip() -> bool:
    return bool(request.accept_encodings["gzip"])


def _gzipped(response: Response, body: bytes) -> Response:
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
