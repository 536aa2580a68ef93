"""Whether the items of a truth (`seed.py`) are in a snapshot: each where it lies, shown by a call that names what it belongs to."""

from __future__ import annotations

import json
from typing import Any

from snapshot import Reading, strings

# One service under two interfaces.
ALSO = {"ses": "sesv2"}
# Parameters that choose what of a thing is told, not the thing.
CHOOSING = frozenset({"AttributeNames"})


def shows(reading: Reading, item: dict[str, Any]) -> bool:
    """Whether this answer shows the item.

    A member such as `"IsLogging": false` says something only in the reply of the very operation; a name or id says it in any
    reply of the service. What the item belongs to (the parameters: a user, a bucket) must be asked for or stand in the reply too.
    """
    if reading.outcome != "ok" or reading.region != item["region"] or reading.service not in services(item):
        return False
    identifier = item["identifier"]
    if identifier not in reading.text and quoted(identifier) not in reading.text:
        return False
    if reading.operation != item["operation"] and identifier.startswith('"'):
        return False
    owners = {name: value for name, value in item["parameters"].items() if name not in CHOOSING}
    asked = json.dumps(reading.parameters, ensure_ascii=False)
    return all(quoted(value) in asked or quoted(value) in reading.text for value in strings(owners))


def quoted(text: str) -> str:
    """As it stands within JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def services(item: dict[str, Any]) -> set[str]:
    return {item["service"], ALSO.get(item["service"], item["service"])}


def missing(items: list[dict[str, Any]], found: list[Reading]) -> list[dict[str, Any]]:
    """The items that no answer shows."""
    by_place: dict[tuple[str, str], list[Reading]] = {}
    for reading in found:
        by_place.setdefault((reading.region, reading.service), []).append(reading)
    return [item for item in items
            if not any(shows(reading, item) for service in services(item) for reading in by_place.get((item["region"], service), []))]
