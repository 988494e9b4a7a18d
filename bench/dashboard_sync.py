"""gunicorn's defaults, and as many workers as the dashboard has: one request at a time in each."""

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
workers = 2
worker_class = "sync"
