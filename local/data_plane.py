"""Starts ministack 1.5.33, the data plane of the embedded AWS, with gaps of RDS, Athena, IAM and S3 closed.

ListObjectVersions of ministack ignores `encoding-type=url`. The Terraform provider asks for it and decodes every key,
so that a bucket with a key such as `50%.json` or `a%20b` could not be emptied: the destroy failed, or never ended.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from urllib.parse import quote
from xml.etree import ElementTree

from ministack import app
from ministack.services import s3

import access_record
import athena_gaps
import iam_gaps
import rds_gaps
import retries
import role_credentials

ENCODED = ("Key", "Prefix", "Delimiter", "KeyMarker", "NextKeyMarker")

list_object_versions = s3._list_object_versions


def list_encoded_object_versions(bucket_name, query_params):
    """As ministack's own, with keys percent-encoded where the caller asks for that."""
    status, headers, body = list_object_versions(bucket_name, query_params)
    if status != 200 or s3._qp(query_params, "encoding-type", "") != "url":
        return status, headers, body
    root = ElementTree.fromstring(body)
    for element in root.iter():
        if element.text and element.tag.removeprefix(f"{{{s3.S3_NS}}}") in ENCODED:
            element.text = quote(element.text, safe="/")
    ElementTree.SubElement(root, f"{{{s3.S3_NS}}}EncodingType").text = "url"
    return status, headers, ElementTree.tostring(root, encoding="UTF-8", default_namespace=s3.S3_NS)


if __name__ == "__main__":
    s3._list_object_versions = list_encoded_object_versions
    athena_gaps.close_gaps()
    iam_gaps.close_gaps()
    access_record.start()
    rds_gaps.close_gaps()
    app.app = role_credentials.giving_credentials(retries.answering_retries(app.app))
    app.main()
