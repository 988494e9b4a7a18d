"""Environment variables become settings, before anything else is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

T = TypeVar("T")

STAGES = ("structure", "load-figures", "load-rows", "load-lake")
"""Stages of the pipeline, in the order of the data."""


class SettingsError(Exception):
    """Variables that are missing or wrong, all of them, each as `NAME rule, got value`."""


@dataclass(frozen=True, slots=True)
class Database:
    """PostgreSQL, and who logs in there."""

    host: str
    port: int
    name: str
    user: str


@dataclass(frozen=True, slots=True)
class Stores:
    """Where the platform keeps its data; endpoint, region and credentials are boto3's own variables."""

    curated_bucket: str
    rejected_bucket: str
    figures_table: str
    contributions_table: str
    database: Database
    queues: Mapping[str, str]
    """Names of the queues by stage; behind each is its dead-letter queue, `<queue>-dead`."""


@dataclass(frozen=True, slots=True)
class Server:
    """What gunicorn needs to know."""

    host: str
    """This machine alone unless told otherwise: the image says every address of its own."""
    port: int
    keep_alive_seconds: int
    """Longer than the balancer's idle time-out."""
    grace_seconds: int
    """From the order to stop to the end, at most."""
    drain_seconds: int
    """Of these, the first in which new requests are still let in."""


@dataclass(frozen=True, slots=True)
class Settings:
    data: Literal["aws", "sample"]
    stores: Stores | None
    """None for the sample, which lies in files."""
    server: Server
    scratch: Path
    """The only folder that is written to, apart from temporary files."""
    refresh_seconds: int
    """Between two looks at the lake."""
    sample_file: Path


class _Reader:
    """Reads variables one by one, and keeps every mistake."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.mistakes: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self.environ.get(name, "")
        if value:
            return value
        if default is None:
            self.mistakes.append(f"{name} must be set, got nothing")
        return default or ""

    def number(self, name: str, default: int | None, least: int, most: int) -> int:
        text = self.text(name, None if default is None else str(default))
        if text and (not text.isascii() or not text.isdecimal() or not least <= int(text) <= most):
            self.mistakes.append(f"{name} must be a whole number from {least} to {most}, got {text!r}")
            return least
        return int(text or least)

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        text = self.text(name, default)
        if text not in choices:
            self.mistakes.append(f"{name} must be one of {', '.join(choices)}, got {text!r}")
        return text

    def parsed(self, name: str, parse: Callable[[str], T], otherwise: T) -> T:
        text = self.text(name)
        try:
            return parse(text) if text else otherwise
        except ValueError as error:
            self.mistakes.append(f"{name} {error}")
            return otherwise


def _queues(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",")]
    queues = {stage.strip(): queue.strip() for stage, _, queue in pairs}
    if len(queues) != len(pairs) or set(queues) != set(STAGES) or "" in queues.values():
        raise ValueError(f"must be {','.join(f'{stage}=<queue>' for stage in STAGES)}, got {text!r}")
    return queues


def _stores(read: _Reader) -> Stores:
    return Stores(
        curated_bucket=read.text("CURATED_BUCKET"),
        rejected_bucket=read.text("REJECTED_BUCKET"),
        figures_table=read.text("FIGURES_TABLE"),
        contributions_table=read.text("CONTRIBUTIONS_TABLE"),
        database=Database(
            host=read.text("DATABASE_HOST"),
            port=read.number("DATABASE_PORT", None, 1, 65_535),
            name=read.text("DATABASE_NAME"),
            user=read.text("DATABASE_USER"),
        ),
        queues=read.parsed("STAGE_QUEUES", _queues, {}),
    )


def _server(read: _Reader) -> Server:
    server = Server(
        host=read.text("HOST", "127.0.0.1"),
        port=read.number("PORT", 8080, 0, 65_535),
        keep_alive_seconds=read.number("KEEP_ALIVE_SECONDS", 65, 1, 4_000),
        grace_seconds=read.number("GRACE_SECONDS", 20, 1, 119),
        drain_seconds=read.number("DRAIN_SECONDS", 0, 0, 118),
    )
    drain, grace = server.drain_seconds, server.grace_seconds
    if drain > 0 and drain >= grace:
        read.mistakes.append(f"DRAIN_SECONDS must be less than GRACE_SECONDS, which is {grace}, got {drain}")
    return server


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError with every mistake at once. An empty variable counts as none."""
    read = _Reader(environ)
    data = read.one_of("DATA", "aws", ("aws", "sample"))
    settings = Settings(
        data="sample" if data == "sample" else "aws",
        stores=None if data == "sample" else _stores(read),
        server=_server(read),
        scratch=Path(read.text("SCRATCH_DIR", "/tmp/dashboard")),
        refresh_seconds=read.number("REFRESH_SECONDS", 30, 1, 3_600),
        sample_file=Path(read.text("SAMPLE_FILE", str(Path(__file__).parents[2] / "local/sample/cdnow-sample.txt"))),
    )
    if read.mistakes:
        raise SettingsError("\n".join(read.mistakes))
    return settings
