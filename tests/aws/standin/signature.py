"""Signature version 4 over the request as it came, for headers and presigned URLs alike.

moto's own check rebuilds forms and paths before it compares, which only suits one client.
"""

from __future__ import annotations

import hashlib
import hmac
import posixpath
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from .reply import AwsError

ALLOWED_SKEW_SECONDS = 900
AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256\s+Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _header(environ: dict[str, Any], name: str) -> str:
    key = name.upper().replace("-", "_")
    value = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}", "")
    return " ".join(str(value).split())


def _raw_path(environ: dict[str, Any]) -> str:
    path = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]).split("?", 1)[0]
    return path or "/"


def _canonical_paths(environ: dict[str, Any], signing_name: str) -> list[str]:
    """S3 signs the path encoded once; all others normalise it and encode it again."""
    raw = _raw_path(environ)
    if signing_name == "s3":
        return [quote(unquote(raw), safe="/-_.~")]
    normal = posixpath.normpath(raw) if raw != "/" else raw
    normal = "/" + normal.lstrip("/") + ("/" if raw.endswith("/") and normal not in ("/", "//") else "")
    return list(dict.fromkeys([quote(normal, safe="/-_.~"), quote(raw, safe="/-_.~")]))


def _canonical_query(environ: dict[str, Any]) -> str:
    pairs = []
    for part in environ.get("QUERY_STRING", "").split("&"):
        if part and not part.startswith("X-Amz-Signature="):
            name, _, value = part.partition("=")
            pairs.append((quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _claim(environ: dict[str, Any]) -> tuple[str, list[str], str, str]:
    """Credential scope, signed headers, signature and date that the request claims."""
    found = AUTHORIZATION.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found:
        return found.group(1), found.group(2).split(";"), found.group(3), _header(environ, "x-amz-date")
    query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    try:
        return query["X-Amz-Credential"], query["X-Amz-SignedHeaders"].split(";"), query["X-Amz-Signature"], query["X-Amz-Date"]
    except KeyError as missing:
        raise AwsError("IncompleteSignature", f"the request lacks {missing}", 403) from None


def _payload_hash(environ: dict[str, Any], body: bytes) -> str:
    if "X-Amz-Signature=" in environ.get("QUERY_STRING", ""):
        return "UNSIGNED-PAYLOAD"
    stated = _header(environ, "x-amz-content-sha256")
    computed = hashlib.sha256(body).hexdigest()
    if re.fullmatch(r"[0-9a-f]{64}", stated) and stated != computed:
        raise AwsError("XAmzContentSHA256Mismatch", "the body is not what was signed", 400)
    return stated or computed


def _check_date(stamp: str) -> None:
    try:
        when = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise AwsError("IncompleteSignature", "the request has no date", 403) from None
    if abs((datetime.now(UTC) - when).total_seconds()) > ALLOWED_SKEW_SECONDS:
        raise AwsError("RequestTimeTooSkewed", "the difference between the request time and the server's time is too large", 403)


def check(environ: dict[str, Any], body: bytes, secret: str) -> None:
    """Raises `SignatureDoesNotMatch`, `RequestTimeTooSkewed` and their like; returns when all is well."""
    scope, signed, signature, stamp = _claim(environ)
    _, day, region, signing_name, _ = scope.split("/")[-5:]
    _check_date(stamp)
    headers = "".join(f"{name.lower()}:{_header(environ, name)}\n" for name in signed)
    key = _hmac(_hmac(_hmac(_hmac(b"AWS4" + secret.encode(), day), region), signing_name), "aws4_request")
    tail = f"{_canonical_query(environ)}\n{headers}\n{';'.join(signed)}\n{_payload_hash(environ, body)}"
    for path in _canonical_paths(environ, signing_name):
        canonical = f"{environ['REQUEST_METHOD']}\n{path}\n{tail}"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{day}/{region}/{signing_name}/aws4_request\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        if hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), signature):
            return
    raise AwsError("SignatureDoesNotMatch", "the signature is not the one that the secret key of this access key gives", 403)
