"""Signs requests with botocore at a fixed time: the vectors of src/fronts/aws/signature/verifier.test.ts.

usage: python3 scripts/generate-signature-vectors.py > src/fronts/aws/signature/vectors.json
"""

import datetime
import json
from urllib.parse import urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FIXED = datetime.datetime(2026, 3, 4, 5, 6, 7)


class FixedTime(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return FIXED

    @classmethod
    def now(cls, tz=None):
        return FIXED.replace(tzinfo=tz)


if hasattr(botocore.auth, "get_current_datetime"):
    botocore.auth.get_current_datetime = lambda *_, **__: FIXED
else:
    botocore.auth.datetime.datetime = FixedTime

CREDENTIALS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
JSON = {"Content-Type": "application/x-amz-json-1.1"}
CASES = [
    ("plain JSON call", "POST", "http://127.0.0.1:4566/", '{"StreamName":"orders"}', {**JSON, "X-Amz-Target": "Kinesis_20131202.DescribeStream"}, "kinesis", "us-east-1"),
    ("spaces in a header, another region", "POST", "http://localhost:4566/", "{}", {**JSON, "X-Amz-Target": "Kinesis_20131202.ListStreams", "X-Amz-Meta": "  two   spaces  inside "}, "kinesis", "eu-central-1"),
    ("non-ASCII body", "POST", "http://localhost:4566/", '{"StreamName":"größe"}', {**JSON, "X-Amz-Target": "Kinesis_20131202.PutRecord"}, "kinesis", "us-east-1"),
    ("path to normalise and query to sort", "GET", "http://localhost:4566/a/./b/../c%20d//e?Zeta=1&alpha=two%20words&alpha=%2F&empty=", "", {}, "kinesis", "us-east-1"),
    ("form of the Query protocol", "POST", "http://localhost:4566/", "Action=Publish&Version=2010-03-31&Message=a%20b", {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, "sns", "us-east-1"),
    ("presigned URL", "GET", "http://localhost:4566/?Action=ListTopics&Version=2010-03-31", "", {}, "sns", "us-east-1"),
]


def sign(case):
    name, method, url, body, headers, service, region = case
    request = AWSRequest(method=method, url=url, data=body.encode(), headers=headers)
    if name == "presigned URL":
        botocore.auth.SigV4QueryAuth(CREDENTIALS, service, region, expires=600).add_auth(request)
    else:
        botocore.auth.SigV4Auth(CREDENTIALS, service, region).add_auth(request)
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    sent = {key.lower(): value.decode() if isinstance(value, bytes) else value for key, value in prepared.headers.items()}
    return {"name": name, "method": method, "path": parts.path, "query": parts.query, "headers": {**sent, "host": parts.netloc}, "body": body, "service": service}


print(json.dumps([sign(case) for case in CASES], indent=1, ensure_ascii=False))
