"""From an HTTP request to the call it stands for: service, operation, parameters, region, signer.

Knows the protocols through moto's routers and parsers over botocore's models; knows no permissions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.utilities.utils import get_partition
from werkzeug.exceptions import NotFound

from .services import by_signing_name

CREDENTIAL = re.compile(r"Credential=([^/]+)/(\d{8})/([^/]*)/([^/]+)/aws4_request")
DEFAULT_REGION = "us-east-1"
GLOBAL_SERVICES = frozenset({"iam", "sts", "organizations", "route53", "cloudfront", "account", "support", "budgets", "ce"})


@dataclass
class Call:
    """One request, understood. `operation` is None when no model has it."""

    environ: dict[str, Any]
    body: bytes
    service: str
    operation: OperationModel | None
    path_parameters: dict[str, Any]
    region: str
    access_key: str | None
    account: str = DEFAULT_ACCOUNT_ID
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.operation.name if self.operation else ""

    @property
    def partition(self) -> str:
        return get_partition(self.region)

    @cached_property
    def protocol(self) -> str:
        model = get_service_model(self.service)
        try:
            return determine_request_protocol(model, self.environ.get("CONTENT_TYPE", ""))
        except NotImplementedError:
            return str(model.protocol)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The input as boto3 would have been given it; empty when it cannot be read."""
        if self.operation is None:
            return {}
        request = Request(dict(self.environ, **{"wsgi.input": _stream(self.body)}))
        parser = PROTOCOL_PARSERS[self.protocol](self.operation)
        try:
            return parser.parse({
                "method": request.method, "values": request.values, "headers": request.headers,
                "body": self.body, "url_path": request.path, "url_params": self.path_parameters,
            })
        except Exception:  # what AWS would call a malformed request is moto's to refuse
            return {}


def _stream(body: bytes) -> Any:
    import io

    return io.BytesIO(body)


def read_body(environ: dict[str, Any]) -> bytes:
    """Takes the body off the wire and leaves a readable copy in its place."""
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        body = environ["wsgi.input"].read()
        del environ["HTTP_TRANSFER_ENCODING"]
        environ["CONTENT_LENGTH"] = str(len(body))
    else:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = _stream(body)
    return body


def _scope(environ: dict[str, Any]) -> tuple[str | None, str, str]:
    """Access key, region and signing name, from the header or from a presigned URL."""
    found = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not found:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        found = CREDENTIAL.search("Credential=" + query.get("X-Amz-Credential", [""])[0])
    if not found:
        return None, DEFAULT_REGION, ""
    return found.group(1), found.group(3) or DEFAULT_REGION, found.group(4).lower()


def _unsigned_candidates(environ: dict[str, Any]) -> list[str]:
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target.startswith("AWSCognitoIdentityProviderService"):
        return ["cognito-idp"]
    if target.startswith("AWSCognitoIdentityService"):
        return ["cognito-identity"]
    if environ.get("PATH_INFO", "").startswith("/federation/"):  # the portal of Identity Center
        return ["sso"]
    if "urlencoded" in environ.get("CONTENT_TYPE", ""):
        return ["sts"]
    return ["s3"]


def _candidates(environ: dict[str, Any], signing_name: str) -> list[str]:
    names = by_signing_name().get(signing_name, []) if signing_name else _unsigned_candidates(environ)
    path = environ.get("PATH_INFO", "")
    if signing_name == "s3":
        return ["s3control"] if path.startswith("/v20180820/") else ["s3"]
    if signing_name == "ses":
        return ["sesv2"] if path.startswith("/v2/") else ["ses"]
    if signing_name == "apigateway":
        return ["apigatewayv2"] if path.startswith("/v2/") else ["apigateway"]
    return names


def _same_version(environ: dict[str, Any], body: bytes, service: str) -> bool:
    """Query services that share names (load balancers, databases) tell themselves apart by version."""
    if "urlencoded" not in environ.get("CONTENT_TYPE", ""):
        return True
    version = parse_qs(body.decode("utf-8", "replace")).get("Version", [""])[0]
    return not version or version == get_service_model(service).metadata["apiVersion"]


def understand(environ: dict[str, Any], body: bytes) -> Call:
    """Names the call. A service that no model knows keeps its signing name and has no operation."""
    access_key, region, signing_name = _scope(environ)
    candidates = _candidates(environ, signing_name)
    request = Request(dict(environ, **{"wsgi.input": _stream(body)}))
    for service in candidates:
        if not _same_version(environ, body, service):
            continue
        try:
            operation, path_parameters = get_service_router(service).match(request)
        except (NotFound, NotImplementedError, KeyError):
            continue
        if operation is not None:
            return Call(environ, body, service, operation, path_parameters, region, access_key)
    return Call(environ, body, candidates[0] if candidates else signing_name, None, {}, region, access_key)
