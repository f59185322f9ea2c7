"""boto3 against a server: prints one JSON line per case, {"name", "ok", "detail"}.

usage: python3 kinesis.py URL
"""

import datetime
import json
import sys
import traceback

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

RECORDS = 10_000
KEYS = 97
client = boto3.client(
    "kinesis",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"max_attempts": 1}),
)


def key_of(index):
    return f"key-{index % KEYS}"


def data_of(index):
    """The same bytes as test/conformance/support/records.ts."""
    tail = range(4, 4 + (index * 37) % 300)
    return index.to_bytes(4, "big") + bytes((index * 31 + position * 7) & 0xFF for position in tail)


def read(stream, shard, **start):
    iterator = client.get_shard_iterator(StreamName=stream, ShardId=shard, **start)["ShardIterator"]
    records = []
    while True:
        answer = client.get_records(ShardIterator=iterator, Limit=1000)
        records += answer["Records"]
        if answer["MillisBehindLatest"] == 0:
            return records
        iterator = answer["NextShardIterator"]


def round_trip():
    client.create_stream(StreamName="boto3", ShardCount=4)
    client.get_waiter("stream_exists").wait(StreamName="boto3", WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    for start in range(0, RECORDS, 500):
        entries = [{"Data": data_of(index), "PartitionKey": key_of(index)} for index in range(start, start + 500)]
        assert client.put_records(StreamName="boto3", Records=entries)["FailedRecordCount"] == 0
    seen, last = set(), {}
    for shard in client.list_shards(StreamName="boto3")["Shards"]:
        for record in read("boto3", shard["ShardId"], ShardIteratorType="TRIM_HORIZON"):
            index = int.from_bytes(record["Data"][:4], "big")
            assert index not in seen, f"record {index} came twice"
            assert record["Data"] == data_of(index) and record["PartitionKey"] == key_of(index), f"record {index} differs"
            assert last.get(record["PartitionKey"], -1) < index, f"record {index} is out of order"
            seen.add(index)
            last[record["PartitionKey"]] = index
    assert len(seen) == RECORDS, f"{len(seen)} of {RECORDS} came back"


def single_puts_and_iterators():
    client.create_stream(StreamName="single", ShardCount=1)
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=1)
    puts = [client.put_record(StreamName="single", PartitionKey="schlüssel", Data=bytes([index])) for index in range(3)]
    shard = puts[0]["ShardId"]
    data = lambda **start: [record["Data"][0] for record in read("single", shard, **start)]
    assert data(ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=puts[1]["SequenceNumber"]) == [1, 2]
    assert data(ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=puts[1]["SequenceNumber"]) == [2]
    assert data(ShardIteratorType="AT_TIMESTAMP", Timestamp=before) == [0, 1, 2]
    assert data(ShardIteratorType="LATEST") == []
    record = read("single", shard, ShardIteratorType="TRIM_HORIZON")[0]
    assert record["PartitionKey"] == "schlüssel" and record["ApproximateArrivalTimestamp"] >= before


def errors_by_their_classes():
    try:
        client.describe_stream(StreamName="nope")
        raise AssertionError("no error")
    except client.exceptions.ResourceNotFoundException as error:
        assert error.response["Error"]["Message"].startswith("Stream nope under account "), error
        assert error.response["ResponseMetadata"]["RequestId"]
    try:
        client.put_record(StreamName="single", PartitionKey="k", Data=b"x" * (1024 * 1024 + 1))
        raise AssertionError("no error")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationException", error


def pages():
    for index in range(5):
        client.create_stream(StreamName=f"page-{index}", ShardCount=3)
    names = [name for page in client.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 2}) for name in page["StreamNames"]]
    assert [name for name in names if name.startswith("page-")] == [f"page-{index}" for index in range(5)], names
    # By hand: botocore's paginator repeats StreamName beside NextToken, which AWS refuses too (FINDINGS.md).
    page = client.list_shards(StreamName="page-0", MaxResults=2)
    shards = [shard["ShardId"] for shard in page["Shards"] + client.list_shards(NextToken=page["NextToken"])["Shards"]]
    assert shards == [f"shardId-{index:012d}" for index in range(3)], shards
    described = [shard["ShardId"] for page in client.get_paginator("describe_stream").paginate(StreamName="page-0", PaginationConfig={"PageSize": 2}) for shard in page["StreamDescription"]["Shards"]]
    assert described == shards, described


CASES = {
    "10,000 records over four shards": round_trip,
    "single puts, iterators and arrival times": single_puts_and_iterators,
    "errors by their classes": errors_by_their_classes,
    "streams and shards by pages": pages,
}
for name, case in CASES.items():
    try:
        case()
        print(json.dumps({"name": name, "ok": True, "detail": ""}), flush=True)
    except Exception:  # noqa: BLE001: every failure of a case is its result
        print(json.dumps({"name": name, "ok": False, "detail": traceback.format_exc()}), flush=True)
