"""What a worker knows about itself, for the health endpoint."""

import threading

draining = threading.Event()
"""Set when this worker was told to stop: it wants no more requests, and answers those that still come."""
