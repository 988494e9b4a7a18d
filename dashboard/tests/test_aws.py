"""What DynamoDB, SQS and S3 answer, and how their failures are told. No request leaves this process."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from app.aws import Aws
from app.figures import DynamoFigures
from app.loaded import FiguresLoaded, File
from app.model import FigureDay, Funnel, SourceError, Totals
from app.objects import S3Objects
from app.queues import Depth, SqsQueues


class StubbedAws(Aws):
    """Clients whose answers are given one by one."""

    def __init__(self) -> None:
        self.clients: dict[str, Any] = {}
        self.stubs: dict[str, Stubber] = {}
        for service in ("dynamodb", "sqs", "s3"):
            keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
            client = boto3.session.Session().client(service, region_name="eu-central-1", **keys)
            self.clients[service] = client
            self.stubs[service] = Stubber(client)
            self.stubs[service].activate()

    def client(self, service: str) -> Any:
        return self.clients[service]


@pytest.fixture
def aws() -> Iterator[StubbedAws]:
    stubbed = StubbedAws()
    yield stubbed
    for stub in stubbed.stubs.values():
        stub.assert_no_pending_responses()


def test_figures_of_a_story_are_exact_and_in_order(aws: StubbedAws) -> None:
    items: list[dict[str, Any]] = [
        {
            "shopId": {"S": "shoes"},
            "contentDay": {"S": "story-7#2026-03-04"},
            "views": {"N": "12"},
            "orders": {"N": "2"},
            "quantity": {"N": "3"},
            "orders_EUR": {"N": "2"},
            "amount_EUR": {"N": "0.0003"},
            "orders_USD": {"N": "0"},
            "amount_USD": {"N": "0"},
            "expiresAt": {"N": "1900000000"},
        },
        {"shopId": {"S": "shoes"}, "contentDay": {"S": "story-7#2026-03-05"}, "views": {"N": "0"}},
        {"shopId": {"S": "shoes"}, "contentDay": {"S": "story-7#2026-03-06"}, "clicks": {"N": "1"}},
    ]
    asked: dict[str, Any] = {
        "TableName": "figures",
        "KeyConditionExpression": ANY,
        "ExpressionAttributeValues": {":shop": {"S": "shoes"}, ":content": {"S": "story-7#"}},
    }
    begins: list[dict[str, Any]] = [{}, *({"ExclusiveStartKey": {"shopId": {"S": text}}} for text in "ab")]
    ends: list[dict[str, Any]] = [*({"LastEvaluatedKey": {"shopId": {"S": text}}} for text in "ab"), {}]
    for item, begin, end in zip(items, begins, ends, strict=True):
        aws.stubs["dynamodb"].add_response("query", {"Items": [item], **end}, {**asked, **begin})
    assert DynamoFigures(aws, "figures").story("shoes", "story-7") == [
        FigureDay(date(2026, 3, 4), Totals(Funnel(12, 0, 0, 2), 3, {"EUR": Decimal("0.0003")})),
        FigureDay(date(2026, 3, 6), Totals(Funnel(0, 1, 0, 0), 0, {})),
    ]


def test_a_queue_counts_what_is_worked_on_too(aws: StubbedAws) -> None:
    for name, waiting, worked_on in (("work", "4", "3"), ("work-dead", "1", "0")):
        aws.stubs["sqs"].add_response("get_queue_url", {"QueueUrl": f"https://{name}"}, {"QueueName": name})
        told = {"ApproximateNumberOfMessages": waiting, "ApproximateNumberOfMessagesNotVisible": worked_on}
        asked = {"QueueUrl": f"https://{name}", "AttributeNames": list(told)}
        aws.stubs["sqs"].add_response("get_queue_attributes", {"Attributes": told}, asked)
    assert SqsQueues(aws, {"structure": "work"}).depth("structure") == Depth(waiting=7, dead_letters=1)


def test_figures_heads_are_asked_for_a_hundred_at_a_time(aws: StubbedAws) -> None:
    files = [File(f"{number:032x}", "etag", f"manifest-{number}") for number in range(101)]
    at = "2026-03-04T05:06:07.089Z"
    for part in (files[:100], files[100:]):
        items = [
            {
                "source": {"S": file.source},
                "figure": {"S": "#"},
                "status": {"S": "loading" if file is files[1] else "loaded"},
                "manifestEtag": {"S": "older" if file is files[2] else file.manifest_etag},
                "loadedAt": {"NULL": True} if file is files[3] else {"S": at},
            }
            for file in part
        ]
        keys = [{"source": {"S": file.source}, "figure": {"S": "#"}} for file in part]
        asked = {"RequestItems": {"contributions": {"Keys": keys}}}
        aws.stubs["dynamodb"].add_response("batch_get_item", {"Responses": {"contributions": items}}, asked)
    when = FiguresLoaded(aws, "contributions").when(files)
    assert set(when) == {file.source for file in files} - {file.source for file in files[1:4]}
    assert when[files[0].source] == datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)


def body(text: bytes, length: int) -> dict[str, Any]:
    return {"Body": StreamingBody(io.BytesIO(text), length), "ETag": '"etag"'}


def test_an_object_is_read_to_its_end_or_to_the_limit(aws: StubbedAws, tmp_path: Path) -> None:
    objects = S3Objects(aws, "curated")
    for _ in range(3):
        aws.stubs["s3"].add_response("get_object", body(b"manifest", 8), {"Bucket": "curated", "Key": "x"})
    assert objects.read("x", 100) == b"manifest"
    assert objects.read("x", 3) == b"man"
    assert objects.save("x", tmp_path / "x") == "etag"
    assert (tmp_path / "x").read_bytes() == b"manifest"


def test_rejects_a_body_that_ends_early(aws: StubbedAws, tmp_path: Path) -> None:
    for ask in (
        lambda: S3Objects(aws, "curated").read("x", 100),
        lambda: S3Objects(aws, "curated").save("x", tmp_path / "x"),
    ):
        aws.stubs["s3"].add_response("get_object", body(b"manif", 8))
        with pytest.raises(
            SourceError, match=r"The bucket curated does not answer \(5 read, but total bytes expected is 8"
        ):
            ask()


def test_an_object_that_is_gone_is_none(aws: StubbedAws, tmp_path: Path) -> None:
    for _ in range(2):
        aws.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    aws.stubs["s3"].add_client_error("head_object", "404", http_status_code=404)
    objects = S3Objects(aws, "curated")
    assert objects.read("heads/x.json", 10) is None
    assert objects.save("events/x", tmp_path / "x") is None
    assert objects.modified("heads/x.json") is None


def test_an_object_tells_when_it_was_written(aws: StubbedAws) -> None:
    at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    aws.stubs["s3"].add_response("head_object", {"LastModified": at}, {"Bucket": "curated", "Key": "heads/x.json"})
    assert S3Objects(aws, "curated").modified("heads/x.json") == at


@pytest.mark.parametrize(
    ("service", "operation", "call", "message"),
    [
        ("s3", "list_objects_v2", lambda aws, _: list(S3Objects(aws, "curated").list("events/")), "The bucket curated"),
        ("s3", "get_object", lambda aws, to: S3Objects(aws, "curated").save("events/x", to), "The bucket curated"),
        ("dynamodb", "query", lambda aws, _: DynamoFigures(aws, "figures").story("a", "b"), "The table figures"),
        (
            "sqs",
            "get_queue_url",
            lambda aws, _: SqsQueues(aws, {"structure": "work"}).depth("structure"),
            "The queue work",
        ),
    ],
)
def test_rejects_with_the_store_and_what_to_look_at(
    aws: StubbedAws, tmp_path: Path, service: str, operation: str, call: Any, message: str
) -> None:
    aws.stubs[service].add_client_error(operation, "AccessDenied", "no", http_status_code=403)
    with pytest.raises(SourceError, match=rf"^{message} does not answer \(.*AccessDenied.*\): look at "):
        call(aws, tmp_path / "x")
