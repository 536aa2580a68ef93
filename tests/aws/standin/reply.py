"""Answers in the wire format of the service asked: results, errors, and replies read back to dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botocore.parsers import create_parser
from moto.core.model import OperationModel
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from moto.moto_api._internal import mock_random

from .call import Call

Headers = list[tuple[str, str]]


@dataclass
class Reply:
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


class AwsError(Exception):
    """A refusal or failure by its AWS name; `reply.error` writes it in the caller's protocol."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def _serializer(call: Call, operation: OperationModel) -> Any:
    serializer = get_serializer_class(call.service, call.protocol)
    return serializer(operation_model=operation, pretty_print=False, value_picker=XFormedAttributePicker())


def _finish(serialized: Any, status: int) -> Reply:
    body = serialized["body"]
    data = body if isinstance(body, bytes) else str(body).encode()
    headers = [(key, str(value)) for key, value in dict(serialized["headers"]).items() if key.lower() != "content-length"]
    headers.append(("Content-Length", str(len(data))))
    headers.append(("x-amzn-RequestId", str(mock_random.uuid4())))
    return Reply(status, headers, data)


def result(call: Call, value: dict[str, Any], status: int | None = None) -> Reply:
    assert call.operation is not None
    serialized = _serializer(call, call.operation).serialize(value)
    return _finish(serialized, status or int(serialized["status_code"]))


def error(call: Call, failure: AwsError) -> Reply:
    if call.operation is None:
        return plain_json(failure.status, {"__type": failure.code, "message": failure.message}, failure.code)
    serialized = _serializer(call, call.operation).serialize(failure)
    reply = _finish(serialized, failure.status)
    if call.environ["REQUEST_METHOD"] == "HEAD":
        reply.body = b""
    return reply


def plain_json(status: int, body: Any, error_type: str | None = None) -> Reply:
    data = json.dumps(body).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(data))), ("x-amzn-RequestId", str(mock_random.uuid4()))]
    if error_type:
        headers.append(("x-amzn-ErrorType", error_type))
    return Reply(status, headers, data)


def not_implemented(call: Call, why: str = "") -> Reply:
    """Not an AWS error on purpose: JSON with status 501 in every protocol, never to be taken for an answer."""
    asked = f"{call.service}:{call.name}" if call.name else f"{call.service} {call.environ['REQUEST_METHOD']} {call.environ.get('PATH_INFO')}"
    return plain_json(501, {"__type": "NotImplemented", "message": f"the stand-in does not have {asked} {why}".strip()}, "NotImplemented")


def read(call: Call, reply: Reply) -> dict[str, Any]:
    """The reply as botocore reads it, before boto3 decodes policies; empty when there is nothing to read."""
    if call.operation is None or call.operation.output_shape is None or call.operation.has_streaming_output:
        return {}
    parser = create_parser(get_service_model(call.service).protocol if call.protocol == "query-json" else call.protocol)
    headers = {key.lower(): value for key, value in reply.headers}
    parsed = parser.parse({"status_code": reply.status, "headers": headers, "body": reply.body}, call.operation.output_shape)
    parsed.pop("ResponseMetadata", None)
    return parsed


def start(reply: Reply, start_response: Any) -> Iterable[bytes]:
    start_response(f"{reply.status} X", reply.headers)
    return [reply.body]
