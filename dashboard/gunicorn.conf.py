"""How the dashboard is served. Each value with its reason; where it is from where it is not ours.

Names and defaults: https://gunicorn.org/reference/settings. Variables: app/settings.py.
"""

import os
import signal
from pathlib import Path
from typing import Any

from app.settings import read_settings

# Read before any worker starts: a mistake ends the server at once, with all mistakes in its message.
settings = read_settings(os.environ)
settings.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)

bind = f"{settings.server.host}:{settings.server.port}"

# Two processes: while one holds Python's lock to draw a chart, the other answers. Fargate tasks of 0.5 to 2 vCPU have
# no use for a third, and each takes 100 to 150 MiB. A task of 4 vCPU and more sets WEB_CONCURRENCY, gunicorn's own
# variable.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))

# Never `sync`: its workers stop as soon as as many connections are held as there are workers. Ours is `gthread`, with
# all waiting for requests in its event loop (app/worker.py says what `gthread` alone lacks, tests/test_worker.py shows
# it).
worker_class = "app.worker.WholeRequestWorker"

# A thread has a whole request. Most of what it does is to wait for a store, five seconds at most (app/aws.py,
# app/postgres.py), so there are several for a core; DuckDB admits two at a time whatever stands here (app/engine.py).
# The two processes do not share out connections evenly: with 16 each, one alone takes 16 slow requests. Health checks
# have threads of their own.
threads = 16

# Connections of a worker, held ones too. Beyond it the one that has waited longest is closed, so that a new one always
# gets in. Each may hold a request that is not whole, 320 KiB at most (app/requests_in.py): 156 MiB in the worst case.
worker_connections = 500

# Connections that the kernel completes while both event loops are busy: gunicorn's default. A longer queue would only
# hide an overload.
backlog = 2048

# Longer than the balancer keeps an idle connection, from which the stack derives it: otherwise the balancer sends a
# request into a connection that is being closed, and answers 502
# (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html).
keepalive = settings.server.keep_alive_seconds

# Seconds from SIGTERM to the end, for requests that run then; idle connections are closed after two. In the first
# DRAIN_SECONDS of them new requests are still let in (app/worker.py). Shorter than the container's stop time-out, after
# which ECS sends SIGKILL
# (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html, stopTimeout).
graceful_timeout = settings.server.grace_seconds

# Seconds without a sign of life of the *event loop* until a worker is replaced. It gives one each second, however slow
# the requests are: only a worker that hangs as a whole is replaced. 30 is gunicorn's default.
timeout = 30

# The sign of life is a file's time. On a disk that stalls, a healthy worker would look dead, so it is kept in memory
# (https://gunicorn.org/faq, "How do I avoid Gunicorn excessively blocking in os.fchmod?").
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else str(settings.scratch)

# No database, client or thread may cross a fork (DuckDB hangs or dies in the child), so each worker imports the
# application for itself. Nothing is opened at import either, so `--preload` would only be useless (tests/test_fork.py).
preload_app = False

# Workers are not replaced after a number of requests: their memory was measured to stay flat.
max_requests = 0

# The longest line that gunicorn admits, for filters of many shops; the longest header that a balancer sends on (16 K),
# since it puts the claims of a login into one
# (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html, HTTP headers).
limit_request_line = 8190
limit_request_field_size = 16_384

# The balancer writes the access log. Errors go to standard error, one line each.
accesslog = None
errorlog = "-"
loglevel = "info"

# gunicorn's control socket would be a file in the home folder, and the root file system is read-only.
control_socket_disable = True


def post_fork(_: Any, worker: Any) -> None:
    """What the worker must know and gunicorn has no setting for."""
    # Until it has a handler of its own it would have the master's, which drops the signal: the master would then wait
    # for it all of its grace.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    worker.drain_seconds = float(settings.server.drain_seconds)


def post_worker_init(worker: Any) -> None:
    """Copies begin with the worker, not with the first request."""
    refresh = getattr(worker.wsgi, "extensions", {}).get("refresh")
    if refresh is not None:
        refresh()


# Where `app` is found, whatever folder the server is started from.
chdir = str(Path(__file__).parent)
