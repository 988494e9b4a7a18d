"""How much waits before each stage, and how much was set aside behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.aws import Aws, answers


@dataclass(frozen=True, slots=True)
class Depth:
    waiting: int
    dead_letters: int


class Queues(Protocol):
    def depth(self, stage: str) -> Depth:
        """Raises SourceError."""
        ...


class SqsQueues:
    def __init__(self, aws: Aws, names: Mapping[str, str]) -> None:
        self._aws = aws
        self._names = names

    def depth(self, stage: str) -> Depth:
        queue = self._names[stage]
        return Depth(self._messages(queue), self._messages(f"{queue}-dead"))

    def _messages(self, queue: str) -> int:
        """Those that a function works on count too: they are not done. SQS says of both that they are approximate."""
        with answers(f"The queue {queue}", "the role of the dashboard, and SQS's endpoint in its network"):
            sqs = self._aws.client("sqs")
            url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
            names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            return sum(int(told[name]) for name in names)
