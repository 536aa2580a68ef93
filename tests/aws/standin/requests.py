"""Every request that came in, answered or not, in order: what event history lacks (data events, what moto does not have).

`GET /standin/requests` gives them (`?writes` only those that could change something), `DELETE /standin/requests` forgets them.
Each says what was asked, whether it would change something, who asked (key, ARN, address), when (`time`, milliseconds) and how
it ended (`status`, `error`; absent while it is being answered). Also the limit on writes per second, which reads do not feel.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from .call import Call
from .reply import AwsError

KEPT = 200_000
READS = ("Get", "List", "Describe", "Lookup", "Search", "BatchGet", "BatchDescribe", "Head", "Scan", "Query", "Simulate", "GenerateCredentialReport",
         "GenerateServiceLastAccessedDetails", "Select", "Filter", "Test", "Validate", "Check", "Preview", "View", "Estimate", "Decode")
# Services that change nothing lasting: who asks gets credentials, or rows.
HARMLESS = frozenset({"sts", "ce", "pricing", "athena"})
CHANGING = frozenset({("ce", "CreateAnomalyMonitor"), ("ce", "CreateAnomalySubscription")})
READ_BY_NAME = frozenset({("logs", "StartQuery"), ("logs", "StopQuery"), ("cloudtrail", "StartQuery"), ("config", "SelectResourceConfig")})


def is_write(call: Call) -> bool:
    """By the operation's name; a dry run of EC2 is none, and what no model knows counts as one unless it is a GET."""
    if not call.name:
        return call.environ["REQUEST_METHOD"] not in ("GET", "HEAD")
    if (call.service, call.name) in READ_BY_NAME or call.parameters.get("DryRun") is True:
        return False
    if call.service in HARMLESS:
        return (call.service, call.name) in CHANGING or call.service == "ce" and call.name.startswith(("Update", "Delete"))
    return not call.name.startswith(READS)


class Requests:
    def __init__(self) -> None:
        self._kept: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, call: Call) -> dict[str, Any]:
        """Parameters as JSON with sorted members: what was asked, without how it was signed or sent."""
        now = time.time()
        asked = {"service": call.service, "operation": call.name, "region": call.region,
                 "parameters": json.dumps(call.parameters, sort_keys=True, default=str), "write": is_write(call), "access_key": call.access_key or "",
                 "address": call.environ.get("HTTP_X_FORWARDED_FOR", call.environ.get("REMOTE_ADDR", "")), "epoch": round(now, 3),
                 "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        with self._lock:
            self._kept.append(asked)
        return asked

    def all(self, writes_only: bool = False) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(asked) for asked in self._kept if asked["write"] or not writes_only]

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


class WriteLimit:
    """So many writes per second over an account, with one second's worth at once; 0: no limit."""

    def __init__(self, rate: float = 0.0, clock: Callable[[], float] = time.monotonic):
        self.rate, self._clock = rate, clock
        self._left: dict[str, float] = {}
        self._at: dict[str, float] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        with self._lock:
            self._left.clear()
            self._at.clear()

    def take(self, account: str) -> None:
        if not self.rate:
            return
        now = self._clock()
        with self._lock:
            full = max(self.rate, 1.0)
            left = min(full, self._left.get(account, full) + (now - self._at.get(account, now)) * self.rate)
            self._at[account], self._left[account] = now, left - 1.0 if left >= 1.0 else left
            if left < 1.0:
                raise AwsError("ThrottlingException", "Rate exceeded")
