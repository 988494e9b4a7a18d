"""A real PostgreSQL with the platform's own schema, for this machine alone; without one, its tests are skipped."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pg8000.native
import pytest

from tests.servers import DASHBOARD

NOBODY = "65534"
READER = "reader"


def programs() -> Path | None:
    """Those that local/postgres-binaries.ts would take, apart from those of npm."""
    named = os.environ.get("GROUNDPLAN_POSTGRES")
    config = shutil.which("pg_config")
    said = (
        None
        if config is None
        else subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout
    )
    folders = (
        [named]
        if named
        else [said and said.strip(), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1])]
    )
    found = [Path(folder) for folder in folders if folder]
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def migrations() -> list[str]:
    """The SQL of lambdas/migrate/migrations.ts."""
    text = (DASHBOARD.parent / "lambdas" / "migrate" / "migrations.ts").read_text()
    return re.findall(r"^const [A-Z]+ = `\n(.*?)`;$", text, re.DOTALL | re.MULTILINE)


@contextmanager
def database(folder: Path) -> Iterator[int]:
    """The port of a server whose database `postgres` has the schema, and a reader who may see views only."""
    bin_ = programs()
    if bin_ is None:
        pytest.skip("there is no PostgreSQL on this machine: see the README's first run")
    # PostgreSQL does not run as root: root is nobody in a namespace of users, as in local/postgres-user.ts.
    prefix = [] if os.getuid() else ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    data = folder / "data"
    made = [*prefix, str(bin_ / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "fsync=off"]
    with (folder / "postgres.log").open("wb") as log:
        command = [*prefix, str(bin_ / "postgres"), "-D", str(data), *options]
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with _connected(port) as administrator:
            for sql in migrations():
                administrator.run(sql)
            administrator.run(f"CREATE ROLE {READER} LOGIN")
            administrator.run(f"GRANT SELECT ON events, shop_totals, loaded, recommendations TO {READER}")
        yield port
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(20)


@contextmanager
def _connected(port: int) -> Iterator[pg8000.native.Connection]:
    connection = administrator(port)
    try:
        yield connection
    finally:
        connection.close()


def administrator(port: int) -> pg8000.native.Connection:
    end = time.monotonic() + 30
    while True:
        try:
            return pg8000.native.Connection("postgres", host="127.0.0.1", port=port, ssl_context=False)
        except pg8000.native.Error:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
