"""Every request that came in, answered or not, in order: what event history lacks (data events, what moto does not have).

`GET /standin/requests` gives them, `DELETE /standin/requests` forgets them.
"""

from __future__ import annotations

import json
import threading
from collections import deque

from .call import Call

KEPT = 200_000


class Requests:
    def __init__(self) -> None:
        self._kept: deque[dict[str, str]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Parameters as JSON with sorted members: what was asked, without how it was signed or sent."""
        asked = {"service": call.service, "operation": call.name, "region": call.region,
                 "parameters": json.dumps(call.parameters, sort_keys=True, default=str)}
        with self._lock:
            self._kept.append(asked)

    def all(self) -> list[dict[str, str]]:
        with self._lock:
            return list(self._kept)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
