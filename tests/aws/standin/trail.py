"""Event history: every management call that was made, and LookupEvents over it."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict, deque
from datetime import UTC, datetime
from typing import Any

from botocore.parsers import create_parser
from moto.moto_api._internal import mock_random

from . import reply
from .call import GLOBAL_SERVICES, Call
from .principals import Principal
from .reply import AwsError, Reply

KEPT = 100_000
READS = ("Get", "List", "Describe", "Lookup", "Search", "BatchGet", "Head", "Scan", "Query", "Simulate", "Generate")
# Data events do not reach event history.
DATA = {"s3": {"GetObject", "PutObject", "HeadObject", "DeleteObject", "DeleteObjects", "CopyObject", "ListObjects", "ListObjectsV2",
               "GetObjectAcl", "PutObjectAcl", "ListObjectVersions", "UploadPart", "CreateMultipartUpload", "CompleteMultipartUpload"},
        "lambda": {"Invoke", "InvokeAsync"}, "sns": {"Publish", "PublishBatch"}, "dynamodb": {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"},
        "sqs": {"SendMessage", "ReceiveMessage", "DeleteMessage", "SendMessageBatch"}}
HIDDEN = frozenset({"password", "newpassword", "oldpassword", "secretstring", "secretbinary", "secretaccesskey", "masteruserpassword", "userdata",
                    "zipfile", "servicepassword", "servicecredentialsecret", "plaintext", "keymaterial", "privatekey"})
ATTRIBUTES = {
    "EventId": lambda event: event["eventID"], "EventName": lambda event: event["eventName"],
    "EventSource": lambda event: event["eventSource"], "ReadOnly": lambda event: str(event["readOnly"]).lower(),
    "AccessKeyId": lambda event: event["userIdentity"].get("accessKeyId", ""), "Username": lambda event: _user_name(event),
    "ResourceName": lambda event: "", "ResourceType": lambda event: ""}


def _user_name(event: dict[str, Any]) -> str:
    who = event["userIdentity"]
    return str(who.get("userName") or who.get("arn", "root").split("/")[-1])


def _identity(call: Call, who: Principal | None) -> dict[str, Any]:
    if who is None:
        root = {"type": "Root", "principalId": call.account, "arn": f"arn:{call.partition}:iam::{call.account}:root", "accountId": call.account}
        return {**root, "accessKeyId": call.access_key or ""}
    identity = {"type": who.kind, "principalId": who.unique_id, "arn": who.arn, "accountId": who.account, "accessKeyId": who.access_key}
    if who.kind == "IAMUser":
        identity["userName"] = who.name
    if who.issued:
        issuer = {"type": "Role", "arn": who.role_arn, "accountId": who.account, "userName": who.role_arn.split("/")[-1],
                  "principalId": who.unique_id.split(":")[0]} if who.role_arn else {}
        identity["sessionContext"] = {"sessionIssuer": issuer, "attributes": {
            "creationDate": who.issued.strftime("%Y-%m-%dT%H:%M:%SZ"), "mfaAuthenticated": str(who.mfa).lower()}}
    return identity


def _as_logged(value: Any, key: str = "") -> Any:
    """Members in the log's spelling, secrets hidden as CloudTrail hides them."""
    if key.lower() in HIDDEN:
        return "HIDDEN_DUE_TO_SECURITY_REASONS"
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _as_logged(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_logged(item, key) for item in value]
    if isinstance(value, datetime):
        return value.strftime("%b %d, %Y, %I:%M:%S %p")
    if isinstance(value, bytes):
        return "<sensitiveDataRemoved>"
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


