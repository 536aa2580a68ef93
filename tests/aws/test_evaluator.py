#!/usr/bin/env python3
"""Stanch's evaluator decides as the strict stand-in does, over policies and requests by chance. `make evaluator` runs it.

    python tests/aws/test_evaluator.py TARGET/debug/examples/evaluate [--worlds 12]

Every request is really sent, with enforcement on. What the server answers and what the evaluator says must be the same: allowed,
denied by nothing that allows, denied by something that denies. Both were written after AWS's pages, which are in `docs/iam-evaluation.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from standin.loopback import forget_aws_environment

forget_aws_environment()

from account import control, raised  # noqa: E402
from evaluator.calls import Answer, Wire  # noqa: E402
from evaluator.world import ADDRESSES, World  # noqa: E402

AT_LEAST = 2_000
# The least share of allowed and of each kind of denied: pairs that all end alike prove little.
LEAST_SHARE = 0.1


def enforce(endpoint: str, on: bool) -> None:
    request = urllib.request.Request(endpoint + "/moto-api/reset-auth", data=b"0" if on else b"inf", method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


def asked(endpoint: str, number: int) -> list[tuple[dict[str, Any], Answer]]:
    enforce(endpoint, False)
    control(endpoint, "/moto-api/reset")
    world, wire = World(endpoint, number), Wire(endpoint)
    enforce(endpoint, True)
    found = []
    for actor in world.actors:
        for ask in world.asks(actor):
            address = world.chance.choice(ADDRESSES)
            line = world.line(actor, ask, address)
            found.append((line, wire.ask(ask, actor.credentials, address)))
    return found


def decided(program: Path, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    given = "".join(json.dumps(line) + "\n" for line in lines)
    ran = subprocess.run([str(program)], input=given, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def differs(answer: Answer, decision: str) -> bool:
    if answer.allowed:
        return decision != "allowed"
    if answer.explicit is None:
        return decision not in ("implicitly denied", "explicitly denied")
    return decision != ("explicitly denied" if answer.explicit else "implicitly denied")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--worlds", type=int, default=12)
    arguments = parser.parse_args()
    with raised() as endpoint:
        pairs = [pair for number in range(arguments.worlds) for pair in asked(endpoint, number)]
    decisions = decided(arguments.program, [line for line, _ in pairs])
    counts = Counter(decision["decision"] for decision in decisions)
    kinds = Counter(line["caller"]["kind"] for line, _ in pairs)
    print(f"{len(pairs)} requests: {dict(sorted(counts.items()))}; by {dict(sorted(kinds.items()))}")
    wrong = [(line, answer, decision) for (line, answer), decision in zip(pairs, decisions, strict=True) if differs(answer, decision["decision"])]
    for line, answer, decision in wrong[:10]:
        print(f"the server: {answer}; the evaluator: {decision}\n  {json.dumps(line)}")
    failures = [f"{len(wrong)} of {len(pairs)} are decided in another way"] if wrong else []
    if len(pairs) < AT_LEAST:
        failures.append(f"only {len(pairs)} requests")
    failures += [f"too few are {kind}" for kind in ("allowed", "implicitly denied", "explicitly denied") if counts[kind] < LEAST_SHARE * len(pairs)]
    for failure in failures:
        print(failure)
    print("all are decided alike" if not failures else f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
