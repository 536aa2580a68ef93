#!/usr/bin/env python3
"""A peer for `cargo xtask bench`: what a responder's script does, with the standard library alone.

Reads gzip files of CloudTrail records and counts, for the callers who were refused most, what they called.
The argument names a file that holds the paths, each with a zero byte behind it.
"""

import gzip
import json
import sys
from collections import Counter


def main() -> None:
    with open(sys.argv[1], "rb") as listing:
        paths = [path for path in listing.read().split(b"\0") if path]
    refused: Counter[str] = Counter()
    calls: dict[str, Counter[str]] = {}
    for path in paths:
        with gzip.open(path, "rb") as log:
            content = json.load(log)
        for record in content.get("Records", []):
            caller = (record.get("userIdentity") or {}).get("arn", "")
            calls.setdefault(caller, Counter())[record.get("eventName", "")] += 1
            if record.get("errorCode"):
                refused[caller] += 1
    for caller, count in refused.most_common(20):
        print(count, caller, calls[caller].most_common(5))


if __name__ == "__main__":
    main()