class Trail:
    """Events per account, newest first; `rate` limits LookupEvents per account and region (0: no limit)."""

    def __init__(self, rate: float = 0.0):
        self.rate = rate
        self._events: dict[str, deque[dict[str, Any]]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._asked: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def clear(self) -> None:
        with self._lock:
            self._events.clear()
            self._asked.clear()

    def record(self, call: Call, who: Principal | None, answer: Reply) -> None:
        if not call.name or call.name in DATA.get(call.service, ()):
            return
        read_only = call.name.startswith(READS)
        event: dict[str, Any] = {
            "eventVersion": "1.11", "userIdentity": _identity(call, who), "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": f"{_source(call)}.amazonaws.com", "eventName": call.name,
            "awsRegion": "us-east-1" if call.service in GLOBAL_SERVICES else call.region,
            "sourceIPAddress": call.environ.get("HTTP_X_FORWARDED_FOR", call.environ.get("REMOTE_ADDR", "127.0.0.1")),
            "userAgent": call.environ.get("HTTP_USER_AGENT", ""), "requestParameters": _parameters(call), "responseElements": None,
            "requestID": answer.header("x-amzn-requestid") or str(mock_random.uuid4()), "eventID": str(mock_random.uuid4()),
            "readOnly": read_only, "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": call.account, "eventCategory": "Management"}
        if answer.status >= 400:
            failed, event["errorMessage"] = _failure(call, answer)
            event["errorCode"] = f"Client.{failed}" if call.service == "ec2" else failed
        elif not read_only or call.service == "sts":
            event["responseElements"] = _as_logged(_readable(call, answer)) or None
        with self._lock:
            self._events[call.account].appendleft(event)

    def lookup(self, call: Call) -> dict[str, Any]:
        self._throttle(call)
        wanted = call.parameters.get("LookupAttributes") or []
        if len(wanted) > 1:
            raise AwsError("InvalidLookupAttributesException", "you can specify only one lookup attribute")
        with self._lock:
            events = [event for event in self._events[call.account] if event["awsRegion"] == call.region]
        for attribute in wanted:
            getter = ATTRIBUTES[attribute["AttributeKey"]]
            events = [event for event in events if getter(event) == attribute["AttributeValue"]]
        events = [event for event in events if _within(event, call.parameters)]
        first, size = _position(events, call.parameters.get("NextToken")), min(int(call.parameters.get("MaxResults") or 50), 50)
        answer: dict[str, Any] = {"Events": [_entry(event) for event in events[first:first + size]]}
        if first + size < len(events):
            answer["NextToken"] = events[first + size - 1]["eventID"]
        return answer

    def _throttle(self, call: Call) -> None:
        if not self.rate:
            return
        now = time.monotonic()
        with self._lock:
            asked = self._asked[call.account, call.region]
            while asked and now - asked[0] >= 1.0:
                asked.popleft()
            if len(asked) >= self.rate:
                raise AwsError("ThrottlingException", "Rate exceeded")
            asked.append(now)


def _position(events: list[dict[str, Any]], token: str | None) -> int:
    """Behind the event that the token names: new events come in at the front while somebody pages."""
    if not token:
        return 0
    for place, event in enumerate(events):
        if event["eventID"] == token:
            return place + 1
    raise AwsError("InvalidNextTokenException", "the token is not one of this event history")


def _source(call: Call) -> str:
    return str(call.operation.service_model.metadata.get("endpointPrefix", call.service)) if call.operation else call.service


def _parameters(call: Call) -> Any:
    logged = _as_logged(call.parameters) or None
    if logged and call.service == "ssm" and call.name == "PutParameter":
        logged.pop("value", None)
    return logged


def _readable(call: Call, answer: Reply) -> dict[str, Any]:
    try:
        value = reply.read(call, answer)
    except Exception:  # a reply that botocore cannot read has no elements to log
        return {}
    for holder in value.values():
        if isinstance(holder, dict):
            holder.pop("SecretAccessKey", None)
    return value


def _failure(call: Call, answer: Reply) -> tuple[str, str]:
    try:
        parsed = create_parser(call.protocol).parse({"status_code": answer.status, "headers": {k.lower(): v for k, v in answer.headers}, "body": answer.body}, None)
        return parsed["Error"].get("Code") or str(answer.status), parsed["Error"].get("Message", "")
    except Exception:  # HTML or an empty body
        return str(answer.status), ""


def _epoch(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)


def _stamp(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["eventTime"].replace("Z", "+00:00")).timestamp()


def _within(event: dict[str, Any], parameters: dict[str, Any]) -> bool:
    def bound(name: str, default: float) -> float:
        value = parameters.get(name)
        if isinstance(value, datetime) and value.tzinfo is None:
            value = value.replace(tzinfo=UTC)
        return default if value is None else _epoch(value)

    return bound("StartTime", 0.0) <= _stamp(event) <= bound("EndTime", 9e12)


def _entry(event: dict[str, Any]) -> dict[str, Any]:
    return {"EventId": event["eventID"], "EventName": event["eventName"], "ReadOnly": str(event["readOnly"]).lower(),
            "AccessKeyId": event["userIdentity"].get("accessKeyId"), "EventTime": datetime.fromtimestamp(_stamp(event), UTC),
            "EventSource": event["eventSource"], "Username": _user_name(event), "Resources": [], "CloudTrailEvent": json.dumps(event)}
