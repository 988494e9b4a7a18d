"""Starts moto's server, the control plane of the embedded AWS, with gaps closed and with what it held at its last stop.

Moto keeps nothing by itself. Here, SIGTERM ends the requests under way, writes all that it holds into one file, and a
start reads that file, so that every resource has the id that the Terraform states know. All comes from the environment:

CONTROL_PLANE_PORT   where it listens, on the loopback interface alone
CONTROL_PLANE_ID     what it calls itself at /_groundplan/health
CONTROL_PLANE_FILE   what it keeps; read by the same version of moto only
TMPDIR               where it says its process number, as ministack does
MOTO_ACCOUNT_ID      as in moto
"""

import io
import logging
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import moto.backends
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from moto_gaps import close_gaps
from retries import answering_wsgi_retries

REQUESTS_SECONDS = 10
VERSION = f"moto {version('moto')}"

Kept = dict[str, dict[str, dict[str, Any]]]
"""Backends by service, account and region."""


def private_key(pem: bytes) -> Any:
    """Pickle finds no function of the library itself."""
    return serialization.load_pem_private_key(pem, None)


def certificate(pem: bytes) -> Any:
    return x509.load_pem_x509_certificate(pem)


class Writer(pickle.Pickler):
    """Writes backends, whole and with what they share; the index of all backends is named, not written."""

    def persistent_id(self, obj: Any) -> str | None:
        return obj.service_name if isinstance(obj, BackendDict) else None

    def reducer_override(self, obj: Any) -> Any:
        pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        if isinstance(obj, rsa.RSAPrivateKey):
            return private_key, (obj.private_bytes(pem, pkcs8, serialization.NoEncryption()),)
        if isinstance(obj, x509.Certificate):
            return certificate, (obj.public_bytes(pem),)
        return NotImplemented


class Reader(pickle.Unpickler):
    """Reads what Writer has written."""

    def persistent_load(self, pid: str) -> Any:
        return moto.backends.get_backend(pid)


def can_be_written(accounts: dict[str, dict[str, Any]]) -> bool:
    """Whether a service can; if not, the log says why, and the others are kept nevertheless."""
    try:
        Writer(io.BytesIO(), pickle.HIGHEST_PROTOCOL).dump(accounts)
    except Exception:
        traceback.print_exc()
        return False
    return True


def save(file: Path) -> None:
    """Replaces the file; it is never seen half written."""
    kept: Kept = {
        backends.service_name: {account: dict(regions) for account, regions in backends.items()}
        for backends in BackendDict._instances
    }
    for service in [service for service, accounts in kept.items() if not can_be_written(accounts)]:
        del kept[service]
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=file.name, delete=False) as draft:
        pickle.dump(VERSION, draft)
        Writer(draft, pickle.HIGHEST_PROTOCOL).dump(kept)
    os.replace(draft.name, file)


def load(file: Path) -> None:
    """Fills the backends with what the file holds; before the first request."""
    if not file.exists():
        return
    with file.open("rb") as stream:
        written_by = pickle.load(stream)
        if written_by != VERSION:
            advice = "remove it, and the next up makes anew what it held"
            sys.exit(f"{file} was written by {written_by} and cannot be read by {VERSION}: {advice}")
        kept: Kept = Reader(stream).load()
    for service, accounts in kept.items():
        for account, regions in accounts.items():
            backends = moto.backends.get_backend(service)[account]
            for region, backend in regions.items():
                backends[region] = backend


class ControlPlane:
    """Moto's application, which says who it is, and can be brought to rest."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.application = answering_wsgi_retries(DomainDispatcherApplication(create_backend_app))
        self.under_way = 0
        self.resting = False
        self.changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/_groundplan/health":
            return Response(self.name)(environ, start_response)
        with self.changed:
            if self.resting:
                return Response("stopping", 503)(environ, start_response)
            self.under_way += 1
        try:
            return self.application(environ, start_response)
        finally:
            with self.changed:
                self.under_way -= 1
                self.changed.notify_all()

    def rest(self) -> None:
        """Takes no more requests, and waits for those under way."""
        with self.changed:
            self.resting = True
            self.changed.wait_for(lambda: self.under_way == 0, REQUESTS_SECONDS)


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for every request, but every error
    file, port = Path(os.environ["CONTROL_PLANE_FILE"]), int(os.environ["CONTROL_PLANE_PORT"])
    close_gaps()
    load(file)
    control_plane = ControlPlane(os.environ["CONTROL_PLANE_ID"])
    server = make_server("127.0.0.1", port, control_plane, threaded=True, request_handler=MotoRequestHandler)

    Path(tempfile.gettempdir(), f"moto-{port}.pid").write_text(str(os.getpid()))

    def stop(*_: Any) -> None:
        threading.Thread(target=server.shutdown).start()  # from here it would wait for itself

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command that has started us
    server.serve_forever()
    control_plane.rest()
    save(file)


if __name__ == "__main__":
    main()
