"""A snapshot that `stanch collect` wrote, read as anybody may read it: folders, lines, JSON. Knows nothing of how it was made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Call = tuple[str, str, str, str]  # region, service, operation, parameters
# What does not say anything about the account, and differs between two readings of the same.
OF_THE_MOMENT = ("at", "sha256s")


@dataclass(frozen=True)
class Reading:
    region: str
    service: str
    operation: str
    parameters: dict[str, Any]
    outcome: str
    body: Any
    text: str

    @property
    def call(self) -> Call:
        return (self.region, self.service, self.operation, json.dumps(self.parameters, sort_keys=True))


def read_line(line: str) -> Reading:
    value = json.loads(line)
    body = value.get("body")
    return Reading(value["region"], value["service"], value["operation"], value.get("params") or {}, value["outcome"], body,
                   json.dumps(body, ensure_ascii=False))


def newest(case: Path) -> Path:
    """The folder of the snapshot that was begun last."""
    return max(path.parent for path in (case / "snapshots").glob("*/manifest.json"))


def lines(snapshot: Path) -> Iterator[str]:
    for path in sorted(snapshot.glob("*/*/*.jsonl")):
        yield from path.read_text(encoding="utf-8").splitlines()


def readings(snapshot: Path) -> list[Reading]:
    return [read_line(line) for line in lines(snapshot)]


def committed(snapshot: Path) -> list[Reading]:
    """What a run that was killed had written: whole lines only."""
    written = (snapshot / "incoming.jsonl").read_bytes() if (snapshot / "incoming.jsonl").exists() else b""
    whole = written[:written.rfind(b"\n") + 1].decode()
    return [read_line(line) for line in whole.splitlines()] + readings(snapshot)


def content(snapshot: Path) -> dict[str, Any]:
    """What a snapshot says, by file, without the moments at which it was read."""
    files = {}
    for path in sorted(snapshot.glob("*/*/*.jsonl")):
        values = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        files[str(path.relative_to(snapshot))] = [{key: value[key] for key in value if key not in OF_THE_MOMENT} for value in values]
    files["coverage.json"] = json.loads((snapshot / "coverage.json").read_text(encoding="utf-8"))
    return files


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value
