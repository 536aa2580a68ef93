"""What the stand-in itself keeps, beside moto's state. Emptied by `POST /moto-api/reset` together with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from .fixtures import Fixtures
from .identities import Identities
from .principals import Sessions
from .requests import Requests, WriteLimit
from .trail import Trail

Shelf = dict[str, Any]


@dataclass
class State:
    """`shelves`: the stores of the additions, by account, region (empty where global) and name."""

    trail: Trail
    sessions: Sessions = field(default_factory=Sessions)
    fixtures: Fixtures = field(default_factory=Fixtures)
    requests: Requests = field(default_factory=Requests)
    identities: Identities = field(default_factory=Identities)
    write_limit: WriteLimit = field(default_factory=WriteLimit)
    shelves: dict[tuple[str, str, str], Shelf] = field(default_factory=lambda: defaultdict(dict))
    enforcing: bool = False
    denied: frozenset[str] = frozenset()
    page_size: int | None = None

    def shelf(self, account: str, region: str, name: str) -> Shelf:
        return self.shelves[account, region, name]

    def clear(self) -> None:
        self.trail.clear()
        self.sessions.clear()
        self.fixtures.clear()
        self.requests.clear()
        self.identities.clear()
        self.write_limit.clear()
        self.shelves.clear()
