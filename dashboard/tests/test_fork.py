"""No handle crosses a fork: nothing is opened at import, and each worker opens what it needs for itself."""

import os
from pathlib import Path

import pytest

from app.per_process import PerProcess
from tests.servers import Server, serving

OPENED_AT_IMPORT = """
import duckdb, socket
from app.wsgi import application
database = duckdb.connect("{folder}/shared.duckdb")
listening = socket.create_connection(("127.0.0.1", {port}))
"""


def open_files(pid: int) -> set[str]:
    """Files and sockets of a process, by what the kernel calls them; anonymous ones by their inode."""
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(entry.readlink()))
        except FileNotFoundError:
            continue
    return found


def inherited(server: Server) -> set[str]:
    """What the master and a worker both have open, apart from gunicorn's signs of life, logs and pipes."""
    master = open_files(server.process.pid)
    return {
        name
        for pid in server.workers()
        for name in master & open_files(pid)
        if not name.startswith(("pipe:", "/dev/shm/wgunicorn-")) and name not in {"/dev/null", str(server.log)}
    }


@pytest.mark.parametrize("options", [(), ("--preload",)], ids=["as configured", "with --preload"])
def test_workers_share_nothing_with_the_master_but_the_listener(tmp_path: Path, options: tuple[str, ...]) -> None:
    with serving(tmp_path, "app.wsgi:application", *options, REFRESH_SECONDS="1") as server:
        server.until("/health/ready", 200)
        for _ in range(8):
            assert server.get("/")[0] == 200
        sockets = {name for name in inherited(server) if name.startswith("socket:")}
        assert len(sockets) == 1
        assert inherited(server) - sockets == set()
        libraries = Path(f"/proc/{server.process.pid}/maps").read_text()
        assert "duckdb" not in libraries


def test_a_handle_that_is_opened_at_import_is_seen_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: this is what it would see."""
    with serving(tmp_path, "tests.small_app:application") as target:
        target.until("/health/live", 200)
        module = tmp_path / "opened_at_import.py"
        module.write_text(OPENED_AT_IMPORT.format(folder=tmp_path, port=target.port))
        other = tmp_path / "other"
        other.mkdir()
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        with serving(other, "opened_at_import:application", "--preload") as server:
            server.until("/health/live", 200)
            assert str(tmp_path / "shared.duckdb") in inherited(server)
            assert len([name for name in inherited(server) if name.startswith("socket:")]) == 2
            assert "duckdb" in Path(f"/proc/{server.process.pid}/maps").read_text()


def test_a_child_makes_its_own_and_leaves_its_parent_s_alone() -> None:
    closed: list[int] = []

    class Handle:
        def __init__(self) -> None:
            self.made_by = os.getpid()

        def __del__(self) -> None:
            closed.append(self.made_by)

    holder = PerProcess(Handle)
    mine = holder.get()
    assert holder.get() is mine
    child = os.fork()
    if child == 0:
        os._exit(0 if holder.get().made_by == os.getpid() and closed == [] else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert holder.get() is mine
