"""Several waits at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 8
"""Requests to one store: below the connections that a client keeps."""


def each(function: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """In the order of `items`; the first error ends it. Its threads end with it, so that none crosses a fork."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="each") as pool:
        return list(pool.map(function, items))
