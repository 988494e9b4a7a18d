"""The gunicorn worker: threads as in `gthread`, but a thread only ever gets a request that is there as a whole.

gunicorn 27's own `gthread` hands a connection to a thread as soon as it is accepted, where it waits up to five seconds
for a first byte, and without end for the rest of a request; and its event loop itself waits up to two seconds for each
connection that it closes to be closed by the other side as well (`gunicorn/workers/gthread.py`, `gunicorn/util.py`). So
as many half-sent requests as there are threads silence a worker. Here both kinds of waiting happen in the event loop,
where a connection costs a file descriptor and some bytes, and are bounded in time.
"""

import errno
import selectors
import signal
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from app.lifecycle import draining
from app.requests_in import Whole, first_request

REQUEST_SECONDS = 10.0
"""From the first byte of a request to its last: a phone that changes cells needs some seconds, but not ten."""
WRITE_SECONDS = 30.0
"""For one write of an answer, which the other side must take in that time."""
LINGER_SECONDS = 2.0
"""What gunicorn gives the other side to read the end of an answer and to close (https://www.rfc-editor.org/rfc/rfc9112#section-9.6)."""
LOOK_SECONDS = 0.5
"""Between two looks for connections whose time is over, so that held ones cost nothing while others are answered."""
HEALTH_THREADS = 2
"""Of their own, so that no number of slow pages delays a check: one for liveness, one for readiness at its side."""
HEALTH = b"GET /health/"
CHUNK = 64 * 1024


class Connection(TConn):
    """A connection, and what it has sent that is not answered yet."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.data_ready = True
        self.received = bytearray()
        self.request = b""
        self.began: float | None = None
        self.lingers = False

    def init(self) -> None:
        """Called by a thread for each request."""
        super().init()
        self.sock.settimeout(WRITE_SECONDS)
        self.parser.unreader.unread(self.request)
        self.request = b""


class WholeRequestWorker(ThreadWorker):
    """Waits for requests in its event loop, and answers them in threads."""

    drain_seconds = 0.0
    """After SIGTERM, in which new requests are still let in: Spot sends it before the balancer stops sending. That the
    master closes its listeners at once does no harm, since a worker has its own."""
    told_to_stop: float | None = None

    def init_process(self) -> None:
        self.waiting: dict[Connection, None] = {}
        self.next_look = 0.0
        self.health_pool = ThreadPoolExecutor(HEALTH_THREADS, thread_name_prefix="health")
        super().init_process()

    # What the event loop of ThreadWorker calls.

    def handle_exit(self, sig: int, frame: Any) -> None:
        draining.set()
        self.told_to_stop = self.told_to_stop or time.monotonic()
        if self.drain_seconds == 0:
            super().handle_exit(sig, frame)

    def notify(self) -> None:
        """Called each time round the event loop, once a second at least."""
        super().notify()
        if self.alive and self.told_to_stop is not None:
            drained = time.monotonic() - self.told_to_stop
            if drained >= self.drain_seconds:
                # The master counts its grace from SIGTERM, and kills who is not gone by then.
                self.cfg.set("graceful_timeout", max(0, int(self.cfg.graceful_timeout - drained)))
                super().handle_exit(signal.SIGTERM, None)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Who has been let in by the kernel before the end is answered too."""
        if not enabled and not self.alive and self._accepting:
            for listener in self.sockets:
                while self.accept(listener):
                    pass
        super().set_accept_enabled(enabled)

    def accept(self, listener: Any) -> bool:
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return False
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._drop_oldest()
        self._wait(Connection(self.cfg, sock, address, listener.getsockname()))
        return True

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        if not fs.cancelled() and fs.exception() is None and fs.result() is True:
            self._wait(conn)
        else:
            self._linger(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        now = time.monotonic()
        if now < self.next_look and not force:
            return
        self.next_look = now + LOOK_SECONDS
        for conn in [conn for conn in self.waiting if force or conn.timeout <= now]:
            if conn.began is not None and not conn.lingers:
                self._refuse(conn, HTTPStatus.REQUEST_TIMEOUT)
            self._close(conn)

    def murder_pending(self) -> None:
        """There are none: a connection waits in one place only."""

    def _cap_keepalive(self, deadline: float) -> None:
        for conn in self.waiting:
            conn.timeout = min(conn.timeout, deadline)

    # What a connection goes through: it waits, a thread answers, it waits again or lingers.

    def _wait(self, conn: Connection) -> None:
        """Lets `conn` wait for a request; what it has sent ahead may hold one."""
        conn.sock.setblocking(False)
        conn.began = None
        conn.timeout = time.monotonic() + (self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER)
        self._watch(conn, self._receive)
        self._take(conn)

    def _receive(self, conn: Connection, sock: socket.socket) -> None:
        try:
            data = sock.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close(conn)
            return
        conn.received += data
        self._take(conn)

    def _take(self, conn: Connection) -> None:
        """Hands the first request of `conn` to a thread when it is whole."""
        if not conn.received:
            return
        if conn.began is None:
            conn.began = time.monotonic()
            conn.timeout = conn.began + REQUEST_SECONDS
        found = first_request(conn.received)
        if found is None:
            return
        self._unwatch(conn)
        if isinstance(found, Whole):
            conn.request = bytes(conn.received[: found.length])
            del conn.received[: found.length]
            self.enqueue_req(conn)
        else:
            self._refuse(conn, found)
            self._linger(conn)

    def enqueue_req(self, conn: Connection) -> None:
        pool = self.health_pool if conn.request.startswith(HEALTH) else self.tpool
        done = pool.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def _linger(self, conn: Connection) -> None:
        """Says that no more comes, and gives the other side a moment to read the rest and to close."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._forget(conn)
            return
        conn.lingers = True
        conn.timeout = time.monotonic() + LINGER_SECONDS
        self._watch(conn, self._discard)

    def _discard(self, conn: Connection, sock: socket.socket) -> None:
        try:
            if sock.recv(CHUNK):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._close(conn)

    def _refuse(self, conn: Connection, status: HTTPStatus) -> None:
        answer = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        try:
            conn.sock.send(answer.encode("ascii"))
        except OSError as error:
            self.log.debug("refused with %s, unheard: %s", status.value, error)

    def _drop_oldest(self) -> None:
        """Makes room: without it, held connections would keep the next one out."""
        oldest = next(iter(self.waiting), None)
        if oldest is not None:
            self._close(oldest)

    def _watch(self, conn: Connection, on_readable: Any) -> None:
        self.waiting[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(on_readable, conn))

    def _unwatch(self, conn: Connection) -> None:
        del self.waiting[conn]
        self.poller.unregister(conn.sock)

    def _close(self, conn: Connection) -> None:
        self._unwatch(conn)
        self._forget(conn)

    def _forget(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()
