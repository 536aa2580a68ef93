"""Replies laid in by a test: `POST /fixtures` with a list, `DELETE /fixtures` to take them out.

Each: `service`, `operation`, and either `reply` (as boto3 returns it), `error` ({code, message}, with `status`)
or `raw` (a body sent as it is, with `status` and `headers`). Optional: `region`, `when` (parameters that must
be equal), `times` (how often it answers before it is used up).
"""

from __future__ import annotations

import threading
from typing import Any

from . import reply
from .call import Call
from .reply import AwsError, Reply


class Fixtures:
    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(self, entries: list[dict[str, Any]]) -> int:
        for entry in entries:
            if not {"service", "operation"} <= entry.keys() or not {"reply", "error", "raw"} & entry.keys():
                raise AwsError("ValidationException", "a fixture needs service, operation and one of reply, error, raw")
        with self._lock:
            self._entries += [dict(entry) for entry in entries]
            return len(self._entries)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def _take(self, call: Call) -> dict[str, Any] | None:
        with self._lock:
            for entry in self._entries:
                if (entry["service"], entry["operation"]) != (call.service, call.name) or entry.get("region", call.region) != call.region:
                    continue
                if any(call.parameters.get(key) != value for key, value in entry.get("when", {}).items()):
                    continue
                if "times" in entry:
                    entry["times"] -= 1
                    if entry["times"] <= 0:
                        self._entries.remove(entry)
                return entry
        return None

    def answer(self, call: Call) -> Reply | None:
        entry = self._take(call) if self._entries else None
        if entry is None:
            return None
        if "raw" in entry:
            body = entry["raw"].encode()
            headers = {"Content-Type": "application/octet-stream", **entry.get("headers", {}), "Content-Length": str(len(body))}
            return Reply(entry.get("status", 200), list(headers.items()), body)
        if "error" in entry:
            raise AwsError(entry["error"]["code"], entry["error"].get("message", ""), entry.get("status", 400))
        return reply.result(call, entry["reply"], entry.get("status"))
