"""Errors of a job in one sentence."""

import re

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

MOST_CHARACTERS = 400

_ABORTED = re.compile(r"^Job aborted due to stage failure: .*?\): ")
"""What Spark's driver puts before the error of a task: stage, task, host."""
_PACKAGE = re.compile(r"^(?:[a-z][\w$]*\.)+(?=[A-Z])")


class JobError(Exception):
    """What a job itself finds wrong, and what to do about it."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(sentence)
        self.next_step = next_step


def sentence_of(error: BaseException) -> str:
    """The first line of the cause of all: a stack of Spark has it last, below 200 others."""
    if isinstance(error, JobError):
        return str(error)
    if isinstance(error, Py4JJavaError):
        return _line(_root(error.java_exception))
    if isinstance(error, PySparkException):
        origin = getattr(error, "_origin", None)
        return _line(str(error) if origin is None else _root(origin))
    return _line(f"{type(error).__name__}: {error}")


def _root(thrown: object) -> str:
    """As Java prints it: class, then message."""
    while thrown.getCause() is not None:  # type: ignore[attr-defined]
        thrown = thrown.getCause()  # type: ignore[attr-defined]
    return str(thrown.toString())  # type: ignore[attr-defined]


def _line(text: str) -> str:
    before, python, stack = text.partition("Traceback (most recent call last):")
    if python:  # Python's stack has the error last, and Java's after it
        lines = [line for line in stack.split("\n\tat ")[0].split("\nJVM stacktrace")[0].splitlines() if line.strip()]
        return _short(lines[-1].strip())
    first = next((line.strip() for line in before.splitlines() if line.strip()), "no message")
    plain = _PACKAGE.sub("", first)
    if plain.startswith("SparkException: "):
        plain = _PACKAGE.sub("", _ABORTED.sub("", plain.removeprefix("SparkException: ")))
    return _short(plain)


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
