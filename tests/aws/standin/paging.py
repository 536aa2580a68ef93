"""Pages where moto gives everything at once, by botocore's own paginators.

Only replies that moto did not page itself are cut. Tokens are the stand-in's: they name an offset.
"""

from __future__ import annotations

import functools
import io
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import botocore.session

from . import reply
from .call import Call
from .reply import Reply

TOKEN = re.compile(r"stand-in-(\d+)")
# What AWS gives when nobody asks for a number of items.
DEFAULT_ITEMS = {"iam": 100}
NOT_CUT = frozenset({"s3", "dynamodb", "logs", "cloudtrail"})


@functools.cache
def _session() -> Any:
    return botocore.session.Session()


@functools.cache
def paginator(service: str, operation: str) -> dict[str, Any] | None:
    """The paginator's keys, where input, output and limit are single plain members."""
    try:
        config = _session().get_paginator_model(service).get_paginator(operation)
    except Exception:  # no paginators for this service or operation
        return None
    if "." in str(config.get("input_token")) or isinstance(config.get("input_token"), list) or "limit_key" not in config:
        return None
    return config


def _offset(token: Any) -> int | None:
    found = TOKEN.fullmatch(token) if isinstance(token, str) else None
    return int(found.group(1)) if found else None


def prepare(call: Call) -> None:
    """Takes our own token and the limit out of the request, which moto would not understand."""
    config = paginator(call.service, call.name) if call.operation and call.service not in NOT_CUT else None
    if config is None:
        return
    call.notes["paginator"] = config
    limit = call.parameters.get(config["limit_key"])
    call.notes["limit"] = int(limit) if limit else None
    call.notes["offset"] = _offset(call.parameters.get(config["input_token"])) or 0
    if call.notes["offset"]:
        _strip(call, {config["input_token"], config["limit_key"]})


def _strip(call: Call, members: set[str]) -> None:
    environ = call.environ
    shapes = call.operation.input_shape.members
    names = members | {shapes[member].serialization.get("name", member) for member in members} | {member[0].upper() + member[1:] for member in members}
    environ["QUERY_STRING"] = urlencode([(k, v) for k, v in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True) if k not in names])
    for raw in ("RAW_URI", "REQUEST_URI"):
        if raw in environ:
            environ[raw] = environ[raw].split("?")[0] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else "")
    if "urlencoded" in environ.get("CONTENT_TYPE", ""):
        body = urlencode([(k, v) for k, v in parse_qsl(call.body.decode(), keep_blank_values=True) if k not in names]).encode()
    elif call.body[:1] == b"{":
        body = json.dumps({k: v for k, v in json.loads(call.body).items() if k not in names}).encode()
    else:
        return
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))


def _get(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _put(value: dict[str, Any], path: str, item: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        value = value.setdefault(step, {})
    if item is None:
        value.pop(last, None)
    else:
        value[last] = item


def cut(call: Call, answer: Reply, page_size: int | None) -> Reply:
    """One page of a whole reply; the reply itself when it is small enough or already paged."""
    config = call.notes.get("paginator")
    if config is None or answer.status != 200:
        return answer
    limit = min(filter(None, [call.notes["limit"], page_size, DEFAULT_ITEMS.get(call.service)]), default=None)
    if limit is None:
        return answer
    value = reply.read(call, answer)
    output = re.split(r"\s*\|\|\s*", config["output_token"] if isinstance(config["output_token"], str) else config["output_token"][0])[0]
    keys = config["result_key"] if isinstance(config["result_key"], list) else [config["result_key"]]
    lists = {key: _get(value, key) for key in keys if isinstance(_get(value, key), list)}
    total, offset = sum(map(len, lists.values())), call.notes["offset"]
    if _get(value, output) or not re.fullmatch(r"[\w.]+", output) or (total <= limit and not offset):
        return answer
    position = 0
    for key, items in lists.items():
        _put(value, key, items[max(0, offset - position):max(0, offset + limit - position)])
        position += len(items)
    more = offset + limit < total
    _put(value, output, f"stand-in-{offset + limit}" if more else None)
    if config.get("more_results"):
        _put(value, config["more_results"], more)
    return reply.result(call, value)
