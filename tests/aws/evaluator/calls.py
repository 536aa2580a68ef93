"""Requests by hand: signed, sent, and what came of them. boto3's clients take longer to make than all that is asked here."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REGION = "us-east-1"
AGENT = "c3RhbmNo"
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15", "ec2": "2016-11-15"}
REFUSED = re.compile(r"AccessDenied|UnauthorizedOperation")


@dataclass(frozen=True)
class Ask:
    """One request: what is sent, and what it is to a policy."""

    service: str
    action: str
    resource: str
    account: str
    send: dict[str, Any]
    keys: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    allowed: bool
    explicit: bool | None  # None: the answer does not say


class Wire:
    """One connection that stays."""

    def __init__(self, endpoint: str):
        self.host = urlsplit(endpoint).netloc
        self.endpoint = endpoint
        self.connection = http.client.HTTPConnection(self.host)

    def ask(self, ask: Ask, credentials: dict[str, str] | None, address: str) -> Answer:
        sent = ask.send
        body = urlencode(sent["form"]) if "form" in sent else sent.get("body", "")
        headers = {"X-Forwarded-For": address, "User-Agent": AGENT}
        if "form" in sent:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        request = AWSRequest(method=sent.get("method", "POST"), url=self.endpoint + sent.get("path", "/"), data=body, headers=headers)
        if credentials:
            key = Credentials(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken"))
            (S3SigV4Auth if ask.service == "s3" else SigV4Auth)(key, ask.service, REGION).add_auth(request)
        return self._answer(request, body)

    def _answer(self, request: AWSRequest, body: str) -> Answer:
        self.connection.request(request.method, request.url.removeprefix(self.endpoint), body, dict(request.headers.items()))
        reply = self.connection.getresponse()
        text = reply.read().decode("utf-8", "replace")
        if reply.status >= 500:
            raise AssertionError(f"the server failed: {text[:500]}")
        refused = reply.status in (400, 401, 403) and REFUSED.search(text) is not None
        # moto behind it refuses some unsigned requests without a word, whatever the bucket's policy says: the stand-in had let it through.
        if not refused and reply.status in (401, 403) and text:
            raise AssertionError(f"refused for another reason: {text[:500]}")
        said = "is not authorized to perform" in text
        return Answer(not refused, "with an explicit deny" in text if refused and said else None)


def query(service: str, action: str, resource: str, account: str, keys: dict[str, Any], **form: str) -> Ask:
    name = action.split(":")[1]
    return Ask(service, action, resource, account, {"form": {"Action": name, "Version": VERSIONS[service], **form}}, keys)


def object_of(bucket: str, owner: str, action: str) -> Ask:
    """Reads or writes an object, or lists the bucket."""
    if action == "s3:ListBucket":
        return Ask("s3", action, f"arn:aws:s3:::{bucket}", owner, {"method": "GET", "path": f"/{bucket}?list-type=2"}, {})
    method = "PUT" if action == "s3:PutObject" else "GET"
    sent = {"method": method, "path": f"/{bucket}/key", **({"body": "x"} if method == "PUT" else {})}
    return Ask("s3", action, f"arn:aws:s3:::{bucket}/key", owner, sent, {})


def shown(ask: Ask) -> str:
    return json.dumps({"action": ask.action, "resource": ask.resource, "account": ask.account})
