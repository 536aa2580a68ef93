"""CloudTrail: event history over what was really called, keys for digests, event data stores."""

from __future__ import annotations

from typing import Any

from ..call import Call
from ..state import State


def lookup_events(state: State, call: Call) -> dict[str, Any]:
    return state.trail.lookup(call)


OPERATIONS: dict[tuple[str, str], Any] = {
    ("cloudtrail", "LookupEvents"): lookup_events,
    ("cloudtrail", "ListPublicKeys"): lambda state, call: {"PublicKeyList": []},
    ("cloudtrail", "ListEventDataStores"): lambda state, call: {"EventDataStores": []},
    ("cloudtrail", "ListImports"): lambda state, call: {"Imports": []},
    ("cloudtrail", "ListChannels"): lambda state, call: {"Channels": []},
}
