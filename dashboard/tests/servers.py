"""The dashboard under gunicorn, on a free port of this machine, ended by its own process id whatever a test does."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

DASHBOARD = Path(__file__).parents[1]
SAMPLE = DASHBOARD.parent / "local" / "sample" / "cdnow-sample.txt"


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str, seconds: float = 5) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def connect(self, sent: bytes = b"", seconds: float = 5) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), seconds)
        opened.sendall(sent)
        return opened

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def until(self, path: str, status: int, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                if self.get(path)[0] == status:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{path} never answered {status}:\n{self.log.read_text()}")

    def stop(self, seconds: float = 30) -> float:
        """Seconds from SIGTERM to its end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(seconds)
        return time.monotonic() - began


@contextmanager
def serving(folder: Path, app: str, *options: str, **variables: str) -> Iterator[Server]:
    """`app` with gunicorn.conf.py, and the sample as its data unless the variables say otherwise."""
    port = _free_port()
    log = folder / "gunicorn.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DATABASE_"))}
    environ |= {
        "DATA": "sample",
        "SCRATCH_DIR": str(folder / "scratch"),
        "PORT": str(port),
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", *options, app]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=DASHBOARD, env=environ, stdout=out, stderr=out, start_new_session=True)
    server = Server(process, port, log)
    try:
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
