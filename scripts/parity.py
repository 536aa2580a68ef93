"""Evaluate Sigma rules over flattened events with pySigma's SQLite backend.

Usage: parity.py RULES_DIR EVENTS_JSONL
Each line of EVENTS_JSONL is one flat object: dotted field names to text, number, or null; `_key` names the event.
Prints one JSON object: rule id to the sorted keys of the events it matches.

It must know nothing of Stanch: it is the other side of a comparison.
"""

import json
import pathlib
import re
import sqlite3
import sys

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection


def load_events(path, fields):
    """Make a table with a column for every field that occurs in an event or a rule."""
    with open(path, encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    columns = sorted({field for event in events for field in event} | fields)
    database = sqlite3.connect(":memory:")
    # Sigma compares text without regard to case; SQL's `=` does so only under this collation.
    names = ", ".join(f"`{column}` COLLATE NOCASE" for column in columns)
    database.execute(f"CREATE TABLE logs ({names})")
    places = ", ".join("?" for _ in columns)
    rows = ([event.get(column) for column in columns] for event in events)
    database.executemany(f"INSERT INTO logs VALUES ({places})", rows)
    database.create_function("REGEXP", 2, matches, deterministic=True)
    return database


def matches(pattern, value):
    return value is not None and re.search(pattern, str(value)) is not None


def fields_of(query):
    """The columns a query names, quoted or bare."""
    quoted = set(re.findall(r"`([^`]+)`", query))
    bare = set(re.findall(r"\b([A-Za-z_][A-Za-z0-9_]*)\s*(?:=|LIKE|IS|REGEXP|IN|<|>)", query))
    return quoted | (bare - {"NOT", "AND", "OR", "WHERE"})


def main(rules_dir, events_path):
    backend = sqliteBackend()
    queries = {}
    for path in sorted(pathlib.Path(rules_dir).rglob("*.yml")):
        rules = SigmaCollection.from_yaml(path.read_text(encoding="utf-8"))
        for rule, query in zip(rules.rules, backend.convert(rules), strict=True):
            queries[str(rule.id)] = query
    database = load_events(events_path, {field for query in queries.values() for field in fields_of(query)})
    hits = {}
    for rule, query in queries.items():
        found = database.execute(query.replace("SELECT *", "SELECT _key", 1)).fetchall()
        hits[rule] = sorted(key for (key,) in found)
    json.dump(hits, sys.stdout, sort_keys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
