#!/usr/bin/env python3
"""A peer for `cargo xtask bench`: DuckDB (from PyPI) reads the same files and answers one question.

The argument names a file that holds the paths, each with a zero byte behind it.
"""

import os
import sys

import duckdb

QUESTION = """
    SELECT record.eventSource AS source, record.eventName AS name, count(*) AS n
    FROM (
        SELECT unnest(Records) AS record
        FROM read_json_auto(?, maximum_object_size = ?, union_by_name = true, ignore_errors = true)
    )
    WHERE record.errorCode IS NOT NULL
    GROUP BY source, name
    ORDER BY n DESC, source, name
    LIMIT 20
"""


def unpacked_size(path: str) -> int:
    """What a gzip file unpacks to, by its last four bytes."""
    with open(path, "rb") as log:
        log.seek(-4, os.SEEK_END)
        return int.from_bytes(log.read(4), "little")


def main() -> None:
    with open(sys.argv[1], "rb") as listing:
        paths = [path.decode() for path in listing.read().split(b"\0") if path]
    # Digests lie next to the events in a bucket and hold no records.
    logs = [path for path in paths if "CloudTrail-Digest" not in path]
    # Each file is one object, and buffers are as large as the largest may be.
    largest = max(16 << 20, max(map(unpacked_size, logs)) + 1024)
    for row in duckdb.execute(QUESTION, [logs, largest]).fetchall():
        print(*row)


if __name__ == "__main__":
    main()
