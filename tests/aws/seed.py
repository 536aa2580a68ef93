#!/usr/bin/env python3
"""Seed the stand-in with a compromised account and write down what is true of it.

    python tests/aws/seed.py --endpoint http://127.0.0.1:PORT --out truth.json

The same `--seed` on a server that was just reset gives the same file, byte for byte.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import urllib.request
from pathlib import Path

from standin.loopback import forget_aws_environment, stay_on_loopback


def control(endpoint: str, path: str, body: bytes = b"", method: str = "POST") -> None:
    request = urllib.request.Request(f"{endpoint}{path}", data=body, method=method, headers={"Content-Type": "text/plain"})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read()


def seed(endpoint: str, number: int = 42) -> dict:
    from story import compute, data, identity, serverless, watching
    from story.account import Story

    control(endpoint, "/moto-api/reset-auth", b"inf")
    control(endpoint, "/moto-api/reset")
    numbers = itertools.count(number * 1000)
    story = Story(endpoint, lambda: control(endpoint, f"/moto-api/seed?a={next(numbers)}"))
    parts = (identity, compute, serverless, data, watching)
    story.play(*(part.ordinary for part in parts))
    for part in parts:
        part.intrusion(story)
    return story.truth()


def unseen(endpoint: str, truth: dict) -> list[str]:
    """Reads every item back; what is returned is not shown by the operation that the truth names."""
    from story.account import ABSENT, Caller, jsonable

    caller, missing = Caller(endpoint), []
    for item in truth["items"]:
        client = caller(item["service"], item["region"])
        method = next(name for name, operation in client.meta.method_to_api_mapping.items() if operation == item["operation"])
        try:
            if client.can_paginate(method):
                reply = client.get_paginator(method).paginate(**item["parameters"]).build_full_result()
            else:
                reply = getattr(client, method)(**item["parameters"])
        except ABSENT as error:
            missing.append(f"{item['id']} {item['service']}:{item['operation']}: {str(error)[:160]}")
            continue
        text = jsonable(reply)
        if item["identifier"] not in text and json.dumps(item["identifier"])[1:-1] not in text:
            missing.append(f"{item['id']} {item['service']}:{item['operation']}: {item['identifier']} is not in the reply")
    return missing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--no-check", action="store_true", help="do not read everything back")
    parser.add_argument("--enforce", action="store_true", help="switch the strict server's enforcement on afterwards")
    arguments = parser.parse_args()
    forget_aws_environment()
    stay_on_loopback()
    truth = seed(arguments.endpoint, arguments.seed)
    arguments.out.write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    missing = [] if arguments.no_check else unseen(arguments.endpoint, truth)
    if arguments.enforce:
        control(arguments.endpoint, "/moto-api/reset-auth", b"0")
    for line in [*(f"not seeded: {label}" for label in truth["unsupported"]), *missing]:
        print(line, file=sys.stderr)
    bad = sum(item["malicious"] for item in truth["items"])
    print(f"{bad} malicious, {len(truth['items']) - bad} ordinary, {len(truth['secrets'])} secrets, {len(missing)} unseen")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
