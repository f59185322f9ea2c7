"""boto3's SNS client against a server, with a subscriber of Python's own: prints one JSON line per case, {"name", "ok", "detail"}.

usage: python3 sns.py URL
"""

import http.server
import json
import queue
import ssl
import sys
import tempfile
import threading
import traceback
import urllib.parse
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client(
    "sns",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"max_attempts": 1}),
)
received = queue.Queue()


class Subscriber(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        received.put((self.headers["x-amz-sns-message-type"], json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def next_of(kind):
    got, message = received.get(timeout=20)
    assert got == kind, f"{got} came, {kind} was expected"
    return message


def certificate_of(message):
    """The certificate, fetched as a subscriber does: over TLS that trusts nothing but it."""
    address = urllib.parse.urlparse(message["SigningCertURL"])
    pem = ssl.get_server_certificate((address.hostname, address.port))
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(pem)
        file.flush()
        context = ssl.create_default_context(cafile=file.name)
        fetched = urllib.request.urlopen(message["SigningCertURL"], context=context).read().decode()
    assert ssl.PEM_cert_to_DER_cert(fetched) == ssl.PEM_cert_to_DER_cert(pem), "another certificate is served than the port shows"
    return fetched


def publish_and_notify():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Subscriber)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    topic = client.create_topic(Name="boto3", Attributes={"SignatureVersion": "2"})["TopicArn"]
    endpoint = f"http://127.0.0.1:{server.server_port}/hook"
    pending = client.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint, ReturnSubscriptionArn=True)["SubscriptionArn"]
    asked = next_of("SubscriptionConfirmation")
    certificate_of(asked)
    assert client.confirm_subscription(TopicArn=topic, Token=asked["Token"])["SubscriptionArn"] == pending
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    assert [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"]] == [pending]
    attributes = {"score": {"DataType": "Number", "StringValue": "0.9"}, "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    sent = client.publish(TopicArn=topic, Message="grüß", Subject="s", MessageAttributes=attributes)["MessageId"]
    message = next_of("Notification")
    assert (message["MessageId"], message["Message"], message["Subject"]) == (sent, "grüß", "s")
    assert message["MessageAttributes"] == {"score": {"Type": "Number", "Value": "0.9"}, "raw": {"Type": "Binary", "Value": "AP8="}}
    entries = [{"Id": str(index), "Message": f"m{index}"} for index in range(10)]
    ids = {each["MessageId"] for each in client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)["Successful"]}
    assert {next_of("Notification")["MessageId"] for _ in entries} == ids
    client.unsubscribe(SubscriptionArn=pending)
    client.delete_topic(TopicArn=topic)
    server.shutdown()


def errors():
    topic = client.create_topic(Name="boto3-errors")["TopicArn"]
    for error, call in [
        (client.exceptions.InvalidParameterException, lambda: client.create_topic(Name="a b")),
        (client.exceptions.NotFoundException, lambda: client.publish(TopicArn=topic + "x", Message="m")),
        (client.exceptions.InvalidParameterException, lambda: client.publish(TopicArn=topic, Message="x" * 262_145)),
        (client.exceptions.TooManyEntriesInBatchRequestException, lambda: client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[{"Id": str(i), "Message": "m"} for i in range(11)])),
    ]:
        try:
            call()
        except error:
            continue
        raise AssertionError(f"no {error.__name__}")
    try:
        client.get_topic_attributes(TopicArn=topic)
        raise AssertionError("get_topic_attributes is answered now: test it")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidAction"


def topics_by_pages():
    names = [f"page-{index:03}" for index in range(120)]
    for name in names:
        client.create_topic(Name=name)
    listed = [each["TopicArn"].split(":")[5] for page in client.get_paginator("list_topics").paginate() for each in page["Topics"]]
    assert [name for name in listed if name.startswith("page-")] == names


for name, case in [("subscribe, publish, be notified", publish_and_notify), ("errors by their classes", errors), ("topics by pages", topics_by_pages)]:
    try:
        case()
        print(json.dumps({"name": name, "ok": True, "detail": ""}))
    except Exception:
        print(json.dumps({"name": name, "ok": False, "detail": traceback.format_exc()}))
